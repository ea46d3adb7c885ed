//! Slots that are all taken, and who gives one up.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::memory::{ABSENT, Memory};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Fills the slots that the key may stand in with other scopes, each made by `make` from its number.
fn fill(memory: &Memory, make: impl Fn(&mut account::Account, u64)) {
    for (number, key) in slot::keys(slot::hash(KEY)).enumerate() {
        let mut account = account::Account::new(number as u128, 0);
        make(&mut account, number as u64);
        assert!(memory.store(&key, &account.encode(), Some(ABSENT)));
    }
}

/// Which of the other scopes are left.
fn left(memory: &Memory) -> Vec<u128> {
    let values = slot::keys(slot::hash(KEY)).filter_map(|key| memory.load(&key).0);
    let names = values.filter_map(|value| account::Account::decode(&value)).map(|account| account.name());
    names.filter(|name| *name < 8).collect()
}

#[test]
fn who_gives_up_a_slot() {
    let told = |own| balance("", 0, 100 + own, own);
    for (what, now, gives_up) in [
        ("scopes in use", NOW + HOUR - 1, None),
        ("scopes that the ledger does not know all of", NOW + HOUR, None),
        ("nor ever will", NOW + DAY, Some(0)),
    ] {
        let memory = Memory::default();
        fill(&memory, |account, number| {
            account.charge(0, 10, NOW + number);
            account.learn(&told(9), NOW);
        });
        assert_eq!(ask(&memory, &max(100), 1, now) == Outcome::Contended, gives_up.is_none(), "{what}");
        let expected: Vec<u128> = (0..8).filter(|number| Some(*number) != gives_up).collect();
        assert_eq!(left(&memory), expected, "{what}");
    }

    let memory = Memory::default();
    fill(&memory, |account, number| {
        account.charge(0, 10, NOW + 8 - number);
        account.learn(&told(10), NOW);
    });
    assert_eq!(ask(&memory, &max(100), 1, NOW + HOUR), Outcome::Contended);
    granted(ask(&memory, &max(100), 1, NOW + HOUR + 8));
    assert_eq!(left(&memory), [0, 1, 2, 3, 4, 5, 6], "the one that nobody has used for longest");
}

#[test]
fn scopes_that_were_only_told_of_give_way_oldest_first() {
    let memory = Memory::default();
    fill(&memory, |account, number| {
        account.learn(&balance("", 0, 100, 0), NOW + (number + 4) % 8);
    });
    learn(&memory, &[balance(KEY, 0, 70, 0)], NOW + 9);
    assert_eq!(left(&memory), [0, 1, 2, 3, 5, 6, 7]);
    assert_eq!(spent(&memory, KEY, 0, NOW), 70);
}

#[test]
fn where_there_is_no_slot_nothing_passes_and_nothing_hangs() {
    let memory = Memory::default();
    fill(&memory, |account, _| account.take(Lease::new(1, LEASE_MS, NOW), NOW));
    assert_eq!(ask(&memory, &max(100), 1, NOW), Outcome::Contended);
    learn(&memory, &[balance(KEY, 0, 70, 0)], NOW);
    assert_eq!(left(&memory), [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_scope_that_is_refused_all_the_time_is_in_use() {
    let memory = Memory::default();
    spend(&memory, &max(100), 100, NOW);
    learn(&memory, &[balance(KEY, 0, 100, 100)], NOW);
    let mut now = NOW;
    while now < NOW + 2 * DAY {
        now += HOUR / 7;
        refused(ask(&memory, &max(100), 1, now));
        let account = Held::find(&memory, slot::hash(KEY), 0, now).unwrap().account;
        assert!(!account.is_idle(now + HOUR / 2));
    }
}

#[test]
fn a_request_whose_scope_was_forgotten_is_charged() {
    let memory = Memory::default();
    let reservation = granted(ask(&memory, &max(100), 1, NOW));
    let later = NOW + 2 * DAY;
    for (number, key) in slot::keys(slot::hash(KEY)).enumerate() {
        let other = account::Account::new(number as u128, 0);
        memory.store(&key, &other.encode(), None);
    }
    assert!(reservation.settle(&memory, 30, later));
    assert_eq!(spent(&memory, KEY, 0, later), 30);
}
