//! What LiteLLM's clients say in headers: the event has it, and nobody else.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, chat, reply, report};
use super::{headers, response_header};
use crate::event::Event;
use crate::exchange::Step;
use crate::exchange::admission::{Admission, Input};

const KEY: (&str, &str) = ("authorization", "Bearer sk-alice");

/// A chat request with these headers, up to the answer to its body, or to its headers where they are refused.
fn asked(world: &World, more: &[(&str, &str)], body: &Value) -> (Admission, Step) {
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let mut head = headers(&[(":method", "POST"), (":path", "/v1/chat/completions")]);
    head.extend(headers(more));
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
    if step.effects.iter().any(|effect| matches!(effect, crate::exchange::Effect::Reply(_))) {
        return (machine, step);
    }
    let step = world.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() });
    (machine, step)
}

fn told(more: &[(&str, &str)], body: &Value) -> Event {
    let world = World::new();
    let (mut machine, _) = asked(&world, &[&[KEY], more].concat(), body);
    world.event(&mut machine, &report(3)).unwrap()
}

#[test]
fn tags_end_users_sessions_and_notes_are_recorded() {
    let event = told(
        &[
            ("x-litellm-tags", "a, b,,a"),
            ("x-litellm-end-user-id", "customer"),
            ("x-litellm-session-id", "s-1"),
            ("x-litellm-spend-logs-metadata", r#"{"job":7}"#),
        ],
        &chat("hi"),
    );
    assert_eq!(event.tags, ["a", "b"]);
    assert_eq!(event.end_user.as_deref(), Some("customer"));
    let metadata = json!({"session_id": "s-1", "spend_logs_metadata": {"job": 7}});
    assert_eq!(Value::Object(event.metadata), metadata);
}

#[test]
fn they_go_before_the_body_and_its_tags_are_kept() {
    let mut body = chat("hi");
    body["user"] = json!("of-the-body");
    body["metadata"] = json!({"tags": ["mine", "b"], "session_id": "old", "mine": "yes"});
    let event = told(
        &[
            ("x-litellm-tags", "b,c"),
            ("x-litellm-customer-id", "customer"),
            ("x-litellm-end-user-id", "end-user"),
            ("x-litellm-session-id", "session"),
            ("x-litellm-trace-id", "trace"),
        ],
        &body,
    );
    assert_eq!(event.tags, ["mine", "b", "c"]);
    assert_eq!(event.end_user.as_deref(), Some("customer"));
    assert_eq!(Value::Object(event.metadata), json!({"session_id": "trace", "mine": "yes"}));
    body["litellm_session_id"] = json!("of-the-body");
    assert_eq!(told(&[], &body).metadata["session_id"], "of-the-body");
    assert_eq!(told(&[("x-litellm-session-id", "s")], &body).metadata["session_id"], "s");
    assert_eq!(told(&[("x-litellm-customer-id", " ")], &body).end_user.as_deref(), Some("of-the-body"));
    assert_eq!(told(&[("x-litellm-customer-id", &"u".repeat(300))], &body).end_user.unwrap().len(), 256);
}

#[test]
fn what_no_body_could_say_is_refused() {
    let long = "x".repeat(257);
    let many = (0..65).map(|tag| tag.to_string()).collect::<Vec<_>>().join(",");
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(32 * 1024));
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    for (name, value) in [
        ("x-litellm-tags", long.as_str()),
        ("x-litellm-tags", &many),
        ("x-litellm-session-id", &long),
        ("x-litellm-spend-logs-metadata", "[1]"),
        ("x-litellm-spend-logs-metadata", &large),
        ("x-litellm-spend-logs-metadata", &deep),
        ("x-litellm-num-retries", "many"),
    ] {
        let (_, step) = asked(&World::new(), &[KEY, (name, value)], &chat("hi"));
        let reply = reply(&step);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, body["error"]["param"].as_str()), (400, Some(name)), "{value}");
        assert!(reply.body.len() < 400, "the value is not repeated");
    }
}

#[test]
fn what_has_no_effect_is_named() {
    let world = World::new();
    let more = [KEY, ("x-litellm-timeout", "5"), ("x-litellm-tags", "a"), ("x-litellm-other", "b")];
    let (mut machine, _) = asked(&world, &more, &chat("hi"));
    let step = world.on(&mut machine, &Input::ResponseHeaders { status: 200, report: None, end: false });
    let dropped = response_header(&step.effects, "x-spillway-dropped-params");
    assert_eq!(dropped.as_deref(), Some("x-litellm-timeout"));
}

#[test]
fn a_key_may_stand_in_litellms_own_header_which_counts_first() {
    const OTHER: (&str, &str) = ("authorization", "Bearer of-somebody-else");
    for (more, known) in [
        (&[("x-litellm-api-key", "sk-alice")][..], true),
        (&[("x-litellm-api-key", "Bearer sk-alice"), OTHER], true),
        (&[("x-litellm-api-key", "sk-nobody"), KEY], false),
        (&[("x-litellm-api-key", "sk-nobody")], false),
    ] {
        let (_, step) = asked(&World::new(), more, &chat("hi"));
        assert_eq!(step.flow == crate::exchange::Flow::Continue, known, "{more:?}");
        // Nothing of the gateway's own making has it, or takes it anywhere.
        assert!(!format!("{:?}", step.effects).contains("sk-"), "{more:?}");
    }
}

#[test]
fn a_header_that_was_left_empty_hides_no_key_beside_it() {
    for (more, known) in [
        (&[("x-litellm-api-key", ""), KEY][..], true),
        (&[("x-litellm-api-key", " "), KEY], true),
        (&[("x-litellm-api-key", "Bearer"), KEY], true),
        (&[("x-litellm-api-key", "Bearer "), ("authorization", "bearer"), ("x-api-key", "sk-alice")], true),
        (&[("authorization", ""), ("x-api-key", ""), ("api-key", "sk-alice")], true),
        (&[("x-litellm-api-key", ""), ("authorization", "Bearer ")], false),
        (&[("x-api-key", "Bearer"), ("api-key", "sk-alice")], false),
    ] {
        let (_, step) = asked(&World::new(), more, &chat("hi"));
        assert_eq!(step.flow == crate::exchange::Flow::Continue, known, "{more:?}");
    }
}
