//! Admission where several gateways share limits.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, reply, report, settings, sha256};
use super::find;
use crate::config::{AdmissionSettings, RateLimitService};
use crate::exchange::admission::{Ending, Input, Setup};
use crate::exchange::context::{Report, write};
use crate::exchange::{Effect, Flow, Step};
use crate::keys::Owner;
use crate::limits::Limits;
use crate::memory::Memory;
use crate::rate_service::{self, Scope, Unit};
use crate::route::{Alias, Group};

const OK: Result<&[u8], &str> = Ok(b"\x08\x01");
/// The first scope is over its limit, for 17 s more.
const OVER: Result<&[u8], &str> = Ok(b"\x08\x02\x12\x06\x08\x02\x22\x02\x08\x11");
const DOWN: Result<&[u8], &str> = Err("gRPC status 14");

fn service(failure_mode_deny: bool) -> RateLimitService {
    RateLimitService { domain: "d".to_owned(), timeout_ms: 70, failure_mode_deny }
}

fn world(failure_mode_deny: bool) -> World {
    let service = service(failure_mode_deny);
    let mut settings = AdmissionSettings { rate_limit_service: Some(service), ..settings() };
    if let Some(key) = settings.keys.first_mut() {
        key.team_id = Some("blue".to_owned());
    }
    World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
}

fn chat() -> Value {
    let text = "x".repeat(400);
    json!({"model": "a", "messages": [{"role": "user", "content": text}], "max_tokens": 10, "user": "eve"})
}

/// The message of a step that asks, as text with everything unprintable taken out.
fn asked(step: &Step) -> Option<String> {
    find(&step.effects, |effect| match effect {
        Effect::AskRateLimits { message, timeout_ms: 70 } | Effect::TellRateLimits { message, .. } => {
            Some(message.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| *byte as char).collect())
        }
        _ => None,
    })
}

fn failed(step: &Step) -> Option<String> {
    find(&step.effects, |effect| match effect {
        Effect::RateLimitsFailed(reason) => Some(reason.clone()),
        _ => None,
    })
}

/// The same gateway with nothing counted yet.
fn fresh(world: &World) -> World {
    World { setup: Rc::clone(&world.setup), memory: Memory::default() }
}

#[test]
fn a_request_waits_for_requests_and_then_for_tokens_and_goes_on_as_it_was() {
    let world = world(false);
    let (mut machine, step) = world.ask(&chat());
    assert_eq!(step.flow, Flow::Pause);
    let question = asked(&step).unwrap();
    for part in ["unit", "requests", "team", "blue", "end_user", "eve", "model"] {
        assert!(question.contains(part), "{part} in {question}");
    }
    let step = world.on(&mut machine, &Input::RateLimits(OK));
    assert_eq!(step.flow, Flow::Pause);
    assert!(asked(&step).unwrap().contains("tokens"));
    let step = world.on(&mut machine, &Input::RateLimits(OK));
    assert_eq!(step.flow, Flow::Continue);
    let without = World::new().ask(&chat()).1;
    assert_eq!(step.effects, without.effects);
    // An answer that comes again changes nothing.
    assert_eq!(world.on(&mut machine, &Input::RateLimits(OVER)), Step::wait());
}

/// Where `fast` is an alias of the group `a`, and `deep` of a model that the group `p/*` serves; and key and team let a model called `limited` have seven requests.
fn world_with_limit_of(limited: &str) -> World {
    let limits = Limits { requests: Some(7), ..Limits::default() };
    let model_limits = BTreeMap::from([(limited.to_owned(), limits)]);
    let mut settings = AdmissionSettings { rate_limit_service: Some(service(false)), ..settings() };
    let alias =
        |alias: &str, group: &str| Alias { alias: alias.to_owned(), group: group.to_owned(), hidden: false };
    settings.router.aliases = vec![alias("fast", "a"), alias("deep", "p/x")];
    settings.router.groups.push(Group { name: "p/*".to_owned(), deployments: vec![1] });
    for alice in &mut settings.keys {
        alice.model_limits.clone_from(&model_limits);
        let model_limits = model_limits.clone();
        alice.team = Some(Owner { id: "blue".to_owned(), model_limits, ..Owner::default() });
        alice.user_id = Some("ann".to_owned());
    }
    World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
}

/// What holds for a model is told by the name that it stands under; and the group, of which the service may have rules of
/// its own, in any case.
#[test]
fn limits_of_a_model_are_told_by_the_name_that_they_stand_under() {
    type Told = [(&'static str, Option<u64>)];
    let cases: &[(&str, &str, &Told)] = &[
        ("a", "a", &[("a", Some(7))]),
        ("fast", "a", &[("a", Some(7))]),
        ("fast", "fast", &[("fast", Some(7)), ("a", None)]),
        ("a", "fast", &[("fast", Some(7)), ("a", None)]),
        ("a", "other", &[("a", None)]),
        ("p/x", "p/x", &[("p/x", Some(7)), ("p/*", None)]),
        ("deep", "p/x", &[("p/x", Some(7)), ("p/*", None)]),
        ("p/x", "deep", &[("deep", Some(7)), ("p/*", None)]),
        ("p/y", "deep", &[("p/*", None)]),
        ("deep", "p/*", &[("p/*", Some(7))]),
    ];
    let hash = sha256("sk-alice");
    let scope = |entries: &[(&'static str, &str)], requests, tokens| {
        let entries = entries.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
        Scope { entries, label: String::new(), requests, tokens }
    };
    for (model, limited, told) in cases {
        let of_models =
            |holder| told.iter().map(move |(name, limit)| scope(&[holder, ("model", name)], *limit, None));
        let mut expected = vec![
            scope(&[("key", &hash)], Some(2), Some(1_000)),
            scope(&[("team", "blue")], None, None),
            scope(&[("user", "ann")], None, None),
            scope(&[("key", &hash), ("end_user", "eve")], None, None),
        ];
        expected.extend(of_models(("key", &hash)).chain(of_models(("team", "blue"))));
        let mut body = chat();
        body["model"] = json!(model);
        let message = find(&world_with_limit_of(limited).ask(&body).1.effects, |effect| match effect {
            Effect::AskRateLimits { message, .. } => Some(message.clone()),
            _ => None,
        });
        let expected = rate_service::ask("d", &expected, Unit::Requests, 1);
        assert_eq!(message, Some(expected), "asked for {model} with a limit of {limited}");
    }
}

#[test]
fn what_the_service_refuses_costs_nothing_here() {
    let world = world(false);
    for answers in [&[OVER][..], &[OK, OVER], &[OVER], &[OK, OVER]] {
        let (mut machine, mut step) = world.ask(&chat());
        for answer in answers {
            assert_eq!(step.flow, Flow::Pause, "the gateway's own limit of two still has room");
            step = world.on(&mut machine, &Input::RateLimits(*answer));
        }
        let reply = reply(&step);
        assert_eq!(reply.status, 429);
        assert!(reply.headers.contains(&("retry-after", "17".to_owned())), "{:?}", reply.headers);
        let body = String::from_utf8(reply.body).unwrap();
        assert!(body.contains("Rate limit exceeded for alice"), "{body}");
        let event = world.event(&mut machine, &Report::default()).unwrap();
        assert_eq!(
            (event.http_status, event.error.unwrap().error_code.as_str()),
            (429, "rate_limit_exceeded")
        );
    }
}

#[test]
fn without_an_answer_the_gateways_own_limits_hold_on() {
    let world = world(false);
    for answer in [DOWN, Ok(b""), Ok(b"\xff")] {
        let (mut machine, step) = fresh(&world).ask(&chat());
        assert_eq!(step.flow, Flow::Pause);
        let step = world.on(&mut machine, &Input::RateLimits(answer));
        assert_eq!(step.flow, Flow::Continue);
        assert!(failed(&step).is_some());
    }
    let statuses = (0..3).map(|_| {
        let (mut machine, step) = world.ask(&chat());
        match step.flow {
            Flow::Pause if asked(&step).is_some() => {
                world.on(&mut machine, &Input::RateLimits(DOWN));
                200
            }
            _ => reply(&step).status,
        }
    });
    assert_eq!(statuses.collect::<Vec<_>>(), [200, 200, 429]);
}

#[test]
fn without_an_answer_nobody_passes_where_the_file_says_so() {
    let world = world(true);
    for _ in 0..4 {
        let (mut machine, step) = world.ask(&chat());
        assert!(asked(&step).is_some(), "what was refused took nothing");
        let step = world.on(&mut machine, &Input::RateLimits(DOWN));
        assert_eq!(failed(&step).as_deref(), Some("gRPC status 14"));
        let reply = reply(&step);
        assert_eq!(reply.status, 503);
        assert!(reply.headers.contains(&("retry-after", "1".to_owned())), "{:?}", reply.headers);
    }
}

#[test]
fn a_client_that_leaves_meanwhile_takes_nothing() {
    let world = world(false);
    for _ in 0..4 {
        let (mut machine, step) = world.ask(&chat());
        assert!(asked(&step).is_some(), "the gateway's own limit of two still has room");
        let step = world.on(&mut machine, &Input::Done(Ending { disconnected: true, ..Ending::default() }));
        assert!(asked(&step).is_none(), "nothing was used");
    }
}

#[test]
fn tokens_beyond_the_input_are_told_at_the_end() {
    let world = world(false);
    let told = |answers: &[Result<&[u8], &str>], used: u64| {
        let fresh = fresh(&world);
        let (mut machine, _) = fresh.ask(&chat());
        for answer in answers {
            fresh.on(&mut machine, &Input::RateLimits(*answer));
        }
        let report = write(&report(used));
        fresh.on(&mut machine, &Input::ResponseHeaders { status: 200, report: Some(&report), end: true });
        let step =
            fresh.on(&mut machine, &Input::Done(Ending { report: Some(&report), ..Ending::default() }));
        find(&step.effects, |effect| match effect {
            Effect::TellRateLimits { message, timeout_ms: 70 } => Some(message.last().copied()),
            _ => None,
        })
    };
    // 400 bytes of input are a hundred tokens; the field of the hits is the last.
    assert_eq!(told(&[OK, OK], 130), Some(Some(30)));
    assert_eq!(told(&[OK, OK], 90), None);
    assert_eq!(told(&[DOWN], 130), None, "a service that is down is not told either");
}

#[test]
fn callers_without_a_virtual_key_are_not_asked_for() {
    let settings = AdmissionSettings {
        rate_limit_service: Some(service(true)),
        master_key_hash: Some(sha256("sk-alice")),
        keys: Vec::new(),
        ..settings()
    };
    let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
    assert_eq!(world.ask(&chat()).1.flow, Flow::Continue);
}
