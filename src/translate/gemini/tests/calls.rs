//! Calls, results and signatures.

use std::borrow::Cow;

use serde_json::json;

use super::*;
use crate::translate::conversation::{Image, Source};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const OLDER: &str = "gemini-2.5-pro";
const NEWER: &str = "gemini-3-pro-preview";

/// The parts of the last content but `back`.
fn parts(model: &str, turns: Vec<(Role, Vec<Said<'static>>)>, back: usize) -> Value {
    let contents = contents(model, turns);
    let contents = contents.as_array().unwrap();
    contents[contents.len() - 1 - back]["parts"].clone()
}

#[test]
fn parallel_calls_and_their_results_keep_their_ids() {
    let contents = contents(
        OLDER,
        vec![
            (Role::User, vec![text("Weather?")]),
            (Role::Assistant, vec![text("I look."), call("c1", "weather", "{\"city\": \"Paris\"}")]),
            (Role::Assistant, vec![call("c2", "time", "")]),
            (Role::User, vec![result("c1", vec![text("{\"sky\": \"blue\"}")], false)]),
            (Role::User, vec![result("c2", vec![text("noon")], false)]),
            (Role::User, vec![text("So?")]),
        ],
    );
    assert_eq!(
        contents,
        json!([
            {"role": "user", "parts": [{"text": "Weather?"}]},
            {"role": "model", "parts": [
                {"text": "I look."},
                {"functionCall": {"id": "c1", "name": "weather", "args": {"city": "Paris"}}},
                {"functionCall": {"id": "c2", "name": "time", "args": {}}},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"id": "c1", "name": "weather", "response": {"sky": "blue"}}},
                {"functionResponse": {"id": "c2", "name": "time", "response": {"output": "noon"}}},
                {"text": "So?"},
            ]},
        ])
    );
}

#[test]
fn results_become_objects() {
    for (said, is_error, response) in [
        (vec![text(" {\"a\":1} ")], false, json!({"a": 1})),
        (vec![text("{\"a\":1}")], true, json!({"error": "{\"a\":1}"})),
        (vec![text("[1]")], false, json!({"output": "[1]"})),
        (vec![text("{\"a\":1,\"a\":2}")], false, json!({"output": "{\"a\":1,\"a\":2}"})),
        (vec![text("{oops}")], false, json!({"output": "{oops}"})),
        (vec![text("no such file")], true, json!({"error": "no such file"})),
        (vec![text("one"), text("two")], false, json!({"output": ["one", "two"]})),
        (vec![], false, json!({"output": ""})),
    ] {
        let turns = vec![
            (Role::Assistant, vec![call("c", "f", "{}")]),
            (Role::User, vec![result("c", said, is_error)]),
        ];
        assert_eq!(parts(OLDER, turns, 0)[0]["functionResponse"]["response"], response);
    }
}

#[test]
fn pictures_stand_in_a_response_where_they_may_and_behind_it_elsewhere() {
    let turns = || {
        let data = Source::Base64 { media_type: Cow::Borrowed("image/png"), data: Cow::Borrowed("QUJD") };
        let here = Said::Image(Image { source: data, detail: None });
        let there = Source::Url(Words::from("https://example.com/a.png"));
        let there = Said::Image(Image { source: there, detail: None });
        vec![
            (Role::Assistant, vec![call("c", "shoot", "{}")]),
            (Role::User, vec![result("c", vec![text("Done."), here, there], false)]),
        ]
    };
    let blob = json!({"inlineData": {"mimeType": "image/png", "data": "QUJD"}});
    let file = json!({"fileData": {"mimeType": "image/png", "fileUri": "https://example.com/a.png"}});
    let response = json!({"functionResponse": {"id": "c", "name": "shoot", "response": {"output": "Done."}}});
    assert_eq!(parts(OLDER, turns(), 0), json!([response, blob, file]));
    let response = json!({"functionResponse": {
        "id": "c", "name": "shoot", "response": {"output": "Done."}, "parts": [blob],
    }});
    assert_eq!(parts(NEWER, turns(), 0), json!([response, file]));
}

#[test]
fn a_result_without_its_call_and_an_argument_that_is_no_object_are_refused() {
    let stray = vec![(Role::User, vec![result("c", vec![], false)])];
    let reject = written(conversation(stray), OLDER, true).err().unwrap();
    assert_eq!((reject.status, reject.param.as_deref()), (400, Some("messages[0].content[0]")));
    let wrong = vec![(Role::Assistant, vec![call("c", "f", "[1]")])];
    let reject = written(conversation(wrong), OLDER, true).err().unwrap();
    assert_eq!((reject.status, reject.param.as_deref()), (400, Some("messages[0].content[0].arguments")));
}

#[test]
fn of_two_calls_with_one_id_a_result_is_of_the_last() {
    let turns = vec![
        (Role::Assistant, vec![call("c", "first", "{}")]),
        (Role::User, vec![result("c", vec![], false)]),
        (Role::Assistant, vec![call("c", "second", "{}")]),
        (Role::User, vec![result("c", vec![], false)]),
    ];
    assert_eq!(parts(OLDER, turns, 0)[0]["functionResponse"]["name"], "second");
}

/// The signature of each part of what the assistant said last, `-` for none.
fn signatures(model: &str, said: Vec<Said<'static>>) -> String {
    let parts = parts(model, vec![(Role::User, vec![text("Go.")]), (Role::Assistant, said)], 0);
    let signature = |part: &Value| {
        let kind = if part.get("functionCall").is_some() { "call" } else { "text" };
        format!("{kind} {}", part["thoughtSignature"].as_str().unwrap_or("-"))
    };
    parts.as_array().unwrap().iter().map(signature).collect::<Vec<_>>().join(", ")
}

#[test]
fn signatures_go_onto_the_parts_that_they_belong_to() {
    let seal = |data| sealed(Home::Gemini, data);
    let c = |id| call(id, "f", "{}");
    for (said, expected) in [
        (vec![seal("S"), c("1"), c("2")], "call S, call -"),
        (vec![seal("S"), c("1"), seal("T"), c("2")], "call S, call T"),
        // In Messages, in order; in chat completions, all thoughts before the text.
        (vec![text("Hm."), seal("S"), c("1")], "text -, call S"),
        (vec![seal("S"), text("Hm."), c("1")], "text -, call S"),
        (vec![seal("S"), seal("T"), text("Hm."), c("1")], "text S, call T"),
        (vec![seal("S"), text("Hm."), seal("T"), c("1")], "text S, call T"),
        (vec![seal("S"), text("Hm.")], "text S"),
        (vec![text("Hm."), seal("S")], "text -, text S"),
    ] {
        assert_eq!(signatures(OLDER, said.clone()), expected);
        assert_eq!(signatures(NEWER, said), expected);
    }
}

#[test]
fn a_newer_model_gets_the_placeholder_for_a_step_that_it_did_not_make() {
    let said = || vec![text("Hm."), call("1", "f", "{}"), call("2", "f", "{}")];
    assert_eq!(signatures(OLDER, said()), "text -, call -, call -");
    assert_eq!(signatures(NEWER, said()), "text -, call skip_thought_signature_validator, call -");
}

#[test]
fn foreign_and_unsealed_thoughts_are_named() {
    let unsealed = Said::Thought(Thought { text: Some(Words::from("Hm.")), seal: None });
    let said = vec![sealed(Home::Anthropic, "S"), unsealed, sealed(Home::Gemini, "T"), text("Yes.")];
    let written = written(conversation(vec![(Role::Assistant, said)]), OLDER, false).unwrap();
    assert_eq!(written.dropped, ["messages[0].content[0]", "messages[0].content[1]"]);
    assert_eq!(written.body["contents"][1]["parts"], json!([{"text": "Yes.", "thoughtSignature": "T"}]));
}
