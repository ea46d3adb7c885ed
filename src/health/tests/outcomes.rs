//! Failures, successes and probes, one after the other.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::cause::PerClass;

#[test]
fn retry_after_is_honoured_within_bounds() {
    let own = Cooldown { own_length: true, ..cooldown() };
    let cases = [
        (cooldown(), None, 5_000),
        (cooldown(), Some(20_000), 20_000),
        (cooldown(), Some(1), 1),
        (cooldown(), Some(0), 5_000),
        (cooldown(), Some(u64::MAX), MAX_RETRY_AFTER_MS),
        (own.clone(), Some(20_000), 5_000),
        (own, None, 5_000),
    ];
    for (cooldown, retry_after_ms, expected) in cases {
        let memory = Memory::default();
        let failure = Failure { retry_after_ms, ..failure(Cause::RateLimit) };
        assert!(failed(&memory, ID, &cooldown, &failure, NOW));
        assert_eq!(standing(&memory, NOW), Standing::Cooled { until_ms: NOW + expected }, "{failure:?}");
        assert_eq!(standing(&memory, NOW + expected), Standing::Due, "{failure:?}");
    }
    let memory = Memory::default();
    let never = Cooldown { length_ms: 0, ..cooldown() };
    let failure = Failure { retry_after_ms: Some(9_000), ..failure(Cause::RateLimit) };
    assert!(!failed(&memory, ID, &never, &failure, NOW));
    assert_eq!(standing(&memory, NOW), Standing::Well);
}

#[test]
fn more_failures_than_allowed_cool() {
    let policy = PerClass { timeout: Some(1), ..PerClass::default() };
    let cooldown = Cooldown { allowed_fails: Some(2), allowed_fails_policy: policy, ..cooldown() };
    let memory = Memory::default();
    let fails = |cause, at| failed(&memory, ID, &cooldown, &failure(cause), NOW + at);
    assert!(!fails(Cause::ServerError, 0));
    assert!(!fails(Cause::Timeout, 1), "its own counter");
    assert!(!fails(Cause::InvalidRequest, 2), "not counted");
    assert!(!fails(Cause::RateLimit, 3), "not at once");
    assert!(!fails(Cause::ServerError, 5_000), "the first are over");
    assert!(!fails(Cause::Timeout, 5_001));
    assert!(fails(Cause::Timeout, 5_002));
    assert_eq!(standing(&memory, NOW + 5_002), Standing::Cooled { until_ms: NOW + 10_002 });
}

#[test]
fn a_share_of_failures_cools_unless_alone() {
    let memory = Memory::default();
    let fails = |at| failed(&memory, ID, &cooldown(), &failure(Cause::ServerError), NOW + at);
    (0..100).for_each(|_| succeeded(&memory, ID, &cooldown(), false, NOW));
    assert!(!fails(1));
    succeeded(&memory, ID, &cooldown(), false, NOW + 2);
    succeeded(&memory, ID, &cooldown(), false, NOW + 3);
    assert!(!fails(4));
    assert!(fails(5), "three of five since the first");

    let alone = Cooldown { alone: true, ..cooldown() };
    let memory = Memory::default();
    for cause in [Cause::ServerError, Cause::RateLimit, Cause::PaymentRequired] {
        let fails = || failed(&memory, ID, &alone, &failure(cause), NOW);
        assert!((0..333).all(|_| !fails()), "{cause:?}");
    }
    assert!(failed(&memory, ID, &alone, &failure(Cause::Timeout), NOW), "the thousandth");
}

#[test]
fn a_deployment_that_answers_costs_at_most_one_read() {
    let memory = Memory::default();
    let shared = Watched::new(&memory, 0, &|_| ());
    let counted = Cooldown { allowed_fails: Some(3), ..cooldown() };
    let never = Cooldown { length_ms: 0, ..cooldown() };
    for (cooldown, loads) in [(cooldown(), 1), (counted, 0), (never, 0)] {
        succeeded(&shared, ID, &cooldown, false, NOW);
        assert_eq!(shared.calls(), (loads, 0), "{cooldown:?}");
    }
    assert_eq!(Board::load(&shared), Board::default());
    assert_eq!(shared.calls(), (1, 0));
    failed(&shared, ID, &cooldown(), &failure(Cause::InvalidRequest), NOW);
    assert_eq!(shared.calls(), (0, 0), "the caller's faults are nobody's business");
}

#[test]
fn a_probe_that_succeeds_brings_it_back_with_counts_at_zero() {
    for cause in [None, Some(Cause::InvalidRequest), Some(Cause::ContextWindow), Some(Cause::Conflict)] {
        let memory = due();
        (0..4).for_each(|_| {
            failed(&memory, ID, &cooldown(), &failure(Cause::ServerError), NOW);
        });
        assert!(claim(&memory, ID, 1_000, NOW));
        match cause {
            None => succeeded(&memory, ID, &cooldown(), true, NOW + 10),
            Some(cause) => {
                let failure = Failure { probe: true, ..failure(cause) };
                assert!(!failed(&memory, ID, &cooldown(), &failure, NOW + 10), "alive: {cause:?}");
            }
        }
        assert_eq!(standing(&memory, NOW + 10), Standing::Well);
        assert!(!claim(&memory, ID, 1_000, NOW + 10), "there is nothing to probe");
        assert!(!failed(&memory, ID, &cooldown(), &failure(Cause::ServerError), NOW + 11), "the first anew");
    }
}

#[test]
fn a_probe_that_fails_cools_at_once_whatever_the_counters_say() {
    let generous = Cooldown { allowed_fails: Some(100), alone: true, ..cooldown() };
    for cause in Cause::ALL.into_iter().filter(|cause| !rule::is_alive(*cause)) {
        let memory = due();
        assert!(claim(&memory, ID, 1_000, NOW));
        let failure = Failure { probe: true, ..failure(cause) };
        assert!(failed(&memory, ID, &generous, &failure, NOW + 10), "{cause:?}");
        assert_eq!(standing(&memory, NOW + 10), Standing::Cooled { until_ms: NOW + 5_010 });
        assert_eq!(standing(&memory, NOW + 5_010), Standing::Due);
    }
}

#[test]
fn a_probe_is_given_back_or_ends_with_its_lease() {
    let memory = due();
    assert!(claim(&memory, ID, 1_000, NOW));
    assert_eq!(standing(&memory, NOW + 999), Standing::Cooled { until_ms: NOW + 1_000 });
    assert!(!claim(&memory, ID, 1_000, NOW + 999));
    assert!(claim(&memory, ID, 1_000, NOW + 1_000), "the lease is over");
    release(&memory, ID, NOW + 1_001);
    assert_eq!(standing(&memory, NOW + 1_001), Standing::Due);
    assert!(claim(&memory, ID, 1_000, NOW + 1_001));
}

#[test]
fn an_unknown_deployment_is_well() {
    let memory = due();
    assert_eq!(Board::load(&memory).standing("other", NOW), Standing::Well);
    assert!(!claim(&memory, "other", 1_000, NOW));
    release(&memory, "other", NOW);
    succeeded(&memory, "other", &cooldown(), true, NOW);
    assert_eq!(standing(&memory, NOW), Standing::Due, "and does not touch another");
}

#[test]
fn a_cooldown_that_was_switched_off_ends_with_its_probe() {
    let memory = due();
    let off = Cooldown { length_ms: 0, ..cooldown() };
    assert!(claim(&memory, ID, 1_000, NOW));
    assert!(!failed(&memory, ID, &off, &Failure { probe: true, ..failure(Cause::ServerError) }, NOW));
    assert_eq!(standing(&memory, NOW), Standing::Well);
}
