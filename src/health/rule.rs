//! Which failures cool a deployment, and when. Pure.
//!
//! As LiteLLM, with two differences, both because the gateway has no other sign of a deployment's health:
//! connection failures count, and 403 counts like 401, since the credential is the gateway's own.

use super::Cooldown;
use super::fails::{Counter, Share};
use crate::cause::Cause;

/// Requests before a share of failures says anything.
const FEWEST_REQUESTS: u64 = 5;

/// Failures without one success before the only deployment of a group is cooled: there is nothing to use
/// instead, so all must be lost first.
const FAILURES_ALONE: u32 = 1_000;

/// How a failure is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It says nothing about the deployment's health, or the deployment is never cooled.
    Pass,
    /// It cools at once.
    AtOnce,
    /// It cools when too large a share of the requests fails: see [`cools`].
    Share,
    /// It cools when the counter exceeds `most`.
    Allowed {
        /// Which one counts.
        counter: Counter,
        /// `allowed_fails`, or the policy's number.
        most: u32,
    },
}

/// What a cause says about the health of a deployment, where no number of failures is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grade {
    /// Nothing: it answered, and the request was at fault.
    Alive,
    /// It may be chance.
    Sporadic,
    /// It will last, and another deployment may do better.
    Lasting,
    /// It will last, but without another deployment there is nothing to gain from a rest.
    LastingUnlessAlone,
}

fn grade(cause: Cause) -> Grade {
    match cause {
        Cause::InvalidRequest
        | Cause::RequestTooLarge
        | Cause::ContextWindow
        | Cause::ContentPolicy
        | Cause::Conflict
        | Cause::SealedElsewhere
        | Cause::AnswerTooLarge => Grade::Alive,
        Cause::Authentication | Cause::Permission | Cause::NotFound => Grade::Lasting,
        Cause::PaymentRequired | Cause::RateLimit => Grade::LastingUnlessAlone,
        Cause::Timeout
        | Cause::ServerError
        | Cause::Unavailable
        | Cause::Overloaded
        | Cause::Connection
        | Cause::MalformedAnswer
        | Cause::NotAStream
        | Cause::StreamCut
        | Cause::UnexpectedStatus => Grade::Sporadic,
    }
}

/// Whether a deployment that fails so is alive all the same.
pub(super) fn is_alive(cause: Cause) -> bool {
    grade(cause) == Grade::Alive
}

/// How a failure is judged. A policy's number for causes of which a deployment is alive is never reached.
pub(super) fn rule(cooldown: &Cooldown, cause: Cause) -> Rule {
    let grade = grade(cause);
    if grade == Grade::Alive || cooldown.length_ms == 0 {
        return Rule::Pass;
    }
    let class = cause.class();
    if let Some(most) = cooldown.allowed_fails_policy.of(class) {
        return Rule::Allowed { counter: Counter::Class(class), most };
    }
    if let Some(most) = cooldown.allowed_fails {
        return Rule::Allowed { counter: Counter::All, most };
    }
    match grade {
        Grade::Lasting => Rule::AtOnce,
        Grade::LastingUnlessAlone if !cooldown.alone => Rule::AtOnce,
        Grade::Alive | Grade::Sporadic | Grade::LastingUnlessAlone => Rule::Share,
    }
}

/// Whether [`Rule::Share`] can apply to any failure: only then do successes matter.
pub(super) fn shares(cooldown: &Cooldown) -> bool {
    cooldown.length_ms > 0 && cooldown.allowed_fails.is_none()
}

/// Whether so many failures cool: more than half of at least [`FEWEST_REQUESTS`]; for the only deployment of
/// a group, all of at least [`FAILURES_ALONE`].
pub(super) fn cools(share: &Share, alone: bool) -> bool {
    if alone {
        return share.successes == 0 && share.failures >= FAILURES_ALONE;
    }
    let (failures, successes) = (u64::from(share.failures), u64::from(share.successes));
    failures + successes >= FEWEST_REQUESTS && failures > successes
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::cause::{Class, Fault, PerClass};

    fn cooldown() -> Cooldown {
        Cooldown { length_ms: 5_000, ..Cooldown::default() }
    }

    #[test]
    fn what_is_not_the_providers_fault_never_cools() {
        let strict =
            PerClass { bad_request: Some(0), content_policy_violation: Some(0), ..PerClass::default() };
        let strict = Cooldown { allowed_fails: Some(0), allowed_fails_policy: strict, ..cooldown() };
        for cause in Cause::ALL.into_iter().filter(|cause| cause.fault() != Fault::Provider) {
            assert_eq!(rule(&cooldown(), cause), Rule::Pass, "{cause:?}");
            assert_eq!(rule(&strict, cause), Rule::Pass, "{cause:?}");
        }
        assert_eq!(rule(&strict, Cause::Conflict), Rule::Pass);
    }

    #[test]
    fn without_a_length_nothing_cools() {
        for cause in Cause::ALL {
            assert_eq!(rule(&Cooldown { length_ms: 0, ..cooldown() }, cause), Rule::Pass, "{cause:?}");
        }
    }

    #[test]
    fn what_lasts_cools_at_once() {
        let alone = Cooldown { alone: true, ..cooldown() };
        let at_once: Vec<Cause> =
            Cause::ALL.into_iter().filter(|cause| rule(&cooldown(), *cause) == Rule::AtOnce).collect();
        let at_once_alone: Vec<Cause> =
            Cause::ALL.into_iter().filter(|cause| rule(&alone, *cause) == Rule::AtOnce).collect();
        use Cause::{Authentication, NotFound, PaymentRequired, Permission, RateLimit};
        assert_eq!(at_once, [Authentication, PaymentRequired, Permission, NotFound, RateLimit]);
        assert_eq!(at_once_alone, [Authentication, Permission, NotFound]);
    }

    #[test]
    fn a_number_counts_instead_of_every_other_rule() {
        let policy = PerClass { rate_limit: Some(7), ..PerClass::default() };
        let cooldown = Cooldown { allowed_fails: Some(3), allowed_fails_policy: policy, ..cooldown() };
        for cause in Cause::ALL.into_iter().filter(|cause| !is_alive(*cause)) {
            let expected = match cause {
                Cause::RateLimit => Rule::Allowed { counter: Counter::Class(Class::RateLimit), most: 7 },
                _ => Rule::Allowed { counter: Counter::All, most: 3 },
            };
            assert_eq!(rule(&cooldown, cause), expected, "{cause:?}");
        }
        let only_policy = Cooldown { allowed_fails: None, ..cooldown };
        assert_eq!(rule(&only_policy, Cause::Authentication), Rule::AtOnce);
        assert_eq!(rule(&only_policy, Cause::ServerError), Rule::Share);
    }

    #[test]
    fn more_than_half_of_five_cool() {
        let cases = [
            // failures, successes, among others, alone
            (4, 0, false, false),
            (5, 0, true, false),
            (3, 2, true, false),
            (3, 3, false, false),
            (4, 3, true, false),
            (999, 0, true, false),
            (1_000, 0, true, true),
            (1_000, 1, true, false),
            (u32::MAX, u32::MAX, false, false),
            (u32::MAX, 0, true, true),
        ];
        for (failures, successes, among_others, alone) in cases {
            let share = Share { since_ms: 0, failures, successes };
            assert_eq!(cools(&share, false), among_others, "{share:?}");
            assert_eq!(cools(&share, true), alone, "{share:?} alone");
        }
    }
}
