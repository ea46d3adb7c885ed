//! What budgets promise; here is what its tests share.

mod concurrent;
mod expecting;
mod model;
mod periods;
mod races;
mod reserving;
mod slots;

use super::*;
use crate::random::SplitMix;

/// Saturday, 2026-11-21, 10:55:38.123.
const NOW: u64 = 1_795_258_538_123;
const LEASE_MS: u64 = 60_000;
const KEY: &str = "key/4f2c";
const TEAM: &str = "team/search";

fn max(nanodollars: u64) -> Budget {
    Budget { max_nanodollars: Some(nanodollars), ..Budget::default() }
}

fn every(nanodollars: u64, duration: &str) -> Budget {
    Budget { duration: Some(duration.to_owned()), ..max(nanodollars) }
}

/// One request of the key's.
fn ask(shared: &dyn Shared, budget: &Budget, prior: u64, now_ms: u64) -> Outcome {
    reserve(shared, &[Scope { name: KEY, label: "batch", budget }], prior, LEASE_MS, now_ms)
}

/// One request of the key's that did cost so much.
fn spend(shared: &dyn Shared, budget: &Budget, cost: u64, now_ms: u64) {
    assert!(granted(ask(shared, budget, 1, now_ms)).settle(shared, cost, now_ms));
}

fn granted(outcome: Outcome) -> Reservation {
    match outcome {
        Outcome::Granted(reservation) => reservation,
        other => panic!("granted expected, found {other:?}"),
    }
}

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("refused expected, found {other:?}"),
    }
}

/// What is known to be spent of a scope's budget.
fn spent(shared: &dyn Shared, name: &str, period_ms: u64, now_ms: u64) -> u64 {
    let mut account = Held::find(shared, slot::hash(name), period_ms, now_ms).unwrap().account;
    account.enter(period_ms, now_ms);
    account.spent()
}

fn balance(scope: &str, period_ms: u64, total: u64, own: u64) -> Balance {
    Balance { scope: scope.to_owned(), period_ms, total_nanodollars: total, own_nanodollars: own }
}
