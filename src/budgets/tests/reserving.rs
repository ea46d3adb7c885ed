//! Scopes, reservations and how they end.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::event::Charge;
use crate::memory::Memory;

/// Everything that is stored for the key and the team.
fn slots(memory: &Memory) -> Vec<(Option<Vec<u8>>, Option<u32>)> {
    let keys = [KEY, TEAM].into_iter().flat_map(|name| slot::keys(slot::hash(name)));
    keys.map(|key| memory.load(&key)).filter(|stored| stored.0.is_some()).collect()
}

#[test]
fn all_scopes_are_charged_or_none() {
    let memory = Memory::default();
    let (key, team, none) = (every(1_000, "1d"), max(300), Budget::default());
    let scopes = [
        Scope { name: "user/ann", label: "ann", budget: &none },
        Scope { name: KEY, label: "batch", budget: &key },
        Scope { name: TEAM, label: "search", budget: &team },
    ];
    let midnight = NOW - NOW % 86_400_000;
    let charges = [
        Charge { scope: KEY.to_owned(), period_ms: midnight },
        Charge { scope: TEAM.to_owned(), period_ms: 0 },
    ];
    for _ in 0..3 {
        let reservation = granted(reserve(&memory, &scopes, 10, LEASE_MS, NOW));
        assert_eq!(reservation.charges(), charges);
        assert!(reservation.settle(&memory, 100, NOW));
    }
    let before = slots(&memory);
    let refusal = refused(reserve(&memory, &scopes, 10, LEASE_MS, NOW));
    assert_eq!(slots(&memory), before, "a refused request takes nothing");
    assert_eq!((refusal.index, refusal.kind, &*refusal.label), (2, "Team", "search"));
    assert_eq!((refusal.spent_nanodollars, refusal.max_nanodollars), (300, 300));
    assert_eq!((refusal.expected_nanodollars, refusal.begins_anew_ms), (0, None));
    assert_eq!(spent(&memory, KEY, midnight, NOW), 300);
    assert_eq!(spent(&memory, TEAM, 0, NOW), 300);
}

#[test]
fn what_a_scope_without_a_budget_spends_is_not_stored() {
    let memory = Memory::default();
    let none = Budget { duration: Some("1d".to_owned()), ..Budget::default() };
    let reservation = granted(ask(&memory, &none, 10, NOW));
    assert_eq!((reservation.charges(), reservation.renew_at_ms()), (Vec::new(), None));
    assert!(reservation.settle(&memory, 5, NOW) && reservation.cancel(&memory, NOW));
    assert_eq!(slots(&memory), []);
}

#[test]
fn nothing_passes_a_budget_of_nothing() {
    let memory = Memory::default();
    for prior in [0, 1] {
        let refusal = refused(ask(&memory, &max(0), prior, NOW));
        assert_eq!((refusal.spent_nanodollars, refusal.max_nanodollars), (0, 0));
    }
    assert_eq!(slots(&memory), []);
}

#[test]
fn a_soft_budget_is_told_and_refuses_nothing() {
    let memory = Memory::default();
    let soft = Budget { soft_nanodollars: Some(150), ..Budget::default() };
    let told: Vec<usize> = (0..4)
        .map(|_| {
            let reservation = granted(ask(&memory, &soft, 10, NOW));
            assert!(reservation.settle(&memory, 100, NOW));
            assert!(reservation.over_soft.iter().all(|label| label == "batch"));
            reservation.over_soft.len()
        })
        .collect();
    assert_eq!(told, [0, 0, 1, 1]);
}

#[test]
fn a_cancelled_request_leaves_nothing() {
    let memory = Memory::default();
    let budget = max(100);
    for _ in 0..50 {
        assert!(granted(ask(&memory, &budget, 60, NOW)).cancel(&memory, NOW));
    }
    granted(ask(&memory, &budget, 60, NOW));
    assert_eq!(spent(&memory, KEY, 0, NOW), 0);
}

#[test]
fn a_reservation_travels_as_json() {
    let memory = Memory::default();
    let reservation = granted(ask(&memory, &max(100), 60, NOW));
    let text = serde_json::to_string(&reservation).unwrap();
    let back: Reservation = serde_json::from_str(&text).unwrap();
    assert_eq!(back, reservation);
    assert!(back.settle(&memory, 10, NOW));
    assert_eq!(spent(&memory, KEY, 0, NOW), 10);
}

#[test]
fn a_request_under_way_counts_until_its_lease_ends() {
    let memory = Memory::default();
    let budget = max(100);
    let mut first = granted(ask(&memory, &budget, 60, NOW));
    assert_eq!(first.renew_at_ms(), Some(NOW + LEASE_MS / 2));
    refused(ask(&memory, &budget, 60, NOW + LEASE_MS - 1));

    let renewed = NOW + LEASE_MS / 2;
    assert!(first.renew(&memory, renewed));
    assert_eq!(first.renew_at_ms(), Some(renewed + LEASE_MS / 2));
    refused(ask(&memory, &budget, 60, renewed + LEASE_MS - 1));
    let ended = renewed + LEASE_MS + 240_000;
    let second = granted(ask(&memory, &budget, 60, ended));

    assert!(first.settle(&memory, 5, ended), "late, and charged all the same");
    assert_eq!(spent(&memory, KEY, 0, ended), 5);
    assert!(second.settle(&memory, 5, ended));
    assert_eq!(spent(&memory, KEY, 0, ended), 10);
}

#[test]
fn a_lease_is_renewed_before_it_ends_however_long_it_is_asked_for() {
    let memory = Memory::default();
    let budget = max(100);
    let scope = [Scope { name: KEY, label: "batch", budget: &budget }];
    let mut first = granted(reserve(&memory, &scope, 60, u64::MAX, NOW));
    for _ in 0..20 {
        let due = first.renew_at_ms().unwrap();
        refused(ask(&memory, &budget, 60, due));
        assert!(first.renew(&memory, due));
    }
}
