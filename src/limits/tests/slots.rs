//! A table with few slots: scopes come and go.

use std::cell::Cell;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use entry::Entry;
use scope_id::ScopeId;

/// [`Memory`] with a table of `slots` slots, a power of two of at least as many as a scope probes: numbers are
/// taken modulo that, which leaves a scope's probes different. Counts what is read and written.
pub(super) struct Small {
    pub(super) memory: Memory,
    pub(super) slots: u32,
    loads: Cell<u32>,
    stores: Cell<u32>,
}

impl Small {
    pub(super) fn new(slots: u32) -> Self {
        Self { memory: Memory::default(), slots, loads: Cell::new(0), stores: Cell::new(0) }
    }

    fn fold(&self, key: &str) -> String {
        let slot: u32 = key.strip_prefix("limits/").unwrap().parse().unwrap();
        table::key(slot % self.slots)
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let load = |slot| Entry::decode(self.memory.load(&table::key(slot)).0?);
        (0..self.slots).filter_map(load).collect()
    }

    /// Loads and stores since the last time.
    fn cost(&self) -> (u32, u32) {
        (self.loads.take(), self.stores.take())
    }
}

impl Shared for Small {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.loads.set(self.loads.get() + 1);
        self.memory.load(&self.fold(key))
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        self.stores.set(self.stores.get() + 1);
        self.memory.store(&self.fold(key), value, cas)
    }
}

fn once(shared: &dyn Shared, number: u64, limits: &Limits, now_ms: u64) -> Outcome {
    let name = format!("end_user/k/{number}");
    let scope = Scope { name: &name, named_by_caller: true, label: "end user", limits };
    super::super::reserve(shared, &[scope], 10, LEASE_MS, now_ms)
}

#[test]
fn a_known_scope_costs_one_load_and_one_store() {
    let small = Small::new(1 << 15);
    let limit = Limits { parallel: Some(9), ..limits(9, 900) };
    let first = granted(once(&small, 1, &limit, 0));
    assert_eq!(small.cost(), (4, 2), "of a new one: it is claimed");
    let mut second = granted(once(&small, 1, &limit, 0));
    assert_eq!(small.cost(), (1, 1));
    assert!(first.settle(&small, Some(5), 10) && second.renew(&small, 10) && second.cancel(&small, 10));
    assert_eq!(small.cost(), (3, 3));
    refused(once(&small, 1, &limits(0, None), 20));
    assert_eq!(small.cost(), (1, 0));
}

#[test]
fn a_full_table_refuses_new_scopes_and_keeps_the_old() {
    let small = Small::new(8);
    let limit = limits(2, None);
    for number in 0..8 {
        granted(once(&small, number, &limit, 0));
    }
    assert_eq!(once(&small, 8, &limit, 1_000), Outcome::Full);
    for number in 0..8 {
        granted(once(&small, number, &limit, 30_000));
        refused(once(&small, number, &limit, 30_000));
    }
    assert_eq!(once(&small, 8, &limit, 89_999), Outcome::Full);
    for number in 8..16 {
        granted(once(&small, number, &limit, 90_000));
    }
    assert_eq!(once(&small, 0, &limit, 90_000), Outcome::Full);
}

#[test]
fn a_running_request_keeps_its_slot() {
    let small = Small::new(8);
    let limit = Limits { parallel: Some(1), ..Limits::default() };
    let running: Vec<Reservation> = (0..8).map(|number| granted(once(&small, number, &limit, 0))).collect();
    assert_eq!(once(&small, 8, &limit, 0), Outcome::Full);
    assert!(running[3].settle(&small, None, 1));
    granted(once(&small, 8, &limit, 1));
    assert_eq!(once(&small, 3, &limit, 1), Outcome::Full);
}

#[test]
fn what_is_settled_after_the_slot_was_lost_hurts_nobody() {
    let small = Small::new(8);
    let limit = limits(5, 100);
    let lost = granted(once(&small, 0, &limit, 0));
    let before: Vec<Reservation> =
        (8..16).map(|number| granted(once(&small, number, &limit, 60_000))).collect();
    assert!(lost.settle(&small, Some(3), 60_000) && lost.cancel(&small, 60_000));
    assert!(!lost.settle(&small, Some(30), 60_000), "there is no room to charge it");
    assert!(before[0].cancel(&small, 60_000));
    assert!(lost.settle(&small, Some(30), 60_000));
    let left = granted(once(&small, 0, &limit, 60_000)).quotas.tokens.unwrap();
    assert_eq!(left.remaining, 100 - 20 - 10);
}

#[test]
fn a_clock_set_back_frees_slots_of_scopes_that_never_come_again() {
    let small = Small::new(8);
    let limit = limits(2, None);
    for number in 0..8 {
        granted(once(&small, number, &limit, 10_000_000));
    }
    assert_eq!(once(&small, 8, &limit, 5_000), Outcome::Full);
    assert_eq!(once(&small, 8, &limit, 64_999), Outcome::Full);
    granted(once(&small, 8, &limit, 65_000));
}

#[test]
fn the_claim_of_a_dead_worker_is_used_or_expires() {
    let small = Small::new(8);
    let limit = limits(2, None);
    let scope = Scope { name: "end_user/k/0", named_by_caller: true, label: "", limits: &limit };
    let id = ScopeId::of(&scope);
    for slot in id.probes() {
        small.store(&table::key(slot), &Entry::claim(id, 1_000).encode(), None);
    }
    assert_eq!(once(&small, 1, &limit, 1_999), Outcome::Full);
    granted(once(&small, 0, &limit, 1_999));
    assert_eq!(small.entries().iter().filter(|entry| entry.id == id).count(), 1);
    for number in 1..8 {
        granted(once(&small, number, &limit, 2_000));
    }
    assert_eq!(once(&small, 8, &limit, 2_000), Outcome::Full);
}
