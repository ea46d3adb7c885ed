//! Fallbacks in the request's body, whose parameters are the caller's as well.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, chat, context, reply};
use super::{headers, response_header};
use crate::exchange::Step;
use crate::exchange::admission::{Admission, Input};

#[test]
fn a_fallback_s_own_parameters_are_checked_and_guarded_like_the_request_s() {
    let world = World::new();
    let ask = |fallback: Value| {
        let mut body = chat("hi");
        body["fallbacks"] = json!([fallback]);
        world.ask(&body).1
    };
    let message = |text: &str| json!([{"role": "user", "content": text}]);
    let refused = |step: &Step| {
        let reply = reply(step);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        (reply.status, body["error"]["param"].clone())
    };
    assert_eq!(refused(&ask(json!({"model": "b", "nope": 1}))), (400, json!("fallbacks[0].nope")));
    assert_eq!(refused(&ask(json!("nowhere"))), (400, json!("fallbacks[0]")));
    assert_eq!(reply(&ask(json!({"model": "b", "messages": message("forbidden")}))).status, 400);
}

#[test]
fn what_a_guardrail_masks_in_a_fallback_s_parameters_stays_masked() {
    let mut body = chat("hi");
    body["fallbacks"] = json!([{"model": "b", "messages": [{"role": "user", "content": "my secret"}]}]);
    let world = World::new();
    let (mut machine, step) = world.ask(&body);
    let overrides = context(&step).itinerary.legs[1].overrides.clone().unwrap();
    assert_eq!(overrides["messages"][0]["content"], "my [KEYWORD_REDACTED]");
    let answered = world.on(&mut machine, &Input::ResponseHeaders { status: 200, report: None, end: true });
    let applied = response_header(&answered.effects, "x-litellm-applied-guardrails");
    assert_eq!(applied.as_deref(), Some("words"), "a guardrail that looked twice is named once");
}

#[test]
fn token_numbers_in_a_fallback_s_parameters_do_not_pass_a_guardrail() {
    let world = World::new();
    let ask = |fallback: Value| {
        let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
        let bearer = ("authorization", "Bearer sk-alice");
        let head = headers(&[(":method", "POST"), (":path", "/v1/embeddings"), bearer]);
        world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        let body = json!({"model": "a", "input": "hi", "context_window_fallbacks": [fallback]}).to_string();
        world.on(&mut machine, &Input::RequestBody { body: body.as_bytes() })
    };
    assert!(context(&ask(json!({"model": "b", "input": "ho"}))).itinerary.legs.len() > 1);
    let refused = reply(&ask(json!({"model": "b", "input": [[1820, 3764]]})));
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((refused.status, &body["error"]["param"]), (400, &json!("context_window_fallbacks[0]")));
}
