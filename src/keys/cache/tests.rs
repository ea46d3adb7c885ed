#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;

use serde_json::json;

use super::*;
use crate::memory::Memory;

const NOW: u64 = 1_700_000_000_000;

fn settings() -> LookupSettings {
    LookupSettings { ttl_ms: 60_000, grace_ms: 600_000, refused_ttl_ms: 10_000, ..LookupSettings::default() }
}

/// A hash whose two candidate slots are told by its first two words.
fn hash(first: u32, second: u32, rest: u32) -> String {
    let words = [first, second].map(|word| format!("{:08x}", word.swap_bytes())).concat();
    format!("{words}{:048x}", rest)
}

fn key(hash: &str) -> Key {
    Key { hash: hash.to_owned(), alias: Some("a".to_owned()), ..Key::default() }
}

fn is_fresh(found: &Found) -> bool {
    matches!(found, Found::Fresh(_))
}

fn is_stale(found: &Found) -> bool {
    matches!(found, Found::Stale(_))
}

fn keep(cache: &Cache, memory: &Memory, hash: &str, now_ms: u64) {
    cache.keep(memory, &key(hash), &Asked::now(memory, now_ms));
}

#[test]
fn a_key_is_fresh_then_stale_then_missing() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Missing);
    keep(&cache, &memory, &id, NOW);
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Fresh(Rc::new(key(&id))));
    let find = |after_ms| cache.find(&memory, &id, &settings(), NOW + after_ms);
    assert!(is_fresh(&find(59_999)) && is_stale(&find(60_000)) && is_stale(&find(659_999)));
    assert_eq!(find(660_000), Found::Missing);
    let other_worker = Cache::default();
    assert!(is_fresh(&other_worker.find(&memory, &id, &settings(), NOW)));
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_live_longer() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW);
    assert!(is_stale(&cache.find(&memory, &id, &settings(), NOW - 60_000)));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW - 660_000), Found::Missing);
    cache.postpone(&memory, &id, NOW);
    assert!(is_stale(&cache.find(&memory, &id, &settings(), NOW - 60_000)));
}

#[test]
fn a_refusal_counts_for_its_time() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW - 1);
    cache.keep_refused(&memory, &id, &Asked::now(&memory, NOW));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW + 9_999), Found::Unknown, "and the key is gone");
    assert_eq!(cache.find(&memory, &id, &settings(), NOW + 10_000), Found::Missing);
}

#[test]
fn what_changed_is_missing_whether_it_was_known_or_refused() {
    let (cache, memory) = (Cache::default(), Memory::default());
    let ids = [hash(1, 2, 3), hash(4, 5, 6), hash(7, 8, 9)];
    keep(&cache, &memory, &ids[0], NOW);
    cache.keep_refused(&memory, &ids[1], &Asked::now(&memory, NOW));
    keep(&cache, &memory, &ids[2], NOW);
    assert!(cache.forget(&memory, &[ids[0].clone(), ids[1].clone(), "no hash".to_owned()]));
    let found = ids.each_ref().map(|id| cache.find(&memory, id, &settings(), NOW));
    assert_eq!(found[..2], [Found::Missing, Found::Missing]);
    assert!(is_fresh(&found[2]), "another key's change is not its own");
}

#[test]
fn where_anything_may_have_changed_keys_are_asked_for_and_usable_meanwhile() {
    let (cache, memory) = (Cache::default(), Memory::default());
    let (known, refused) = (hash(1, 2, 3), hash(4, 5, 6));
    keep(&cache, &memory, &known, NOW);
    cache.keep_refused(&memory, &refused, &Asked::now(&memory, NOW));
    assert!(cache.forget_all(&memory));
    assert!(is_stale(&cache.find(&memory, &known, &settings(), NOW)));
    assert_eq!(cache.find(&memory, &refused, &settings(), NOW), Found::Missing);
    keep(&cache, &memory, &known, NOW);
    assert!(is_fresh(&cache.find(&memory, &known, &settings(), NOW)));
}

#[test]
fn an_answer_that_a_change_has_overtaken_is_not_kept() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    let asked = Asked::now(&memory, NOW);
    assert!(cache.forget(&memory, std::slice::from_ref(&id)));
    cache.keep(&memory, &key(&id), &asked);
    cache.keep_refused(&memory, &id, &asked);
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Missing);
}

/// Memory in which a change is heard at one of the steps of whoever uses it.
struct Interrupted<'a> {
    memory: &'a Memory,
    hash: String,
    left: Cell<usize>,
}

impl Interrupted<'_> {
    fn step(&self) {
        if self.left.get() == 0 {
            assert!(Cache::default().forget(self.memory, std::slice::from_ref(&self.hash)));
        }
        self.left.set(self.left.get().wrapping_sub(1));
    }
}

impl Shared for Interrupted<'_> {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.step();
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        self.step();
        self.memory.store(key, value, cas)
    }
}

#[test]
fn a_change_takes_effect_wherever_it_meets_an_answer_that_is_being_kept() {
    let mut kept = 0;
    for step in 0..12 {
        for refused in [false, true] {
            let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
            let asked = Asked::now(&memory, NOW);
            let interrupted = Interrupted { memory: &memory, hash: id.clone(), left: Cell::new(step) };
            match refused {
                true => cache.keep_refused(&interrupted, &id, &asked),
                false => cache.keep(&interrupted, &key(&id), &asked),
            }
            let heard = interrupted.left.get() > step;
            let found = cache.find(&memory, &id, &settings(), NOW);
            assert_eq!(found == Found::Missing, heard, "step {step}, refused: {refused}");
            kept += usize::from(!heard);
        }
    }
    assert!(kept > 0, "the steps cover all of it");
}

#[test]
fn a_full_pair_of_slots_loses_the_older_entry() {
    let (cache, memory) = (Cache::default(), Memory::default());
    let ids = [hash(1, 2, 1), hash(1, 2, 2), hash(1, 2, 3)];
    for (age, id) in ids.iter().enumerate() {
        keep(&cache, &memory, id, NOW + age as u64);
    }
    let found = ids.each_ref().map(|id| is_fresh(&cache.find(&memory, id, &settings(), NOW)));
    assert_eq!(found, [false, true, true]);
    keep(&cache, &memory, &ids[1], NOW + 9);
    assert!(is_fresh(&cache.find(&memory, &ids[2], &settings(), NOW)), "its own place is taken first");
}

#[test]
fn invented_keys_displace_none_and_grow_nothing() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW);
    for number in 0..20_000_u32 {
        let invented = hash(number, number.wrapping_mul(7_919), number);
        cache.keep_refused(&memory, &invented, &Asked::now(&memory, NOW));
    }
    assert!(is_fresh(&cache.find(&memory, &id, &settings(), NOW)));
    let slots = (0..20_000).filter(|slot| memory.load(&format!("keys/refused/{slot}")).0.is_some());
    assert_eq!(slots.count(), REFUSED.slots as usize);
}

#[test]
fn a_key_that_is_too_large_is_not_kept() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW);
    let metadata = json!({"m": "x".repeat(MOST_BYTES)}).as_object().cloned().unwrap();
    cache.keep(&memory, &Key { metadata, ..key(&id) }, &Asked::now(&memory, NOW));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Missing);
}

#[test]
fn while_the_ledger_is_away_a_stale_key_is_not_asked_for_each_time() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW);
    let later = NOW + 100_000;
    cache.postpone(&memory, &id, later);
    assert!(is_fresh(&cache.find(&memory, &id, &settings(), later + 999)));
    assert!(is_stale(&cache.find(&memory, &id, &settings(), later + 1_000)));
    assert!(cache.forget(&memory, std::slice::from_ref(&id)));
    assert_eq!(cache.find(&memory, &id, &settings(), later + 1), Found::Missing);
    cache.postpone(&memory, &id, later);
    assert_eq!(cache.find(&memory, &id, &settings(), later + 1), Found::Missing);
}

#[test]
fn a_key_of_the_file_is_due_once_in_its_time() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    let due = |now_ms| cache.is_due(&memory, &id, &settings(), now_ms);
    assert!(due(NOW));
    cache.postpone_told(&memory, &id, NOW);
    assert!(!due(NOW + 999) && due(NOW + 1_000));
    cache.keep_told(&memory, &id, &Asked::now(&memory, NOW));
    assert!(!due(NOW + 59_999) && due(NOW + 60_000));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Missing, "no key was told");
}

#[test]
fn a_key_is_read_anew_when_its_entry_is_another() {
    let (cache, memory, id) = (Cache::default(), Memory::default(), hash(1, 2, 3));
    keep(&cache, &memory, &id, NOW);
    let Found::Fresh(first) = cache.find(&memory, &id, &settings(), NOW) else { panic!("not found") };
    let Found::Fresh(again) = cache.find(&memory, &id, &settings(), NOW) else { panic!("not found") };
    assert!(Rc::ptr_eq(&first, &again), "not read twice");
    let changed = Key { blocked: true, ..key(&id) };
    cache.keep(&memory, &changed, &Asked::now(&memory, NOW));
    assert_eq!(cache.find(&memory, &id, &settings(), NOW), Found::Fresh(Rc::new(changed)));
}
