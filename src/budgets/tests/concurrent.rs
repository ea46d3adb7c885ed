//! 200 requests at once against a budget that covers 50: by how much it is exceeded.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::memory::Memory;

const COST: u64 = 20_000_000;
const BUDGET: u64 = 50 * COST;
const REQUESTS: usize = 200;

/// What came of a run.
struct Run {
    passed: u64,
    /// Spent beyond the budget.
    overshoot: u64,
    /// What the requests that were under way at the last grant cost beyond what was expected of them; of the last
    /// one alone, its cost.
    bound: u64,
}

/// 200 requests that begin and end in a random order, each of which costs what `cost` says.
fn run(seed: u64, known: bool, prior: u64, cost: impl Fn(&mut SplitMix) -> u64) -> Run {
    let memory = Memory::default();
    let mut random = SplitMix(seed);
    let warm_up = u64::from(known) * COST;
    let budget = max(BUDGET + warm_up);
    if known {
        spend(&memory, &budget, COST, NOW);
    }
    let mut open: Vec<(Reservation, u64)> = Vec::new();
    let mut run = Run { passed: 0, overshoot: 0, bound: 0 };
    let mut left = REQUESTS;
    while left > 0 || !open.is_empty() {
        if left > 0 && (open.is_empty() || random.below(4) > 0) {
            left -= 1;
            let expected = expected(&memory, prior);
            if let Outcome::Granted(reservation) = ask(&memory, &budget, prior, NOW) {
                run.passed += 1;
                open.push((reservation, cost(&mut random)));
                let costs = open.iter().map(|(_, cost)| cost).sum::<u64>();
                let alone = open.len() == 1;
                run.bound = if alone { costs } else { costs.saturating_sub(expected * open.len() as u64) };
            }
        } else {
            let index = usize::try_from(random.below(open.len() as u64)).unwrap();
            let (reservation, cost) = open.swap_remove(index);
            assert!(reservation.settle(&memory, cost, NOW));
        }
    }
    run.overshoot = spent(&memory, KEY, 0, NOW).saturating_sub(BUDGET + warm_up);
    run
}

/// What is expected of one request.
fn expected(memory: &Memory, prior: u64) -> u64 {
    let mut account = Held::find(memory, slot::hash(KEY), 0, NOW).unwrap().account;
    account.take(Lease::new(prior.max(1), LEASE_MS, NOW), NOW);
    let (one, two) = {
        let one = account.standing(prior.max(1), NOW).expected;
        account.take(Lease::new(prior.max(1), LEASE_MS, NOW), NOW);
        (one, account.standing(prior.max(1), NOW).expected)
    };
    two - one
}

#[test]
fn what_is_known_to_cost_the_same_is_not_exceeded() {
    for seed in 0..15 {
        for prior in [1, COST / 2, COST, 20 * COST] {
            let run = run(seed, true, prior, |_| COST);
            assert_eq!((run.passed, run.overshoot), (50, 0), "seed {seed} prior {prior}");
        }
    }
}

#[test]
fn a_good_guess_is_not_exceeded() {
    for seed in 0..15 {
        let run = run(seed, false, COST, |_| COST);
        assert_eq!((run.passed, run.overshoot), (50, 0), "seed {seed}");
    }
}

#[test]
fn all_at_once_pass_as_many_as_the_guess_covers() {
    for (prior, passes) in [(COST, 50), (COST / 2, 100), (2 * COST, 25), (100 * COST, 1), (1, 200), (0, 200)]
    {
        let memory = Memory::default();
        let open: Vec<Reservation> = (0..REQUESTS)
            .filter_map(|_| match ask(&memory, &max(BUDGET), prior, NOW) {
                Outcome::Granted(reservation) => Some(reservation),
                _ => None,
            })
            .collect();
        assert_eq!(open.len() as u64, passes, "prior {prior}");
        assert!(open.iter().all(|reservation| reservation.settle(&memory, COST, NOW)));
        let spent = spent(&memory, KEY, 0, NOW);
        assert_eq!(spent, passes * COST);
        assert!(spent.saturating_sub(BUDGET) <= passes * COST.saturating_sub(prior), "prior {prior}");
    }
}

#[test]
fn the_overshoot_is_bounded_by_what_was_under_way() {
    let mut exceeded = 0;
    for seed in 0..30 {
        for known in [false, true] {
            for prior in [1, COST / 4, COST, 4 * COST] {
                let run = run(seed, known, prior, |random| 1 + random.below(2 * COST));
                assert!(run.overshoot <= run.bound, "seed {seed}: {} > {}", run.overshoot, run.bound);
                exceeded += u64::from(run.overshoot > 0);
            }
        }
    }
    assert!(exceeded > 0, "costs that differ do exceed it");
}

#[test]
fn it_is_used_up_by_those_who_come_again() {
    for seed in 0..20 {
        let memory = Memory::default();
        let mut random = SplitMix(seed);
        let mut open: Vec<Reservation> = Vec::new();
        let mut rounds = 0;
        while spent(&memory, KEY, 0, NOW) < BUDGET {
            rounds += 1;
            assert!(rounds < 2_000, "seed {seed}: what is left is never used");
            if let Outcome::Granted(reservation) = ask(&memory, &max(BUDGET), COST, NOW) {
                open.push(reservation);
            }
            if open.len() > 20 || random.below(3) == 0 {
                let cost = 1 + random.below(2 * COST);
                assert!(open.pop().is_none_or(|reservation| reservation.settle(&memory, cost, NOW)));
            }
        }
    }
}
