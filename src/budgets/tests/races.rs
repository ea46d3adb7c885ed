//! Workers that write at the same time.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;

use super::*;
use crate::memory::Memory;

/// [`Memory`] where other workers spend 5 between a load and a store, as often as `rivals` says.
struct Contested {
    memory: Memory,
    budget: Budget,
    rivals: Cell<u64>,
    passed: Cell<u64>,
}

impl Shared for Contested {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        if self.rivals.get() > 0 {
            self.rivals.set(self.rivals.get() - 1);
            if let Outcome::Granted(reservation) = ask(&self.memory, &self.budget, 5, NOW) {
                assert!(reservation.settle(&self.memory, 5, NOW));
                self.passed.set(self.passed.get() + 1);
            }
        }
        self.memory.store(key, value, cas)
    }
}

fn contested(budget: Budget, rivals: u64) -> Contested {
    Contested { memory: Memory::default(), budget, rivals: Cell::new(rivals), passed: Cell::new(0) }
}

#[test]
fn a_lost_race_loses_no_count() {
    for rivals in 0..20 {
        let shared = contested(max(50), rivals);
        let won = match ask(&shared, &shared.budget, 5, NOW) {
            Outcome::Granted(reservation) => reservation.settle(&shared, 5, NOW),
            _ => false,
        };
        assert_eq!(won, rivals < 10, "{rivals}");
        assert_eq!(spent(&shared, KEY, 0, NOW), 5 * (shared.passed.get() + u64::from(won)), "{rivals}");
    }
}

#[test]
fn a_race_that_is_always_lost_ends() {
    let shared = contested(max(1_000_000), 0);
    let open = granted(ask(&shared, &shared.budget, 5, NOW));
    shared.rivals.set(u64::MAX);
    assert_eq!(ask(&shared, &shared.budget, 5, NOW), Outcome::Contended);
    assert!(!open.settle(&shared, 5, NOW));

    shared.rivals.set(0);
    let passed = shared.passed.get();
    assert_eq!(passed, 2 * ROUNDS as u64);
    assert!(open.settle(&shared, 5, NOW));
    assert_eq!(spent(&shared, KEY, 0, NOW), 5 * passed + 5);
}

#[test]
fn what_was_taken_before_a_refusal_is_given_back() {
    /// [`Memory`] where another worker spends the key's budget once the team's was taken.
    struct Overtaken(Memory, Cell<u32>);
    impl Shared for Overtaken {
        fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
            self.0.load(key)
        }
        fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
            self.1.set(self.1.get() + 1);
            if self.1.get() == 2 {
                spend(&self.0, &max(50), 50, NOW);
            }
            self.0.store(key, value, cas)
        }
    }
    let shared = Overtaken(Memory::default(), Cell::new(0));
    let (key, team) = (max(50), max(100));
    let scopes = [
        Scope { name: TEAM, label: "search", budget: &team },
        Scope { name: KEY, label: "batch", budget: &key },
    ];
    let refusal = refused(reserve(&shared, &scopes, 90, LEASE_MS, NOW));
    assert_eq!((refusal.index, refusal.spent_nanodollars), (1, 50));
    let account = Held::find(&shared, slot::hash(TEAM), 0, NOW).unwrap().account;
    assert_eq!(account.standing(90, NOW).expected, 0, "nothing is under way");
    granted(reserve(&shared, &scopes[..1], 90, LEASE_MS, NOW));
}
