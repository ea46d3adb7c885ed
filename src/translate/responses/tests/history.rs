#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::{input_of, there_and_back};
use crate::translate::conversation::{Conversation, Home, Said};
use crate::translate::losses::Losses;
use crate::translate::responses::read;
use crate::wire::Api;
use crate::wire::json::Fields;

#[test]
fn items_come_back_in_their_order() {
    let items = json!([
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "input_text", "text": "Look"},
            {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
            {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"},
            {"type": "input_image", "file_id": "file_1", "detail": "auto"},
            {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"},
            {"type": "input_file", "file_url": "https://example.com/a.pdf"},
            {"type": "input_file", "file_id": "file_2"},
        ]},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}],
         "encrypted_content": "gAAA"},
        {"role": "assistant", "content": "Calling"},
        {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{\"a\": 1}"},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "sql", "input": "SELECT 1"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "custom_tool_call_output", "call_id": "call_2", "output": "1"},
        {"type": "function_call_output", "call_id": "call_1", "output": [
            {"type": "input_text", "text": "a picture"},
            {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"},
        ]},
        {"type": "local_shell_call_output", "id": "ls_1", "output": "ok"},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": [
            {"type": "output_text", "text": "No"}, {"type": "refusal", "refusal": "I can't."},
        ]},
        {"id": "msg_stored"},
    ]);
    assert_eq!(input_of(items.clone()), items);
}

#[test]
fn instructions_come_first() {
    let body = json!({"instructions": "Be \u{e9}", "input": "hi"});
    let (sent, _) = there_and_back(&body, false).unwrap();
    let expected = json!([{"role": "system", "content": "Be \u{e9}"}, {"role": "user", "content": "hi"}]);
    assert_eq!(sent["input"], expected);
}

/// Turns as words: who, and what kinds of parts.
fn turns(conversation: &Conversation<'_>) -> Vec<String> {
    let kind = |said: &Said<'_>| match said {
        Said::Text(text) => text.text().into_owned(),
        Said::Refusal(_) => "refusal".to_owned(),
        Said::Image(_) | Said::File(_) | Said::Audio(_) | Said::Video(_) => "media".to_owned(),
        Said::Thought(thought) => {
            let text = thought.text.as_ref().map(|text| text.text().into_owned());
            let seal = thought.seal.as_ref().map(|seal| format!("{:?}/{}", seal.home, seal.data.text()));
            format!("thought {} {}", text.unwrap_or_default(), seal.unwrap_or_default())
        }
        Said::Call(call) => format!("call {}", call.name.text()),
        Said::Result(result) => format!("result {}", result.call_id.text()),
        Said::Native(native) => {
            assert_eq!(native.home, Home::OpenAi);
            "native".to_owned()
        }
    };
    let turn = |turn: &crate::translate::conversation::Turn<'_>| {
        let parts: Vec<_> = turn.parts.iter().map(|part| kind(&part.said)).collect();
        format!("{:?}: {}", turn.role, parts.join(", "))
    };
    conversation.turns.iter().map(turn).collect()
}

#[test]
fn what_belongs_together_is_one_turn() {
    let body = json!({"input": [
        {"role": "user", "content": "a"},
        {"role": "user", "content": "b"},
        {"type": "reasoning", "id": "rs_1", "summary": [], "content": null, "encrypted_content": "gAAA"},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "one"},
            {"type": "summary_text", "text": "two"}], "encrypted_content": "spillway.anthropic..sig"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "raw"}]},
        {"type": "message", "role": "assistant", "phase": "commentary",
         "content": [{"type": "output_text", "text": "c", "annotations": []}]},
        {"type": "function_call", "call_id": "1", "name": "f", "namespace": "ns", "arguments": "{}"},
        {"type": "function_call", "call_id": "2", "name": "g", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": ""},
        {"type": "function_call_output", "call_id": "2", "output": ""},
        {"role": "user", "content": "d"},
    ]})
    .to_string();
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop: false, dropped: &mut dropped };
    let fields = Fields::parse(body.as_bytes()).unwrap();
    assert_eq!(
        turns(&read(&fields, &mut losses).unwrap()),
        [
            "User: a",
            "User: b",
            "Assistant: thought  OpenAi/gAAA, thought one\n\ntwo Anthropic/sig, thought raw , c, call ns__f, call g",
            "User: result 1, result 2",
            "User: d",
        ]
    );
    assert_eq!(dropped, ["input[*].phase"]);
}

#[test]
fn foreign_thoughts_and_loose_ends_stay_behind() {
    let items = json!([
        {"type": "reasoning", "summary": [], "encrypted_content": "spillway.gemini..x"},
        {"role": "assistant", "content": "a"},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gAAA"},
    ]);
    let (sent, dropped) = there_and_back(&json!({"input": items}), false).unwrap();
    assert_eq!(sent["input"], json!([{"role": "assistant", "content": "a"}]));
    assert_eq!(dropped, ["input[0]", "input[2]"]);
}

#[test]
fn parts_that_responses_do_not_have_are_refused() {
    let sound = json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}});
    for part in [sound, json!({"type": "hologram"})] {
        let body = json!({"input": [{"role": "user", "content": [part]}]});
        let refused = there_and_back(&body, true).unwrap_err();
        assert_eq!(refused.param.as_deref(), Some("input[0].content[0]"));
        assert_eq!(refused.code, Some("unsupported_parameter"));
    }
}
