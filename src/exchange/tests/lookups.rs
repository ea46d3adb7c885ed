//! Requests whose key the ledger is asked for.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{context, reply, settings, sha256};
use super::{find, headers};
use crate::budgets::Budget;
use crate::config::AdmissionSettings;
use crate::exchange::admission::{Admission, Caller, Denied, Ending, Input, Moment, Setup, Wants};
use crate::exchange::lookups::LookupOutcome;
use crate::exchange::{Effect, Flow, Headers, Step};
use crate::keys::{Asked, Changes, Key, Lookup, LookupSettings, Owner};
use crate::memory::Memory;

const NOW_MS: u64 = 1_700_000_000_000;

/// A gateway of one worker, whose clock can be moved.
struct Gateway {
    setup: Rc<Setup>,
    memory: Memory,
    now_ms: Cell<u64>,
}

impl Gateway {
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut AdmissionSettings)) -> Self {
        let mut settings = AdmissionSettings { key_lookup: LookupSettings::default(), ..settings() };
        change(&mut settings);
        let setup = Rc::new(Setup::new(settings, None).unwrap());
        Self { setup, memory: Memory::default(), now_ms: Cell::new(NOW_MS) }
    }

    fn on(&self, machine: &mut Admission, input: &Input<'_>) -> Step {
        let clock = || self.now_ms.get() * 1_000;
        machine.on(input, &Moment { now: &clock, clock: &clock, dice: 1, shared: &self.memory })
    }

    fn begin(&self, head: &Headers) -> (Admission, Step) {
        let mut machine = Admission::new(Rc::clone(&self.setup), "id-1".to_owned());
        let end = head.iter().any(|(name, value)| name == ":method" && value == b"GET");
        let step = self.on(&mut machine, &Input::RequestHeaders { headers: head, end });
        (machine, step)
    }

    /// What the ledger's answer about bob's key comes to.
    fn answer(&self, asked: &Asked, lookup: &Lookup) -> LookupOutcome {
        let body = serde_json::to_vec(lookup).unwrap();
        let hash = sha256("sk-bob");
        self.setup.looked_up(&self.memory, &hash, asked, Some(&body), self.now_ms.get()).unwrap()
    }

    fn asked(&self) -> Asked {
        Asked::now(&self.memory, self.now_ms.get())
    }

    fn away(&self) -> LookupOutcome {
        let (hash, asked) = (sha256("sk-bob"), self.asked());
        self.setup.looked_up(&self.memory, &hash, &asked, None, self.now_ms.get()).unwrap()
    }

    /// One whole request of bob's, for which the ledger answers this if it is asked: whether it was asked, and the
    /// status of the refusal, if it was one.
    fn ask(&self, outcome: impl FnOnce() -> LookupOutcome) -> (bool, Option<u16>) {
        let (mut machine, mut step) = self.begin(&chat());
        let looks_up = machine.looks_up();
        if looks_up {
            step = self.on(&mut machine, &Input::KeyFound { outcome: &outcome(), headers: &chat() });
        }
        if step.effects.is_empty() {
            let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
            step = self.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() });
        }
        if step.flow == Flow::Continue { (looks_up, None) } else { (looks_up, Some(reply(&step).status)) }
    }

    fn hear(&self, changes: &Changes) {
        self.now_ms.set(self.now_ms.get() + 2_000);
        let turn = self.setup.claim_turn(&self.memory, self.now_ms.get()).unwrap();
        let body = serde_json::to_vec(changes).unwrap();
        self.setup.changed(&self.memory, turn, Some(&body), self.now_ms.get()).unwrap();
    }
}

fn chat() -> Vec<(String, Vec<u8>)> {
    headers(&[
        (":method", "POST"),
        (":path", "/v1/chat/completions"),
        ("content-type", "application/json"),
        ("authorization", "Bearer sk-bob"),
    ])
}

fn bob() -> Key {
    Key { hash: sha256("sk-bob"), alias: Some("bob".to_owned()), ..Key::default() }
}

fn known(key: Key) -> Lookup {
    Lookup { key: Some(Box::new(key)), balances: Vec::new() }
}

fn kind(step: &Step) -> (u16, String) {
    let reply = reply(step);
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    (reply.status, body["error"]["type"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_request_waits_for_its_key_and_goes_on_where_it_stopped() {
    let gateway = Gateway::new();
    let mut head = chat();
    head.extend(headers(&[("x-envoy-max-retries", "9"), ("x-litellm-num-retries", "1")]));
    let (mut machine, step) = gateway.begin(&head);
    assert_eq!(step, Step::hold(vec![Effect::LookUp(sha256("sk-bob"))]));
    assert!(machine.looks_up() && !machine.takes_body());
    assert_eq!(gateway.on(&mut machine, &Input::BodyWaits), Step::wait());
    let outcome = gateway.answer(&gateway.asked(), &known(bob()));
    let step = gateway.on(&mut machine, &Input::KeyFound { outcome: &outcome, headers: &head });
    assert_eq!(step, Step::hold(vec![Effect::RemoveRequestHeader("x-envoy-max-retries".to_owned())]));
    assert!(!machine.looks_up() && machine.takes_body(), "the body was there already");
    let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
    let step = gateway.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() });
    assert_eq!((step.flow, context(&step).itinerary.stops.len()), (Flow::Continue, 4));
    assert!(!machine.takes_body());
    let event = gateway.on(&mut machine, &Input::Done(Ending::default()));
    let alias = find(&event.effects, |effect| match effect {
        Effect::Emit(event) => event.caller.key_alias.clone(),
        _ => None,
    });
    assert_eq!(alias.as_deref(), Some("bob"));
}

#[test]
fn a_body_that_comes_after_the_key_is_waited_for() {
    let gateway = Gateway::new();
    let (mut machine, _) = gateway.begin(&chat());
    let outcome = gateway.answer(&gateway.asked(), &known(bob()));
    let step = gateway.on(&mut machine, &Input::KeyFound { outcome: &outcome, headers: &chat() });
    assert_eq!((step, machine.takes_body()), (Step::wait(), false));
}

#[test]
fn requests_without_a_body_wait_too() {
    let gateway = Gateway::with(|settings| {
        settings.key_lookup.ttl_ms = 0;
        settings.key_lookup.grace_ms = 0;
    });
    for (path, status) in [("/v1/models", 200), ("/v1/models/b", 404), ("/nowhere", 404)] {
        let head = headers(&[(":method", "GET"), (":path", path), ("x-api-key", "sk-bob")]);
        let (mut machine, _) = gateway.begin(&head);
        assert!(machine.looks_up());
        let outcome = gateway.answer(&gateway.asked(), &known(Key { models: vec!["a".to_owned()], ..bob() }));
        let step = gateway.on(&mut machine, &Input::KeyFound { outcome: &outcome, headers: &head });
        let reply = reply(&step);
        assert_eq!(reply.status, status, "{path}");
        assert!(!String::from_utf8(reply.body).unwrap().contains("\"b\""), "the key may not use it");
    }
}

#[test]
fn what_is_known_is_not_asked_for_again() {
    let gateway = Gateway::new();
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob()))), (true, None));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None));
    let refused = Gateway::new();
    let nobody = || refused.answer(&refused.asked(), &Lookup::default());
    assert_eq!(refused.ask(nobody), (true, Some(401)));
    assert_eq!(refused.ask(|| refused.away()), (false, Some(401)));
    refused.now_ms.set(NOW_MS + 10_000);
    assert_eq!(refused.ask(nobody), (true, Some(401)));
}

#[test]
fn while_the_ledger_is_away_known_keys_work_and_others_are_told_to_come_back() {
    let gateway = Gateway::new();
    let (mut machine, _) = gateway.begin(&chat());
    let step = gateway.on(&mut machine, &Input::KeyFound { outcome: &gateway.away(), headers: &chat() });
    assert_eq!(kind(&step), (503, "service_unavailable_error".to_owned()));
    assert!(reply(&step).headers.contains(&("retry-after", "1".to_owned())));
    let over = gateway.on(&mut machine, &Input::Done(Ending::default()));
    assert!(matches!(over.effects.as_slice(), [Effect::Count(_)]), "counted, and no event: {over:?}");

    gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob())));
    gateway.now_ms.set(NOW_MS + 60_000);
    assert_eq!(gateway.ask(|| gateway.away()), (true, None));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None), "the next second has another try");
    gateway.now_ms.set(NOW_MS + 61_000);
    assert_eq!(gateway.ask(|| gateway.away()), (true, None));
    gateway.now_ms.set(NOW_MS + 60_000 + 3_600_000);
    assert_eq!(gateway.ask(|| gateway.away()), (true, Some(503)), "its grace is over");
}

#[test]
fn a_key_that_changed_is_not_used_until_the_ledger_has_told_how() {
    let gateway = Gateway::new();
    gateway.hear(&Changes { cursor: 1, ..Changes::default() });
    gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob())));
    gateway.hear(&Changes { cursor: 2, keys: vec![sha256("sk-bob")], ..Changes::default() });
    assert_eq!(gateway.ask(|| gateway.away()), (true, Some(503)));
    let blocked = known(Key { blocked: true, ..bob() });
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &blocked)), (true, Some(401)));
    assert_eq!(gateway.ask(|| gateway.away()), (false, Some(401)));
}

#[test]
fn a_key_stays_usable_where_the_ledger_s_history_is_lost() {
    for changes in
        [Changes { cursor: 1, ..Changes::default() }, Changes { reset: true, ..Changes::default() }]
    {
        let gateway = Gateway::new();
        gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob())));
        gateway.hear(&changes);
        assert_eq!(gateway.ask(|| gateway.away()), (true, None), "{changes:?}");
    }
}

#[test]
fn an_answer_older_than_a_change_serves_who_waits_and_nobody_else() {
    let gateway = Gateway::new();
    gateway.hear(&Changes { cursor: 1, ..Changes::default() });
    let asked = gateway.asked();
    gateway.hear(&Changes { cursor: 2, keys: vec![sha256("sk-bob")], ..Changes::default() });
    assert!(!asked.is_current(&gateway.memory), "the host asks again, a few times");
    assert_eq!(gateway.ask(|| gateway.answer(&asked, &known(bob()))), (true, None));
    assert_eq!(gateway.ask(|| gateway.away()), (true, Some(503)));
}

#[test]
fn more_lookups_than_a_gateway_may_make_are_refused_and_known_keys_work() {
    let gateway = Gateway::with(|settings| settings.key_lookup.max_per_second = 2);
    gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob())));
    let now_ms = NOW_MS + 60_000;
    gateway.now_ms.set(now_ms);
    let looked_up =
        |hash: &str| (0..5).filter(|_| gateway.setup.may_look_up(&gateway.memory, hash, now_ms)).count();
    assert_eq!(looked_up(&sha256("sk-nobody")), 2);
    assert_eq!(
        looked_up(&sha256("sk-bob")),
        2,
        "a flood of invented keys takes no lookup from those that exist"
    );
    assert_eq!(gateway.ask(|| gateway.away()), (false, None), "stale, and used");
    let eve = headers(&[(":method", "GET"), (":path", "/v1/models"), ("x-api-key", "sk-eve")]);
    assert_eq!(kind(&gateway.begin(&eve).1).0, 503);
    gateway.now_ms.set(now_ms + 1_000);
    assert!(gateway.begin(&eve).0.looks_up());
}

#[test]
fn a_key_that_was_made_is_asked_for_again_and_what_was_told_of_it_since_counts() {
    let gateway = Gateway::new();
    gateway.hear(&Changes { cursor: 1, ..Changes::default() });
    let made = |cursor| Changes { cursor, made: vec![sha256("sk-bob")], ..Changes::default() };
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &Lookup::default())), (true, Some(401)));
    gateway.hear(&made(2));
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &known(bob()))), (true, None));
    gateway.hear(&made(3));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None), "the answer was later than the key");
}

#[test]
fn a_key_that_may_not_be_used_is_refused_at_every_request() {
    let owner = |blocked| Some(Owner { id: "o".to_owned(), blocked, ..Owner::default() });
    let cases = [
        (
            Key { blocked: true, ..bob() },
            "auth_error",
            "Key is blocked. An administrator can change that with `/key/unblock`.",
        ),
        (Key { team: owner(true), user: owner(false), ..bob() }, "auth_error", "Team of the key is blocked"),
        (Key { team: owner(false), user: owner(true), ..bob() }, "auth_error", "User of the key is blocked"),
        (Key { expires_ms: Some(NOW_MS), ..bob() }, "expired_key", "expired at 2023-11-14T22:13:20Z"),
    ];
    for (key, expected, text) in cases {
        let gateway = Gateway::new();
        let outcome = gateway.answer(&gateway.asked(), &known(key));
        let (mut machine, step) = gateway.begin(&chat());
        assert!(!machine.looks_up(), "it is known");
        assert_eq!(kind(&step), (401, expected.to_owned()));
        let body = String::from_utf8(reply(&step).body).unwrap();
        assert!(body.contains(text) && !body.contains(&sha256("sk-bob")), "{body}");
        machine = Admission::new(Rc::clone(&gateway.setup), "id-2".to_owned());
        gateway.now_ms.set(NOW_MS + 70_000);
        gateway.on(&mut machine, &Input::RequestHeaders { headers: &chat(), end: false });
        let step = gateway.on(&mut machine, &Input::KeyFound { outcome: &outcome, headers: &chat() });
        assert_eq!(kind(&step), (401, expected.to_owned()));
    }
    let gateway = Gateway::new();
    gateway.answer(&gateway.asked(), &known(Key { expires_ms: Some(NOW_MS + 1_000), ..bob() }));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None));
    gateway.now_ms.set(NOW_MS + 1_000);
    assert_eq!(gateway.ask(|| gateway.away()), (false, Some(401)), "it expired while it was kept");
}

#[test]
fn a_key_of_the_file_that_is_blocked_is_unblocked_there() {
    let key = Key { blocked: true, ..bob() };
    let (_, step) = Gateway::with(|settings| settings.keys = vec![key]).begin(&chat());
    assert_eq!(kind(&step), (401, "auth_error".to_owned()));
    let body = String::from_utf8(reply(&step).body).unwrap();
    assert!(body.contains("An administrator can change that in the gateway's file."), "{body}");
}

#[test]
fn with_open_doors_an_unknown_key_is_nobody_and_one_that_cannot_be_checked_waits() {
    let gateway = Gateway::with(|settings| settings.allow_anonymous = true);
    assert_eq!(gateway.ask(|| gateway.away()), (true, Some(503)));
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &Lookup::default())), (true, None));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None));
}

#[test]
fn what_a_key_of_the_file_has_spent_is_asked_once_in_its_time_and_not_waited_for_in_vain() {
    let gateway = Gateway::with(|settings| {
        let budget = Budget { max_nanodollars: Some(1), ..Budget::default() };
        settings.keys = vec![Key { budget, ..bob() }];
    });
    assert_eq!(gateway.ask(|| gateway.away()), (true, None));
    assert_eq!(gateway.ask(|| gateway.away()), (false, None));
    gateway.now_ms.set(NOW_MS + 1_000);
    assert_eq!(gateway.ask(|| gateway.answer(&gateway.asked(), &Lookup::default())), (true, None));
    gateway.now_ms.set(NOW_MS + 60_999);
    assert_eq!(gateway.ask(|| gateway.away()), (false, None));
    gateway.now_ms.set(NOW_MS + 61_000);
    assert_eq!(gateway.ask(|| gateway.away()), (true, None));
}

#[test]
fn an_answer_that_is_none_is_told_and_counts_as_away() {
    let gateway = Gateway::new();
    let (hash, asked) = (sha256("sk-bob"), gateway.asked());
    let another = serde_json::to_vec(&known(Key { hash: sha256("sk-eve"), ..bob() })).unwrap();
    for body in [&b"not JSON"[..], &another] {
        let wrong = gateway.setup.looked_up(&gateway.memory, &hash, &asked, Some(body), NOW_MS).unwrap_err();
        assert!(!wrong.contains(&sha256("sk-eve")), "{wrong}");
    }
    assert_eq!(gateway.ask(|| gateway.away()), (true, Some(503)), "nothing was kept");
}

#[test]
fn a_request_that_envoy_ends_while_it_waits_is_answered_in_the_client_s_dialect() {
    let gateway = Gateway::new();
    let (mut machine, _) = gateway.begin(&chat());
    gateway.on(&mut machine, &Input::ResponseHeaders { status: 413, report: None, end: false });
    assert!(machine.wants_answer() == Wants::End && !machine.looks_up());
    let late = gateway.on(&mut machine, &Input::KeyFound { outcome: &gateway.away(), headers: &chat() });
    assert_eq!(late, Step::wait());
}

#[test]
fn the_key_s_its_team_s_and_its_user_s_lists_must_all_have_a_model() {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let owner = |names: &[&str]| Some(Owner { models: list(names), ..Owner::default() });
    let caller = Caller::Key(Rc::new(Key {
        models: list(&["a", "b", "c"]),
        team: owner(&["a", "b", "d"]),
        user: owner(&["a*"]),
        ..Key::default()
    }));
    let expected =
        [("a", None), ("b", Some(Denied::User)), ("c", Some(Denied::Team)), ("d", Some(Denied::Key))];
    for (model, denied) in expected {
        assert_eq!((caller.denied(model), caller.may_use(model)), (denied, denied.is_none()), "{model}");
    }
    assert_eq!(Caller::Key(Rc::new(Key { team: owner(&[]), ..Key::default() })).denied("z"), None);
}
