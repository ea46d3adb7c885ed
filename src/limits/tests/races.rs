//! Workers that write at the same time.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;

use super::*;
use crate::memory::ROUNDS;

/// [`Memory`] where other workers take a request between a load and a store, as often as `rivals` says.
struct Contested {
    memory: Memory,
    limits: Limits,
    rivals: Cell<u64>,
    granted: Cell<u64>,
    now_ms: u64,
}

impl Shared for Contested {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        if self.rivals.get() > 0 {
            self.rivals.set(self.rivals.get() - 1);
            if let Outcome::Granted(_) = reserve(&self.memory, &KEY, &self.limits, 5, self.now_ms) {
                self.granted.set(self.granted.get() + 1);
            }
        }
        self.memory.store(key, value, cas)
    }
}

fn contested(limits: Limits, rivals: u64) -> Contested {
    Contested {
        memory: Memory::default(),
        limits,
        rivals: Cell::new(rivals),
        granted: Cell::new(0),
        now_ms: 1_000,
    }
}

#[test]
fn a_lost_race_loses_no_count() {
    for rivals in 0..20 {
        let shared = contested(limits(10, 1_000), rivals);
        let won = matches!(reserve(&shared, &KEY, &shared.limits, 5, 1_000), Outcome::Granted(_));
        assert_eq!(won, rivals < 10, "{rivals}");
        assert_eq!(shared.granted.get(), rivals.min(10), "{rivals}");
        shared.rivals.set(0);
        let left = 10 - shared.granted.get() - u64::from(won);
        for _ in 0..left {
            granted(reserve(&shared, &KEY, &shared.limits, 5, 1_000));
        }
        refused(reserve(&shared, &KEY, &shared.limits, 5, 1_000));
    }
}

#[test]
fn a_race_that_is_always_lost_ends() {
    let shared = contested(limits(1_000_000, None), u64::MAX);
    assert_eq!(reserve(&shared, &KEY, &shared.limits, 5, 1_000), Outcome::Contended);
    assert_eq!(shared.granted.get(), ROUNDS as u64);

    shared.rivals.set(0);
    let limit = limits(None, 1_000_000);
    let reservation = granted(reserve(&shared, &KEY, &limit, 5, 1_000));
    shared.rivals.set(u64::MAX);
    assert!(!reservation.settle(&shared, Some(0), 1_000));
    shared.rivals.set(3);
    assert!(reservation.settle(&shared, Some(0), 1_000));
}
