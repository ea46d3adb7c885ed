//! What a reservation gives back.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn reserving_and_settling_with_nothing_sum_to_zero() {
    for seed in 0..20 {
        let mut random = SplitMix(seed);
        let memory = Memory::default();
        let limit = limits(None, 1_000_000);
        let mut now = 1_700_000_000_000;
        let mut open = Vec::new();
        for _ in 0..100 {
            now += random.below(400);
            open.push(granted(reserve(&memory, &KEY, &limit, random.below(5_000), now)));
        }
        for reservation in open {
            now += random.below(100);
            assert!(reservation.settle(&memory, Some(0), now));
        }
        let after = granted(reserve(&memory, &KEY, &limit, 0, now)).quotas.tokens.unwrap();
        assert_eq!((after.remaining, after.reset_ms), (1_000_000, 0), "seed {seed}");
    }
}

#[test]
fn cancelling_gives_back_the_request_too() {
    let memory = Memory::default();
    let limit = limits(1, 100);
    for _ in 0..5 {
        assert!(granted(reserve(&memory, &KEY, &limit, 100, 1_000)).cancel(&memory, 1_000));
    }
    assert!(granted(reserve(&memory, &KEY, &limit, 100, 1_000)).settle(&memory, Some(0), 1_000));
    assert_eq!(refused(reserve(&memory, &KEY, &limit, 100, 1_000)).counted, Counted::Requests);
}

#[test]
fn a_refused_request_takes_nothing() {
    let memory = Memory::default();
    let limit = limits(2, 100);
    granted(reserve(&memory, &KEY, &limit, 60, 1_000));
    let before = memory.load(&KEY.slot());
    for _ in 0..10 {
        assert_eq!(refused(reserve(&memory, &KEY, &limit, 41, 1_000)).counted, Counted::Tokens);
    }
    assert_eq!(memory.load(&KEY.slot()), before);
    granted(reserve(&memory, &KEY, &limit, 40, 1_000));
}

#[test]
fn without_limits_nothing_is_stored() {
    let memory = Memory::default();
    let reservation = granted(reserve(&memory, &KEY, &Limits::default(), 1_000, 0));
    assert!(reservation.settle(&memory, Some(5), 0) && reservation.cancel(&memory, 0));
    assert_eq!(reservation.quotas.headers(), []);
    assert_eq!(memory.load(&KEY.slot()), (None, None));
}

#[test]
fn a_reservation_travels_as_json() {
    let memory = Memory::default();
    let limit = limits(5, 100);
    let reservation = granted(reserve(&memory, &KEY, &limit, 100, 1_000));
    let text = serde_json::to_string(&reservation).unwrap();
    let back: Reservation = serde_json::from_str(&text).unwrap();
    assert_eq!(back, reservation);
    assert!(back.settle(&memory, Some(10), 2_000));
    assert_eq!(granted(reserve(&memory, &KEY, &limit, 90, 2_000)).quotas.tokens.unwrap().remaining, 0);
}
