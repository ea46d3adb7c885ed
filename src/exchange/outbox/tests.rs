//! The outbox as a state machine: several couriers, one memory.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;

use super::*;
use crate::memory::{Memory, Queue, Shared};

fn store(memory: &Memory, most_bytes: u64) -> Store<'_> {
    Store { queue: memory, shared: memory, most_bytes }
}

/// Shared memory that remembers the most bytes that ever waited in it.
#[derive(Default)]
struct Watched {
    memory: Memory,
    most: Cell<u64>,
}

impl Shared for Watched {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        let stored = self.memory.store(key, value, cas);
        self.most.set(self.most.get().max(waiting(&self.memory)));
        stored
    }
}

impl Queue for Watched {
    fn put(&self, item: &[u8]) -> bool {
        self.memory.put(item)
    }

    fn take(&self) -> Option<Vec<u8>> {
        self.memory.take()
    }
}

fn full(memory: &Memory, events: &[&str]) -> Outbox {
    let mut outbox = Outbox::new(1);
    events.iter().for_each(|event| outbox.push(&store(memory, 1_000_000), event.as_bytes()));
    outbox
}

/// With room for everything.
fn post(outbox: &mut Outbox, memory: &Memory, now_ms: u64) -> Option<String> {
    outbox.batch(&store(memory, 1_000_000), now_ms).map(|batch| String::from_utf8(batch).unwrap())
}

fn answer(outbox: &mut Outbox, memory: &Memory, status: Option<u16>, now_ms: u64) -> Option<String> {
    let refused = outbox.answered(&store(memory, 1_000_000), status, now_ms, 0);
    refused.map(|event| String::from_utf8(event).unwrap())
}

fn waiting(memory: &Memory) -> u64 {
    store(memory, 0).bytes()
}

#[test]
fn a_batch_is_sent_once_and_forgotten_when_acknowledged() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1", "2"]);
    assert_eq!(post(&mut outbox, &memory, 0).as_deref(), Some(r#"{"events":[1,2]}"#));
    outbox.push(&store(&memory, 1_000_000), b"3");
    assert_eq!(post(&mut outbox, &memory, 0), None, "one at a time");
    assert_eq!(waiting(&memory), 3);
    answer(&mut outbox, &memory, Some(200), 0);
    assert_eq!(post(&mut outbox, &memory, 0).as_deref(), Some(r#"{"events":[3]}"#));
    answer(&mut outbox, &memory, Some(200), 0);
    assert_eq!((waiting(&memory), post(&mut outbox, &memory, 0)), (0, None));
    assert_eq!(outbox.counts(), Counts { queued: 3, delivered: 3, retried: 0, dropped: 0 });
}

#[test]
fn a_few_events_wait_for_more() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1", "2"]);
    let is_due = |outbox: &Outbox| outbox.is_due(&store(&memory, 1_000_000));
    assert!(!is_due(&outbox), "two events");
    post(&mut outbox, &memory, 0);
    let event = format!("\"{}\"", "x".repeat(PROMPT_BYTES as usize));
    outbox.push(&store(&memory, 1_000_000), event.as_bytes());
    assert!(!is_due(&outbox), "one batch at a time");
    answer(&mut outbox, &memory, Some(200), 0);
    assert!(is_due(&outbox), "enough of them");
    post(&mut outbox, &memory, 0);
    answer(&mut outbox, &memory, Some(200), 0);
    assert!(!is_due(&outbox), "nothing");
}

#[test]
fn a_small_outbox_waits_for_less() {
    let memory = Memory::default();
    let store = store(&memory, 8);
    let mut outbox = Outbox::new(1);
    outbox.push(&store, b"1");
    assert!(!outbox.is_due(&store));
    outbox.push(&store, b"2");
    assert!(outbox.is_due(&store));
}

#[test]
fn what_is_left_of_a_refused_batch_does_not_wait() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1", "2", "3"]);
    post(&mut outbox, &memory, 0);
    answer(&mut outbox, &memory, Some(400), 0);
    assert!(outbox.is_due(&store(&memory, 1_000_000)));
    assert_eq!(post(&mut outbox, &memory, 0).as_deref(), Some(r#"{"events":[1]}"#));
    answer(&mut outbox, &memory, Some(200), 0);
    assert!(outbox.is_due(&store(&memory, 1_000_000)));
}

#[test]
fn a_failed_batch_is_sent_again_later_and_later() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1"]);
    let mut now = 0;
    for pause in [100, 200, 400, 800, 1_600, 2_000, 2_000] {
        assert!(post(&mut outbox, &memory, now).is_some());
        outbox.answered(&store(&memory, 1_000_000), None, now, u64::MAX);
        assert_eq!(post(&mut outbox, &memory, now + pause / 2 - 1), None);
        now += pause;
    }
    assert_eq!(post(&mut outbox, &memory, now).as_deref(), Some(r#"{"events":[1]}"#));
    answer(&mut outbox, &memory, Some(200), now);
    assert_eq!(outbox.counts(), Counts { queued: 1, delivered: 1, retried: 7, dropped: 0 });
}

#[test]
fn a_full_store_drops_the_oldest_that_no_courier_has() {
    let memory = Memory::default();
    let store = store(&memory, 3);
    let mut outbox = Outbox::new(1);
    outbox.push(&store, b"1");
    outbox.batch(&store, 0);
    ["2", "3", "4"].iter().for_each(|event| outbox.push(&store, event.as_bytes()));
    outbox.answered(&store, Some(200), 0, 0);
    assert_eq!(outbox.batch(&store, 0).unwrap(), br#"{"events":[3,4]}"#);
    assert_eq!((outbox.counts().dropped, store.bytes()), (1, 2));
}

#[test]
fn the_bytes_that_wait_never_pass_the_bound_not_even_for_a_moment() {
    let memory = Watched::default();
    let store = Store { queue: &memory, shared: &memory, most_bytes: 10 };
    let mut outbox = Outbox::new(1);
    for size in (1..=10).chain([3, 11, 10, 4, 4, 4]) {
        outbox.push(&store, "1".repeat(size).as_bytes());
    }
    assert!(memory.most.get() <= 10, "{} bytes", memory.most.get());
    outbox.batch(&store, 0);
    outbox.push(&store, b"1234");
    assert_eq!(
        (memory.most.get(), store.bytes()),
        (10, 8),
        "what is under way does not go, so the new one goes"
    );
    assert_eq!(outbox.counts().dropped, outbox.counts().queued - 2);
}

#[test]
fn an_event_larger_than_the_store_costs_only_itself() {
    let memory = Memory::default();
    let store = store(&memory, 3);
    let mut outbox = Outbox::new(1);
    ["1", "2222", "3"].iter().for_each(|event| outbox.push(&store, event.as_bytes()));
    assert_eq!(outbox.batch(&store, 0).unwrap(), br#"{"events":[1,3]}"#);
    assert_eq!(outbox.counts(), Counts { queued: 3, delivered: 0, retried: 0, dropped: 1 });
}

#[test]
fn refused_events_cost_only_themselves() {
    let memory = Memory::default();
    let events: Vec<String> = (0..200)
        .map(|number| if number % 70 == 3 { format!("\"bad{number}\"") } else { number.to_string() })
        .collect();
    let mut outbox = full(&memory, &events.iter().map(String::as_str).collect::<Vec<_>>());
    let (mut posts, mut refused, mut delivered) = (0, Vec::new(), 0);
    while let Some(batch) = post(&mut outbox, &memory, 0) {
        posts += 1;
        let bad = batch.contains("bad");
        delivered += if bad { 0 } else { batch.split(',').count() };
        refused.extend(answer(&mut outbox, &memory, Some(if bad { 422 } else { 200 }), 0));
    }
    assert_eq!((refused.join(" ").as_str(), delivered), (r#""bad3" "bad73" "bad143""#, 197));
    assert!(posts < 60, "{posts} posts");
    assert_eq!(outbox.counts(), Counts { queued: 200, delivered: 197, retried: 0, dropped: 3 });
    assert_eq!(waiting(&memory), 0);
}

#[test]
fn a_batch_is_bounded_in_events_and_bytes() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1"; 1_000]);
    assert_eq!(post(&mut outbox, &memory, 0).unwrap().matches('1').count(), batch::EVENTS);
    let memory = Memory::default();
    let large = "1".repeat(batch::BYTES / 2 + 1);
    let mut outbox = full(&memory, &[large.as_str(); 4]);
    assert_eq!(post(&mut outbox, &memory, 0).unwrap().matches(',').count(), 1, "two of the four");
}

#[test]
fn the_batch_of_a_vm_that_is_gone_is_sent_by_another() {
    let memory = Memory::default();
    let mut gone = full(&memory, &["1", "2"]);
    assert!(post(&mut gone, &memory, 0).is_some());
    drop(gone);
    let mut other = Outbox::new(2);
    assert_eq!(post(&mut other, &memory, LEASE_MS), None, "its lease is not over yet");
    let again = post(&mut other, &memory, LEASE_MS + LOOK_MS);
    assert_eq!(again.as_deref(), Some(r#"{"events":[1,2]}"#));
    answer(&mut other, &memory, Some(200), LEASE_MS + LOOK_MS);
    assert_eq!(waiting(&memory), 0);
}

#[test]
fn a_clock_set_back_does_not_lengthen_a_pause() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1"]);
    let now = 1_000_000;
    assert!(post(&mut outbox, &memory, now).is_some());
    answer(&mut outbox, &memory, None, now);
    assert_eq!(post(&mut outbox, &memory, now - 1), None, "the pause");
    assert_eq!(post(&mut outbox, &memory, now / 2).as_deref(), Some(r#"{"events":[1]}"#));
}

#[test]
fn a_clock_set_back_keeps_no_batch_from_those_who_would_adopt_it() {
    let memory = Memory::default();
    let mut gone = full(&memory, &["1", "2"]);
    let now = 1_000_000;
    assert!(post(&mut gone, &memory, now).is_some());
    drop(gone);
    let mut looked = Outbox::new(2);
    assert_eq!(post(&mut looked, &memory, now), None, "its lease is not over yet");
    assert_eq!(post(&mut Outbox::new(3), &memory, now - 1_000), None, "nor a little earlier");
    assert_eq!(post(&mut looked, &memory, now / 2).as_deref(), Some(r#"{"events":[1,2]}"#));
}

#[test]
fn a_courier_that_leaves_leaves_its_batch_at_once() {
    let memory = Memory::default();
    let mut old = full(&memory, &["1"]);
    assert!(post(&mut old, &memory, 5).is_some());
    old.leave(&store(&memory, 1_000_000));
    assert_eq!(post(&mut Outbox::new(2), &memory, 5).as_deref(), Some(r#"{"events":[1]}"#));
}

#[test]
fn an_answer_that_comes_after_the_lease_changes_nothing() {
    let memory = Memory::default();
    let mut slow = full(&memory, &["1"]);
    assert!(post(&mut slow, &memory, 0).is_some());
    let late = LEASE_MS + 1;
    let mut other = Outbox::new(2);
    assert!(post(&mut other, &memory, late).is_some());
    answer(&mut slow, &memory, Some(200), late);
    assert_eq!((waiting(&memory), slow.counts().delivered), (1, 0), "it is the other's");
    answer(&mut other, &memory, Some(200), late);
    assert_eq!((waiting(&memory), other.counts().delivered), (0, 1));
}

#[test]
fn couriers_share_a_queue_and_never_a_batch() {
    let memory = Memory::default();
    let mut first = full(&memory, &["1"; 300]);
    let mut couriers: Vec<Outbox> = (2..5).map(Outbox::new).collect();
    assert_eq!(post(&mut first, &memory, 0).unwrap().matches('1').count(), 256);
    assert_eq!(post(&mut couriers[0], &memory, 0).unwrap().matches('1').count(), 44);
    assert_eq!(post(&mut couriers[1], &memory, 0), None);
}

#[test]
fn more_couriers_than_slots_wait() {
    let memory = Memory::default();
    let mut couriers: Vec<Outbox> = (1..).take(leases::SLOTS + 1).map(Outbox::new).collect();
    full(&memory, &["1"; 256 * (leases::SLOTS + 1)]);
    let posts = couriers.iter_mut().filter_map(|courier| post(courier, &memory, 0)).count();
    assert_eq!(posts, leases::SLOTS);
    answer(&mut couriers[0], &memory, Some(200), 0);
    assert!(post(couriers.last_mut().unwrap(), &memory, 0).is_some());
}

#[test]
fn bytes_that_a_dead_vm_left_counted_are_set_right() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1", "2"]);
    store(&memory, 10).queue.take();
    while post(&mut outbox, &memory, 0).is_some() {
        answer(&mut outbox, &memory, Some(200), 0);
    }
    assert_eq!(waiting(&memory), 0);
}

#[test]
fn requests_are_refused_from_half_of_the_bound_on() {
    let memory = Memory::default();
    let mut outbox = full(&memory, &["1234"]);
    assert!(!is_full(&memory, 10));
    outbox.push(&store(&memory, 1_000_000), b"5");
    assert!(is_full(&memory, 10));
    post(&mut outbox, &memory, 0);
    assert!(is_full(&memory, 10), "what is under way is not delivered yet");
    answer(&mut outbox, &memory, Some(200), 0);
    assert!(!is_full(&memory, 10));
}
