//! `spillway_settings.rate_limit_service`: a service that counts for several gateways.

use super::address::Address;
use super::checked::{RateLimitService, Upstream};
use super::cursor::Cursor;
use super::format;

/// The domain of the service's own configuration, unless the file says otherwise.
const DOMAIN: &str = "spillway";
/// Every request waits for the answer: a service that is near takes a few milliseconds.
const TIMEOUT_MS: u64 = 100;
const LONGEST_TIMEOUT_MS: u64 = 10_000;
const EXPECTED: &str = "an address such as `grpc://127.0.0.1:8081`";

/// Reads the section: where the service listens, and how it is asked.
pub(super) fn read(at: &Cursor<'_>) -> Option<(Upstream, RateLimitService)> {
    if !at.value().is_object() {
        at.unexpected_secret(
            "a mapping",
            "write `rate_limit_service: {url: grpc://127.0.0.1:8081}`".to_owned(),
        );
        return None;
    }
    let section = at.section()?;
    let url = section.need("url", EXPECTED);
    let timeout = section.get("timeout").and_then(|at| at.milliseconds_within(1..=LONGEST_TIMEOUT_MS));
    let service = RateLimitService {
        domain: section.text("domain").unwrap_or_else(|| DOMAIN.to_owned()),
        timeout_ms: timeout.unwrap_or(TIMEOUT_MS),
        failure_mode_deny: section.boolean("failure_mode_deny").unwrap_or(false),
    };
    section.close(&format::RATE_LIMIT_SERVICE);
    Some((upstream(&url?)?, service))
}

fn upstream(url: &Cursor<'_>) -> Option<Upstream> {
    match Address::parse_grpc(&url.text()?) {
        Ok(upstream) => Some(upstream),
        Err(reason) => {
            url.error(format!("the address is not usable: {reason}"), format!("expected {EXPECTED}"));
            None
        }
    }
}
