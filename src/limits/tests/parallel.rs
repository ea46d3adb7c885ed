//! Requests at one time, and the leases that they hold.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const TWO: Limits = Limits { requests: None, tokens: None, parallel: Some(2) };
/// When a lease that was granted at 0 is over: see [`leases`].
const OVER_MS: u64 = LEASE_MS + LEASE_MS / 8;

fn is_granted(memory: &Memory, now_ms: u64) -> bool {
    matches!(reserve(memory, &KEY, &TWO, 0, now_ms), Outcome::Granted(_))
}

#[test]
fn a_place_is_free_when_its_request_ends() {
    let memory = Memory::default();
    for used in [Some(5), Some(0), None] {
        let first = granted(reserve(&memory, &KEY, &TWO, 0, 0));
        let second = granted(reserve(&memory, &KEY, &TWO, 0, 0));
        refused(reserve(&memory, &KEY, &TWO, 0, 0));
        assert!(first.settle(&memory, used, 10) && second.cancel(&memory, 10));
    }
    assert!(is_granted(&memory, 20) && is_granted(&memory, 20) && !is_granted(&memory, 20));
}

#[test]
fn what_nobody_releases_is_free_when_its_lease_ends() {
    let memory = Memory::default();
    assert!(is_granted(&memory, 0) && is_granted(&memory, 10_000));
    assert!(!is_granted(&memory, LEASE_MS), "for as long as was asked");
    assert!(is_granted(&memory, OVER_MS) && !is_granted(&memory, OVER_MS));
    assert!(is_granted(&memory, OVER_MS + 10_000) && !is_granted(&memory, OVER_MS + 10_000));
}

#[test]
fn releasing_late_or_twice_frees_nobody_elses() {
    let memory = Memory::default();
    let late = granted(reserve(&memory, &KEY, &TWO, 0, 0));
    let twice = granted(reserve(&memory, &KEY, &TWO, 0, OVER_MS / 2));
    assert!(is_granted(&memory, OVER_MS), "the first is over");
    late.settle(&memory, None, OVER_MS);
    assert!(!is_granted(&memory, OVER_MS));
    for _ in 0..3 {
        twice.settle(&memory, None, OVER_MS);
    }
    assert!(is_granted(&memory, OVER_MS) && !is_granted(&memory, OVER_MS));
}

#[test]
fn a_lease_that_is_renewed_lasts() {
    let memory = Memory::default();
    let mut long = granted(reserve(&memory, &KEY, &TWO, 0, 0));
    assert!(is_granted(&memory, 0));
    for _ in 0..100 {
        let now = long.renew_at_ms().unwrap();
        assert!(long.renew(&memory, now));
        assert_eq!(long.renew_at_ms(), Some(now + LEASE_MS / 2));
        let other = granted(reserve(&memory, &KEY, &TWO, 0, now + OVER_MS / 2));
        assert!(!is_granted(&memory, now + OVER_MS / 2));
        assert!(other.settle(&memory, None, now + OVER_MS / 2));
    }
    let now = long.renew_at_ms().unwrap();
    assert!(long.settle(&memory, None, now));
    assert!(is_granted(&memory, now) && is_granted(&memory, now) && !is_granted(&memory, now));
}

#[test]
fn a_lease_that_is_renewed_too_late_counts_again() {
    let memory = Memory::default();
    let mut long = granted(reserve(&memory, &KEY, &TWO, 0, 0));
    assert!(is_granted(&memory, OVER_MS) && is_granted(&memory, OVER_MS));
    // Three run now.
    assert!(long.renew(&memory, OVER_MS));
    assert!(long.settle(&memory, None, OVER_MS));
    assert!(!is_granted(&memory, OVER_MS));
}

#[test]
fn a_lease_is_renewed_even_if_the_scope_has_lost_its_slot() {
    let memory = Memory::default();
    let now = 10 * OVER_MS;
    let mut long = granted(reserve(&memory, &KEY, &TWO, 0, 0));
    memory.store(&KEY.slot(), b"another", None);
    assert!(long.renew(&memory, now));
    assert!(is_granted(&memory, now) && !is_granted(&memory, now));
    assert!(long.settle(&memory, None, now));
    assert!(is_granted(&memory, now) && !is_granted(&memory, now));
}

#[test]
fn without_a_parallel_limit_there_is_nothing_to_renew() {
    let memory = Memory::default();
    let mut reservation = granted(reserve(&memory, &KEY, &limits(5, 100), 10, 0));
    assert_eq!(reservation.renew_at_ms(), None);
    let before = memory.load(&KEY.slot());
    assert!(reservation.renew(&memory, 5_000));
    assert_eq!(memory.load(&KEY.slot()), before);
}

#[test]
fn refusals_say_so() {
    let memory = Memory::default();
    let limit = Limits { parallel: Some(1), ..limits(9, None) };
    granted(reserve(&memory, &KEY, &limit, 0, 1_000));
    let refusal = refused(reserve(&memory, &KEY, &limit, 0, 1_000));
    assert_eq!((refusal.counted, refusal.limit, refusal.retry_after_s), (Counted::Parallel, 1, Some(1)));
    assert_eq!(
        refusal.reject().message,
        "Rate limit exceeded for key \"batch\": the limit of 1 requests at one time (max_parallel_requests) is used \
         up. Try again in 1 s."
    );
    assert_eq!(refusal.headers().last(), Some(&("rate_limit_type", "max_parallel_requests".to_owned())));
    let none = Limits { parallel: Some(0), ..Limits::default() };
    let refusal = refused(reserve(&memory, &Named { name: "key/none", ..KEY }, &none, 0, 1_000));
    assert_eq!(refusal.retry_after_s, None);
    assert!(refusal.reject().message.ends_with(
        "the limit is 0 requests at one time (max_parallel_requests), so that no request can pass. Ask for a \
         higher limit."
    ));
}
