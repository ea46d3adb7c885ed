#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::{events, view};
use crate::golden;
use crate::sse::Event;
use crate::translate::bridge::{Bridge, Made, Side};
use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::responses::{Reader, echo, fold};
use crate::translate::told::{Finish, Told};
use crate::wire::json::Fields;

/// A piece as words.
fn spelt(told: &Told<'_>) -> String {
    match told {
        Told::Begun(begun) => {
            format!("begun {}", begun.id.as_ref().map(Words::text).unwrap_or_default())
        }
        Told::Text(words) => format!("text {}", words.text()),
        Told::Refusal(words) => format!("refusal {}", words.text()),
        Told::Thought(words) => format!("thought {:?}", words.text()),
        Told::Seal(seal) => {
            format!("seal {:?} {} {}", seal.home, seal.id.as_ref().unwrap().text(), seal.data.text())
        }
        Told::Citation(citation) => format!("citation {:?}", citation.range),
        Told::Call { kind, id, name } => format!("call {kind:?} {} {}", id.text(), name.text()),
        Told::Argument(words) => format!("argument {}", words.text()),
        Told::Logprobs(logprobs) => format!("logprobs {logprobs}"),
        Told::Usage(usage) => format!("usage {}", usage.total()),
        Told::Finished(Finish::Filtered) => "filtered".to_owned(),
        Told::Finished(finish) => format!("{finish:?}").to_lowercase(),
        Told::Alive => "alive".to_owned(),
        Told::End => "end".to_owned(),
    }
}

fn whole(answer: &Value) -> Result<Vec<String>, Failure> {
    let text = answer.to_string();
    let fields = Fields::parse(text.as_bytes()).unwrap();
    let mut told = Vec::new();
    Reader::default().whole(&fields, &mut told)?;
    Ok(told.iter().map(spelt).collect())
}

#[test]
fn a_whole_answer_is_told_in_its_order() {
    let answer = json!({"id": "resp_1", "status": "completed", "output": [
        {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA", "summary": [
            {"type": "summary_text", "text": "One."}, {"type": "summary_text", "text": "Two."}]},
        {"type": "reasoning", "id": "rs_2", "summary": [], "content": [{"type": "reasoning_text", "text": "Raw."}]},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "message", "role": "assistant", "content": [
            {"type": "output_text", "text": "Grüße", "annotations": [],
             "logprobs": [{"token": "G", "logprob": -1, "top_logprobs": []}]},
            {"type": "output_text", "text": "see", "annotations": [
                {"type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 3},
                {"type": "file_citation", "file_id": "f", "filename": "n", "index": 1}]},
            {"type": "refusal", "refusal": "No."}]},
        {"type": "custom_tool_call", "call_id": "c1", "name": "sql", "input": "SELECT"},
        {"type": "function_call", "call_id": "c2", "name": "f", "arguments": ""}],
        "usage": {"input_tokens": 2, "output_tokens": 3}});
    assert_eq!(
        whole(&answer).unwrap(),
        [
            "begun resp_1",
            "thought \"One.\"",
            "thought \"\\n\\n\"",
            "thought \"Two.\"",
            "seal OpenAi rs_1 gAAA",
            "thought \"Raw.\"",
            "text Grüße",
            r#"logprobs [{"token":"G","logprob":-1,"bytes":null,"top_logprobs":[]}]"#,
            "text see",
            "citation Some((5, 8))",
            "refusal No.",
            "call Custom c1 sql",
            "argument SELECT",
            "call Function c2 f",
            "usage 5",
            "calls",
            "end",
        ]
    );
}

#[test]
fn an_answer_that_is_none_is_a_failure() {
    for (answer, message) in [
        (json!({"id": "r"}), "The provider's answer is malformed: a response without `output`."),
        (json!({"output": []}), "The provider's answer is malformed: a response without `id`."),
        (
            json!({"id": "r", "output": [], "status": "cancelled"}),
            "The provider's answer is malformed: a response that ended as `cancelled`.",
        ),
        (
            json!({"id": "r", "output": [], "status": "failed"}),
            "The provider reported an error without a message.",
        ),
        (
            json!({"id": "r", "output": [{"type": "function_call", "name": "f"}]}),
            "The provider's answer is malformed: a function call without `call_id`.",
        ),
    ] {
        assert_eq!(whole(&answer).unwrap_err().message, message);
    }
}

/// Pieces of a stream, and how it failed.
fn streamed(events: &[Value]) -> (Vec<String>, Option<Failure>) {
    let mut reader = Reader::default();
    let mut pieces = Vec::new();
    for event in events {
        let data = event.to_string();
        let mut told = Vec::new();
        let result = reader.event(Event { name: b"", data: data.as_bytes() }, &mut told);
        pieces.extend(told.iter().map(spelt));
        if let Err(failure) = result {
            return (pieces, Some(failure));
        }
    }
    (pieces, None)
}

#[test]
fn an_item_that_comes_whole_is_told_once() {
    let message =
        json!({"type": "message", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]});
    let thought = json!({"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "Hm"}],
        "encrypted_content": "g"});
    let (told, failure) = streamed(&[
        json!({"type": "response.created", "response": {"id": "r"}}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": thought}),
        json!({"type": "response.output_text.delta", "output_index": 1, "delta": "Hi"}),
        json!({"type": "response.output_text.done", "output_index": 1, "text": "Hi"}),
        json!({"type": "response.output_item.done", "output_index": 1, "item": message}),
        json!({"type": "response.completed", "response": {"id": "r", "status": "completed", "output": [thought, message]}}),
    ]);
    assert_eq!(told, ["begun r", "thought \"Hm\"", "seal OpenAi rs g", "text Hi", "stop", "end"]);
    assert_eq!(failure, None);
}

#[test]
fn arguments_that_run_into_each_other_are_a_failure() {
    let call = |at: u64| {
        json!({"type": "response.output_item.added", "output_index": at,
               "item": {"type": "function_call", "call_id": "c", "name": "f"}})
    };
    let argument = json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": "{"});
    let (_, failure) = streamed(&[call(0), call(1), argument]);
    assert!(failure.unwrap().message.contains("after the next one had begun"));
}

/// The streams of the golden cases, read and written again: the same words, in well-formed events.
#[test]
fn streams_come_back() {
    for (case, text) in
        [("text", "Hi \"thère\"\n"), ("without-deltas", "All at once"), ("incomplete", "Once upon")]
    {
        let input = golden::file(&format!("translate/stream/responses/{case}.input.sse"));
        let mut bridge = Bridge::new(Made::Responses, Side::Responses, view(""));
        let mut out = Vec::new();
        for event in std::str::from_utf8(input).unwrap().split_terminator("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
            bridge.event(Event { name: b"", data: data.as_bytes() }, &mut out).unwrap();
        }
        let events = events(&out);
        let last = &events[events.len() - 1]["response"];
        assert_eq!(last["output"][0]["content"][0]["text"], text, "{case}");
        assert_eq!(last["usage"]["total_tokens"], 123, "{case}");
    }
}

#[test]
fn an_answer_repeats_its_request() {
    let request = "{\"instructions\":\"Be brief\",\r\n\"tools\":[ {\n\"type\":\"custom\",\"name\":\"c\"} ],
        \"text\":{\"format\":{\"type\":\"json_object\"}},\"temperature\":0.5,\"store\":true,\"user\":null}";
    let echo = echo(&Fields::parse(request.as_bytes()).unwrap());
    assert!(!echo.iter().any(|byte| matches!(byte, b'\n' | b'\r')));
    let body = fold(vec![Told::End], &view(std::str::from_utf8(&echo).unwrap())).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    for (name, value) in [
        ("instructions", json!("Be brief")),
        ("tools", json!([{"type": "custom", "name": "c"}])),
        ("text", json!({"format": {"type": "json_object"}, "verbosity": "medium"})),
        ("temperature", json!(0.5)),
        ("store", json!(false)),
        ("user", json!(null)),
        ("top_p", json!(1.0)),
        ("reasoning", json!({"effort": null, "summary": null})),
    ] {
        assert_eq!(body[name], value, "{name}");
    }
}
