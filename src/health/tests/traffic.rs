//! What the measured strategies are told.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::health::traffic::{Sample, Traffic, began, ended};

const TTL: u64 = 3_600_000;
const STALE: u64 = 600_000;

fn load(memory: &Memory, now_ms: u64) -> Traffic {
    Traffic::load(memory, ID, now_ms, TTL, STALE)
}

fn token(us: u64) -> Sample {
    Sample { began_ms: NOW, us_per_token: Some(us), first_token_us: Some(1), ..Sample::default() }
}

#[test]
fn a_try_is_under_way_until_it_ends() {
    let memory = Memory::default();
    assert_eq!(load(&memory, NOW), Traffic::default());
    began(&memory, ID, NOW, STALE);
    began(&memory, ID, NOW + 100_000, STALE);
    assert_eq!(load(&memory, NOW + 100_000).in_flight, 2);
    ended(&memory, ID, &token(1), NOW + 200_000);
    assert_eq!(load(&memory, NOW + 200_000).in_flight, 1);
    ended(&memory, ID, &token(1), NOW + 200_000);
    assert_eq!(load(&memory, NOW + 200_000).in_flight, 1, "none that began then is left to end");
}

#[test]
fn tries_of_a_dead_worker_are_forgotten_though_traffic_never_pauses() {
    let memory = Memory::default();
    (0..10).for_each(|_| began(&memory, ID, NOW, STALE));
    for second in 1..=720 {
        let now_ms = NOW + second * 1_000;
        began(&memory, ID, now_ms, STALE);
        let in_flight = load(&memory, now_ms).in_flight;
        assert!(in_flight == 11 || (in_flight == 1 && second >= STALE / 1_000), "{second}: {in_flight}");
        ended(&memory, ID, &Sample { began_ms: now_ms, ..Sample::default() }, now_ms + 500);
    }
    assert_eq!(load(&memory, NOW + 720_000).in_flight, 0);
}

#[test]
fn minutes_are_those_of_the_clock() {
    let memory = Memory::default();
    let minute = NOW / 60_000 * 60_000;
    began(&memory, ID, minute + 59_999, STALE);
    ended(&memory, ID, &Sample { tokens: 70, ..token(1) }, minute + 59_999);
    let used = |now_ms| (load(&memory, now_ms).requests, load(&memory, now_ms).tokens);
    assert_eq!(used(minute + 59_999), (1, 70));
    assert_eq!(used(minute + 60_000), (0, 0));
    ended(&memory, ID, &Sample { tokens: u64::MAX, ..token(1) }, minute + 60_000);
    ended(&memory, ID, &Sample { tokens: 5, ..token(1) }, minute + 60_000);
    assert_eq!(used(minute + 60_000), (0, u64::MAX));
}

#[test]
fn means_are_of_the_last_ten_within_their_time() {
    let memory = Memory::default();
    for us in 1..=20 {
        ended(&memory, ID, &token(us), NOW + us);
    }
    let traffic = load(&memory, NOW + 20);
    assert_eq!(traffic.us_per_token, Some((11..=20).sum::<u64>() / 10));
    assert_eq!(traffic.first_token_us, None, "no stream, no time to its first token");
    assert_eq!(load(&memory, NOW + 19 + TTL).us_per_token, Some(19), "19 and 20 are left");
    assert_eq!(load(&memory, NOW + 21 + TTL).us_per_token, None);
    assert_eq!(load(&memory, NOW - 60_000).us_per_token, None, "the clock was set back");
}

#[test]
fn streams_and_answers_are_measured_apart_and_a_timeout_weighs_a_thousand_seconds() {
    let memory = Memory::default();
    let stream = Sample { stream: true, first_token_us: Some(300), ..token(7) };
    ended(&memory, ID, &stream, NOW);
    ended(&memory, ID, &Sample { first_token_us: None, ..stream }, NOW);
    assert_eq!((load(&memory, NOW).first_token_us, load(&memory, NOW).us_per_token), (Some(300), None));
    ended(&memory, ID, &Sample { timed_out: true, first_token_us: None, ..stream }, NOW);
    assert_eq!(load(&memory, NOW).first_token_us, Some((300 + 1_000_000_000) / 2));
    ended(&memory, ID, &Sample { timed_out: true, ..token(7) }, NOW);
    assert_eq!(load(&memory, NOW).us_per_token, Some(1_000_000_000));
    ended(&memory, ID, &token(u64::MAX), NOW);
    assert!(load(&memory, NOW).us_per_token.is_some_and(|mean| mean > u64::MAX / 2), "no overflow");
}
