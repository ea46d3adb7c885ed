//! A request and all its scopes.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const TEAM: Named = Named { name: "team/core", label: "team core" };
const KEYS: Limits = Limits { requests: Some(3), tokens: Some(1_000), parallel: Some(2) };
const TEAMS: Limits = Limits { requests: Some(2), tokens: Some(2_000), parallel: None };
const NONE: Limits = Limits { requests: None, tokens: None, parallel: None };

fn both(memory: &Memory, tokens: u64, now_ms: u64) -> Outcome {
    let user = Scope { name: "user/u", named_by_caller: false, label: "user u", limits: &NONE };
    super::super::reserve(memory, &[user, KEY.with(&KEYS), TEAM.with(&TEAMS)], tokens, LEASE_MS, now_ms)
}

fn stored(memory: &Memory) -> [Option<Vec<u8>>; 2] {
    [&KEY, &TEAM].map(|named| memory.load(&named.slot()).0)
}

#[test]
fn all_or_none() {
    let memory = Memory::default();
    let first = granted(both(&memory, 100, 1_000));
    let quotas = first.quotas;
    assert_eq!(quotas.requests.map(|quota| (quota.limit, quota.remaining)), Some((2, 1)), "the team's");
    assert_eq!(quotas.tokens.map(|quota| (quota.limit, quota.remaining)), Some((1_000, 900)), "the key's");
    granted(both(&memory, 100, 2_000));
    let before = stored(&memory);
    let refusal = refused(both(&memory, 100, 3_000));
    assert_eq!((refusal.index, refusal.label.as_str()), (2, "team core"));
    assert_eq!(stored(&memory), before);
    assert!(first.cancel(&memory, 3_000));
    granted(both(&memory, 100, 3_000));
}

#[test]
fn of_the_scopes_that_refuse_the_longest_wait_is_told() {
    let memory = Memory::default();
    granted(reserve(&memory, &TEAM, &TEAMS, 0, 1_000));
    granted(reserve(&memory, &TEAM, &TEAMS, 0, 5_000));
    for _ in 0..2 {
        granted(reserve(&memory, &KEY, &KEYS, 0, 9_000));
    }
    let told = |tokens| {
        let refusal = refused(both(&memory, tokens, 10_000));
        (refusal.index, refusal.counted, refusal.retry_after_s)
    };
    // The key has no place for a request more, the team no requests; then no tokens for ever.
    assert_eq!(told(10), (2, Counted::Requests, Some(51)));
    assert_eq!(told(1_001), (1, Counted::Tokens, None));
    assert_eq!(told(2_001), (1, Counted::Tokens, None), "of two that never will, the first");
    let refusal = refused(both(&memory, 10, 10_000));
    assert_eq!(refusal.quotas.requests.map(|quota| (quota.limit, quota.remaining)), Some((2, 0)));
    assert_eq!(refusal.quotas.tokens.map(|quota| quota.limit), Some(1_000));
}

/// [`Memory`] where the team is used up just before the key's entry is stored.
struct Overtaking<'m>(&'m Memory);

impl Shared for Overtaking<'_> {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.0.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        if key == KEY.slot() {
            while let Outcome::Granted(_) = reserve(self.0, &TEAM, &TEAMS, 0, 1_000) {}
        }
        self.0.store(key, value, cas)
    }
}

#[test]
fn a_late_refusal_gives_back_what_was_taken() {
    let memory = Memory::default();
    let scopes = [KEY.with(&KEYS), TEAM.with(&TEAMS)];
    let refusal = refused(super::super::reserve(&Overtaking(&memory), &scopes, 100, LEASE_MS, 1_000));
    assert_eq!((refusal.index, refusal.counted), (1, Counted::Requests));
    for _ in 0..2 {
        granted(reserve(&memory, &KEY, &KEYS, 500, 1_000));
    }
}

#[test]
fn settling_settles_every_scope() {
    let memory = Memory::default();
    assert!(granted(both(&memory, 400, 1_000)).settle(&memory, Some(100), 2_000));
    assert!(granted(both(&memory, 400, 3_000)).settle(&memory, Some(600), 70_000));
    // 61 s later only the excess of 200 counts.
    let left = granted(both(&memory, 0, 70_000)).quotas.tokens.unwrap();
    assert_eq!((left.limit, left.remaining), (1_000, 800));
    let of_team = granted(reserve(&memory, &TEAM, &TEAMS, 0, 70_000)).quotas.tokens.unwrap();
    assert_eq!(of_team.remaining, 1_800);
}
