//! Budgets that begin anew, and clocks that disagree on when.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::memory::Memory;

const HOUR: u64 = 3_600_000;
/// An hour begins.
const NOON: u64 = NOW - NOW % HOUR + HOUR;

#[test]
fn a_budget_begins_anew() {
    let memory = Memory::default();
    let budget = every(100, "1h");
    spend(&memory, &budget, 100, NOON - 1);
    let refusal = refused(ask(&memory, &budget, 1, NOON - 1));
    assert_eq!(refusal.begins_anew_ms, Some(NOON));
    let reservation = granted(ask(&memory, &budget, 1, NOON));
    assert_eq!(reservation.charges().first().unwrap().period_ms, NOON);
    assert_eq!(spent(&memory, KEY, NOON, NOON), 0);
}

#[test]
fn a_request_is_charged_to_the_period_it_began_in() {
    let memory = Memory::default();
    let budget = every(100, "1h");
    let before = granted(ask(&memory, &budget, 1, NOON - 1));
    spend(&memory, &budget, 10, NOON);
    assert!(before.settle(&memory, 50, NOON + 1));
    assert_eq!(spent(&memory, KEY, NOON, NOON + 1), 10);
    assert_eq!(before.charges().first().unwrap().period_ms, NOON - HOUR);
}

#[test]
fn balances_count_in_their_own_period() {
    let memory = Memory::default();
    let budget = every(1_000, "1h");
    spend(&memory, &budget, 5, NOON - 1);
    learn(&memory, &[balance(KEY, NOON, 70, 0), balance(KEY, NOON - HOUR, 45, 5)], NOON - 1);
    assert_eq!(spent(&memory, KEY, NOON - HOUR, NOON - 1), 45, "the next period is not yet");
    learn(&memory, &[balance(KEY, NOON - 2 * HOUR, 900, 0)], NOON - 1);
    spend(&memory, &budget, 3, NOON);
    assert_eq!(spent(&memory, KEY, NOON, NOON), 73, "what was told of it counts when it begins");
    learn(&memory, &[balance(KEY, NOON - HOUR, 500, 5)], NOON);
    assert_eq!(spent(&memory, KEY, NOON, NOON), 73, "the last period is over");
}

#[test]
fn a_worker_that_is_a_little_late_does_not_turn_back() {
    let memory = Memory::default();
    let budget = every(100, "1h");
    spend(&memory, &budget, 100, NOON);
    let refusal = refused(ask(&memory, &budget, 1, NOON - 5));
    assert_eq!(refusal.begins_anew_ms, Some(NOON + HOUR));
}

#[test]
fn a_clock_that_was_far_ahead_is_set_back() {
    let memory = Memory::default();
    let budget = every(100, "1h");
    spend(&memory, &budget, 100, NOON + 5 * HOUR);
    spend(&memory, &budget, 100, NOON);
    refused(ask(&memory, &budget, 1, NOON));
    refused(ask(&memory, &budget, 1, NOON + 5 * HOUR));
}

#[test]
fn another_duration_is_another_sum() {
    let memory = Memory::default();
    let (daily, monthly, for_ever) = (every(100, "1d"), every(100, "30d"), max(100));
    spend(&memory, &daily, 100, NOW);
    refused(ask(&memory, &daily, 1, NOW));
    spend(&memory, &monthly, 100, NOW);
    refused(ask(&memory, &monthly, 1, NOW));
    refused(ask(&memory, &daily, 1, NOW));
    learn(&memory, &[balance(KEY, 0, 100, 0)], NOW);
    refused(ask(&memory, &for_ever, 1, NOW));
}

#[test]
fn a_duration_that_is_none_never_begins_anew() {
    let memory = Memory::default();
    let reservation = granted(ask(&memory, &every(100, "soon"), 1, NOW));
    assert_eq!(reservation.charges().first().unwrap().period_ms, 0);
    assert!(reservation.settle(&memory, 100, NOW));
    let refusal = refused(ask(&memory, &every(100, "soon"), 1, u64::MAX));
    assert_eq!(refusal.begins_anew_ms, None);
}
