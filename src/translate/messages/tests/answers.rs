//! The API's answers told, and what is told written as a stream and as a body.

use serde_json::{Value, json};

use super::view;
use crate::sse::{Event, Item, Parser};
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::messages::{Reader, Writer, fold};
use crate::translate::told::{Begun, Citation, Finish, Told};
use crate::usage::Usage;
use crate::wire::json::Fields;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The events of a stream of the API, by their data.
fn tell(events: &[Value]) -> (Vec<String>, Option<String>) {
    let mut reader = Reader::default();
    let mut told = Vec::new();
    for event in events {
        let data = event.to_string();
        let mut pieces = Vec::new();
        let result = reader.event(Event { name: b"", data: data.as_bytes() }, &mut pieces);
        told.extend(pieces.iter().map(shown));
        if let Err(failure) = result {
            return (told, Some(format!("{} {}", failure.status, failure.message)));
        }
    }
    (told, None)
}

fn shown(told: &Told<'_>) -> String {
    match told {
        Told::Begun(begun) => format!("begun {}", begun.id.as_ref().unwrap().text()),
        Told::Text(words) => format!("text {}", words.text()),
        Told::Refusal(words) => format!("refusal {}", words.text()),
        Told::Thought(words) => format!("thought {}", words.text()),
        Told::Seal(seal) => format!("seal {} {}", seal.data.text(), seal.redacted),
        Told::Citation(citation) => format!("citation {}", citation.url.as_ref().unwrap().text()),
        Told::Call { id, name, .. } => format!("call {} {}", id.text(), name.text()),
        Told::Argument(words) => format!("argument {}", words.text()),
        Told::Usage(usage) => format!("usage {}+{} {}", usage.input, usage.output, usage.cache_read),
        Told::Finished(finish) => format!("finished {finish:?}"),
        Told::Logprobs(_) => "logprobs".to_owned(),
        Told::Alive => "alive".to_owned(),
        Told::End => "end".to_owned(),
    }
}

fn delta(index: u64, delta: Value) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": delta})
}

#[test]
fn a_stream_is_told() {
    let (told, failed) = tell(&[
        json!({"type": "message_start", "message": {"id": "msg_1", "content": [], "usage": {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 1}}}),
        json!({"type": "ping"}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}),
        delta(0, json!({"type": "thinking_delta", "thinking": "hm"})),
        delta(0, json!({"type": "signature_delta", "signature": "sig"})),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "d"}}),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "content_block_start", "index": 2, "content_block": {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}}),
        delta(2, json!({"type": "input_json_delta", "partial_json": "{}"})),
        json!({"type": "content_block_stop", "index": 2}),
        json!({"type": "content_block_start", "index": 3, "content_block": {"type": "text", "text": ""}}),
        delta(3, json!({"type": "text_delta", "text": "Hé"})),
        delta(
            3,
            json!({"type": "citations_delta", "citation": {"type": "web_search_result_location", "url": "u", "title": "t", "cited_text": "c", "encrypted_index": "e"}}),
        ),
        delta(3, json!({"type": "some_new_delta"})),
        json!({"type": "content_block_stop", "index": 3}),
        json!({"type": "content_block_start", "index": 4, "content_block": {"type": "tool_use", "id": "a", "name": "f", "input": {}}}),
        delta(4, json!({"type": "input_json_delta", "partial_json": ""})),
        json!({"type": "content_block_stop", "index": 4}),
        json!({"type": "content_block_start", "index": 5, "content_block": {"type": "tool_use", "id": "b", "name": "g", "input": {}}}),
        delta(5, json!({"type": "input_json_delta", "partial_json": "{\"x\":"})),
        delta(5, json!({"type": "input_json_delta", "partial_json": "1}"})),
        json!({"type": "content_block_stop", "index": 5}),
        json!({"type": "some_new_event"}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null}, "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop"}),
    ]);
    assert_eq!(
        told,
        [
            "begun msg_1",
            "usage 7+1 2",
            "alive",
            "thought hm",
            "seal sig false",
            "seal d true",
            "text Hé",
            "citation u",
            "call a f",
            "argument {}",
            "call b g",
            "argument {\"x\":",
            "argument 1}",
            "usage 7+9 2",
            "finished Calls",
            "end",
        ]
    );
    assert_eq!(failed, None);
}

#[test]
fn ends_and_errors_are_told() {
    for (reason, finish) in [
        (json!({"stop_reason": "end_turn"}), "finished Stop"),
        (json!({"stop_reason": "pause_turn"}), "finished Paused"),
        (json!({"stop_reason": "model_context_window_exceeded"}), "finished Length"),
        (json!({"stop_reason": "a_new_one"}), "finished Stop"),
        (
            json!({"stop_reason": "refusal", "stop_details": {"type": "refusal", "explanation": "No."}}),
            "refusal No.",
        ),
    ] {
        let (told, failed) =
            tell(&[json!({"type": "message_delta", "delta": reason}), json!({"type": "message_stop"})]);
        assert_eq!((told[0].as_str(), told.last().unwrap().as_str(), failed), (finish, "end", None));
    }
    for (event, failure) in [
        (
            json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "r"}),
            "529 Overloaded",
        ),
        (
            json!({"type": "message_stop"}),
            "502 The provider's answer is malformed: a message without `stop_reason`.",
        ),
        (
            json!({"type": "message_start"}),
            "502 The provider's answer is malformed: a beginning without its message.",
        ),
        (json!({}), "502 The provider's answer is malformed: an event without `type`."),
    ] {
        assert_eq!(tell(&[event]).1.as_deref(), Some(failure));
    }
}

fn everything() -> Vec<Told<'static>> {
    let seal = |home, redacted| Told::Seal(Seal { home, id: None, data: "S".into(), redacted });
    let call = |id: &'static str| Told::Call { kind: ToolKind::Function, id: id.into(), name: "f".into() };
    vec![
        Told::Begun(Begun { id: Some("chatcmpl-1".into()), service_tier: None }),
        Told::Thought("a".into()),
        Told::Thought("b".into()),
        seal(Home::Anthropic, false),
        Told::Thought("c".into()),
        seal(Home::OpenAi, false),
        Told::Thought("d".into()),
        seal(Home::Gemini, false),
        seal(Home::Gemini, false),
        Told::Thought("e".into()),
        Told::Text("t".into()),
        Told::Text("".into()),
        Told::Citation(Citation { url: Some("u".into()), cited: Some("w".into()), ..Citation::default() }),
        Told::Citation(Citation::default()),
        Told::Alive,
        call("1"),
        Told::Argument("{\"x\":".into()),
        Told::Argument("1}".into()),
        call("2"),
        call("3"),
        Told::Argument("no json".into()),
        Told::Usage(Usage {
            input: 10,
            output: 5,
            cache_read: 3,
            cache_write: 2,
            reasoning: 1,
            ..Usage::default()
        }),
        Told::Finished(Finish::Calls),
        Told::End,
    ]
}

/// The data of the events that are written.
fn streamed(told: Vec<Told<'_>>) -> Vec<Value> {
    let mut writer = Writer::new(view());
    let mut out = Vec::new();
    for piece in told {
        writer.write(piece, &mut out).unwrap();
    }
    let mut parser = Parser::new(1 << 20);
    let (mut rest, mut events) = (out.as_slice(), Vec::new());
    while let Some(item) = parser.next(&mut rest).unwrap() {
        let Item::Event(event) = item else { panic!("{item:?}") };
        let data: Value = serde_json::from_slice(event.data).unwrap();
        assert_eq!(event.name, data["type"].as_str().unwrap().as_bytes());
        events.push(data);
    }
    events
}

/// What a client of the dialect makes of events: the message.
fn accumulated(events: &[Value]) -> Value {
    let mut message = events[0]["message"].clone();
    let mut json = String::new();
    for event in &events[1..] {
        match event["type"].as_str().unwrap() {
            "content_block_start" => {
                let blocks = message["content"].as_array_mut().unwrap();
                assert_eq!(event["index"], blocks.len());
                blocks.push(event["content_block"].clone());
                json.clear();
            }
            "content_block_delta" => {
                let block = &mut message["content"][event["index"].as_u64().unwrap() as usize];
                let delta = &event["delta"];
                for member in ["text", "thinking", "signature"] {
                    if let Some(piece) = delta[member].as_str() {
                        block[member] = json!(format!("{}{piece}", block[member].as_str().unwrap()));
                    }
                }
                if let Some(piece) = delta["partial_json"].as_str() {
                    json.push_str(piece);
                    block["input"] = serde_json::from_str(&json).unwrap_or_default();
                }
                if !delta["citation"].is_null() {
                    block["citations"] = json!([delta["citation"]]);
                }
            }
            "message_delta" => {
                message["stop_reason"] = event["delta"]["stop_reason"].clone();
                message["stop_sequence"] = event["delta"]["stop_sequence"].clone();
                message["usage"] = event["usage"].clone();
            }
            "content_block_stop" | "ping" | "message_stop" => {}
            other => panic!("{other}"),
        }
    }
    message
}

#[test]
fn a_stream_and_a_body_say_the_same() {
    let body: Value = serde_json::from_slice(&fold(everything(), &view()).unwrap()).unwrap();
    let citation = json!({"type": "web_search_result_location", "cited_text": "w", "encrypted_index": "spillway.foreign", "title": null, "url": "u"});
    let expected = json!({
        "id": "msg_chatcmpl-1", "type": "message", "role": "assistant", "model": "public",
        "content": [
            {"type": "thinking", "thinking": "ab", "signature": "S"},
            {"type": "thinking", "thinking": "c", "signature": "spillway.openai..S"},
            {"type": "thinking", "thinking": "d", "signature": "spillway.gemini..S"},
            {"type": "redacted_thinking", "data": "spillway.gemini..S"},
            {"type": "thinking", "thinking": "e", "signature": "spillway.unsealed"},
            {"type": "text", "text": "t", "citations": [citation]},
            {"type": "tool_use", "id": "1", "name": "f", "input": {"x": 1}},
            {"type": "tool_use", "id": "2", "name": "f", "input": {}},
            {"type": "tool_use", "id": "3", "name": "f", "input": {"_invalid_json": "no json"}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {"input_tokens": 5, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 3, "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 1}},
    });
    assert_eq!(body, expected);
    let mut streamed = accumulated(&streamed(everything()));
    // A stream hands on what the model wrote, whatever it is.
    assert_eq!(streamed["content"][8]["input"], json!(null));
    streamed["content"][8]["input"] = expected["content"][8]["input"].clone();
    assert_eq!(streamed, expected);
}

#[test]
fn an_answer_without_content_is_whole() {
    let events = streamed(vec![Told::Finished(Finish::StopSequence(Some("X".into()))), Told::End]);
    let types: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["message_start", "message_delta", "message_stop"]);
    assert_eq!(events[1]["delta"], json!({"stop_reason": "stop_sequence", "stop_sequence": "X"}));
}

#[test]
fn ends_are_in_the_dialects_words() {
    for (told, reason) in [
        (vec![Told::Finished(Finish::Length)], "max_tokens"),
        (vec![Told::Finished(Finish::Filtered)], "refusal"),
        (vec![Told::Finished(Finish::Paused)], "pause_turn"),
        (vec![Told::Refusal("No".into()), Told::Finished(Finish::Stop)], "refusal"),
        (
            vec![
                Told::Call { kind: ToolKind::Function, id: "1".into(), name: "f".into() },
                Told::Finished(Finish::Stop),
            ],
            "tool_use",
        ),
        (
            vec![
                Told::Call { kind: ToolKind::Function, id: "1".into(), name: "f".into() },
                Told::Finished(Finish::Length),
            ],
            "max_tokens",
        ),
        (vec![], "end_turn"),
    ] {
        let body: Value = serde_json::from_slice(&fold(told, &view()).unwrap()).unwrap();
        assert_eq!(body["stop_reason"], reason);
    }
}

/// What the API answers comes out of the dialect as it was, but for what only Anthropic has.
#[test]
fn an_answer_survives_being_told() {
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude",
        "content": [
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "redacted_thinking", "data": "d"},
            {"type": "text", "text": "a\u{e9}"},
            {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"deep": [1, {"b": null}]}},
            {"type": "tool_use", "id": "toolu_2", "name": "f", "input": {}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {"input_tokens": 1, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 4, "output_tokens": 2},
    });
    let text = message.to_string();
    let fields = Fields::parse(text.as_bytes()).unwrap();
    let mut told = Vec::new();
    Reader::default().whole(&fields, &mut told).unwrap();
    let body: Value = serde_json::from_slice(&fold(told, &view()).unwrap()).unwrap();
    let mut expected = message;
    expected["model"] = json!("public");
    expected["content"][3]["id"] = json!("call_toolu_1");
    expected["content"][4]["id"] = json!("call_toolu_2");
    assert_eq!(body, expected);
    assert!(Words::from("").is_empty());
}
