//! Workers that write at the same time.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::memory::ROUNDS;

#[test]
fn one_of_many_claimers_wins() {
    for rivals in 1..10 {
        let memory = due();
        let won = Cell::new(0);
        let count = |claimed| won.set(won.get() + u64::from(claimed));
        let rival = |memory: &Memory| count(claim(memory, ID, 1_000, NOW));
        let shared = Watched::new(&memory, rivals, &rival);
        count(claim(&shared, ID, 1_000, NOW));
        (0..3).for_each(|_| rival(&memory));
        assert_eq!(won.get(), 1, "{rivals}");
    }
}

#[test]
fn no_failure_is_lost_to_another() {
    let counted = Cooldown { allowed_fails: Some(5), ..cooldown() };
    for rivals in 0..5 {
        let memory = Memory::default();
        let rival = |memory: &Memory| {
            assert!(!failed(memory, ID, &counted, &failure(Cause::ServerError), NOW));
        };
        let shared = Watched::new(&memory, rivals, &rival);
        assert!(!failed(&shared, ID, &counted, &failure(Cause::ServerError), NOW));
        for _ in 0..4 - rivals {
            rival(&memory);
        }
        assert!(failed(&memory, ID, &counted, &failure(Cause::ServerError), NOW), "the sixth, {rivals}");
    }
}

#[test]
fn two_deployments_that_cool_at_once_are_both_cooled() {
    let memory = Memory::default();
    let rival = |memory: &Memory| {
        assert!(failed(memory, "other", &cooldown(), &failure(Cause::RateLimit), NOW));
    };
    let shared = Watched::new(&memory, 1, &rival);
    assert!(failed(&shared, ID, &cooldown(), &failure(Cause::RateLimit), NOW));
    let board = Board::load(&memory);
    for id in [ID, "other"] {
        assert_eq!(board.standing(id, NOW), Standing::Cooled { until_ms: NOW + 5_000 }, "{id}");
    }
}

#[test]
fn a_race_that_is_always_lost_ends() {
    let memory = due();
    let number = Cell::new(NOW);
    let rival = |memory: &Memory| {
        number.set(number.get() + 1);
        let retry_after_ms = Some(number.get() - NOW + 10_000);
        let failure = Failure { retry_after_ms, ..failure(Cause::RateLimit) };
        assert!(failed(memory, "other", &cooldown(), &failure, NOW));
    };
    let shared = Watched::new(&memory, u64::MAX, &rival);
    assert!(!claim(&shared, ID, 1_000, NOW));
    assert_eq!(shared.calls(), (ROUNDS as u64, ROUNDS as u64));
    assert!(!failed(&shared, ID, &cooldown(), &failure(Cause::RateLimit), NOW), "not stored, not cooled");
    assert_eq!(standing(&memory, NOW), Standing::Due);
}

#[test]
fn no_try_under_way_is_lost_to_another() {
    use crate::health::traffic::{Sample, Traffic, began, ended};
    let memory = Memory::default();
    let rival = |memory: &Memory| began(memory, ID, NOW, 60_000);
    let shared = Watched::new(&memory, 10, &rival);
    began(&shared, ID, NOW, 60_000);
    assert_eq!(Traffic::load(&memory, ID, NOW, 0, 60_000).in_flight, 11);
    let sample = Sample { began_ms: NOW, tokens: 5, ..Sample::default() };
    let rival = |memory: &Memory| ended(memory, ID, &sample, NOW);
    let shared = Watched::new(&memory, 10, &rival);
    ended(&shared, ID, &sample, NOW);
    let traffic = Traffic::load(&memory, ID, NOW, 0, 60_000);
    assert_eq!((traffic.in_flight, traffic.requests, traffic.tokens), (0, 11, 55));
}
