//! Numbers per class of errors: the mappings `retry_policy` and `allowed_fails_policy`.

use super::cursor::Cursor;
use super::section::Section;
use crate::cause::PerClass;

/// Names in `retry_policy` and in `allowed_fails_policy`, and where the number goes.
type Row = (&'static str, &'static str, fn(&mut PerClass) -> &mut Option<u32>);

const CLASSES: [Row; 9] = [
    ("BadRequestErrorRetries", "BadRequestErrorAllowedFails", |numbers| &mut numbers.bad_request),
    ("AuthenticationErrorRetries", "AuthenticationErrorAllowedFails", |numbers| &mut numbers.authentication),
    ("TimeoutErrorRetries", "TimeoutErrorAllowedFails", |numbers| &mut numbers.timeout),
    ("RateLimitErrorRetries", "RateLimitErrorAllowedFails", |numbers| &mut numbers.rate_limit),
    ("ContentPolicyViolationErrorRetries", "ContentPolicyViolationErrorAllowedFails", |numbers| {
        &mut numbers.content_policy_violation
    }),
    ("InternalServerErrorRetries", "InternalServerErrorAllowedFails", |numbers| &mut numbers.internal_server),
    ("ServiceUnavailableErrorRetries", "ServiceUnavailableErrorAllowedFails", |numbers| {
        &mut numbers.service_unavailable
    }),
    ("BadGatewayErrorRetries", "BadGatewayErrorAllowedFails", |numbers| &mut numbers.bad_gateway),
    ("NotFoundErrorRetries", "NotFoundErrorAllowedFails", |numbers| &mut numbers.not_found),
];

/// The numbers of a `retry_policy`, each as `number` reads it.
pub(super) fn retries(section: &Section<'_>, number: impl Fn(&Cursor<'_>) -> Option<u32>) -> PerClass {
    read(section, number, |row| row.0)
}

/// The numbers of an `allowed_fails_policy`; at most `most` each.
pub(super) fn allowed_fails(section: &Section<'_>, most: u64) -> PerClass {
    read(section, |at| at.count(most), |row| row.1)
}

fn read(
    section: &Section<'_>,
    number: impl Fn(&Cursor<'_>) -> Option<u32>,
    key: fn(&Row) -> &'static str,
) -> PerClass {
    let mut numbers = PerClass::default();
    for row in &CLASSES {
        *(row.2)(&mut numbers) = section.get(key(row)).and_then(|at| number(&at));
    }
    numbers
}
