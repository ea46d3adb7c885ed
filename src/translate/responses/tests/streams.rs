#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{usage, view, written};
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::responses::{Writer, echo};
use crate::translate::told::{Begun, Citation, Finish, Told};
use crate::wire::json::Fields;

fn kinds(events: &[Value]) -> Vec<&str> {
    let kinds = events.iter().map(|event| event["type"].as_str().unwrap());
    kinds.map(|kind| kind.strip_prefix("response.").unwrap_or(kind)).collect()
}

fn begun() -> Told<'static> {
    Told::Begun(Begun { id: Some("chatcmpl-1.2".into()), service_tier: Some("standard".into()) })
}

fn text(words: &'static str) -> Told<'static> {
    Told::Text(words.into())
}

fn call(kind: ToolKind, id: &'static str, name: &'static str) -> Told<'static> {
    Told::Call { kind, id: id.into(), name: name.into() }
}

#[test]
fn everything_in_the_apis_order() {
    let seal = Seal { home: Home::Anthropic, id: None, data: "sig".into(), redacted: false };
    let (events, response) = written(
        vec![
            begun(),
            Told::Thought("Hm".into()),
            Told::Thought(", so".into()),
            Told::Seal(seal),
            text("One \"é\""),
            text(" two"),
            Told::Refusal("No".into()),
            call(ToolKind::Function, "call_1", "f"),
            Told::Argument("{\"a\"".into()),
            Told::Argument(":1}".into()),
            call(ToolKind::Custom, "call_2", "sql"),
            Told::Argument("SELECT".into()),
            call(ToolKind::Function, "call_3", "now"),
            Told::Usage(usage()),
            Told::Finished(Finish::Calls),
            Told::End,
        ],
        "",
    );
    assert_eq!(
        kinds(&events),
        [
            "output_item.added",
            "reasoning_summary_part.added",
            "reasoning_summary_text.delta",
            "reasoning_summary_text.delta",
            "reasoning_summary_text.done",
            "reasoning_summary_part.done",
            "output_item.done",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "content_part.added",
            "refusal.delta",
            "refusal.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "output_item.added",
            "custom_tool_call_input.delta",
            "custom_tool_call_input.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
        ]
    );
    assert_eq!(
        response["output"],
        json!([
            {"id": "rs_1_2_0", "type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm, so"}],
             "encrypted_content": "spillway.anthropic..sig"},
            {"id": "msg_1_2_1", "type": "message", "status": "completed", "role": "assistant", "content": [
                {"type": "output_text", "text": "One \"é\" two", "annotations": [], "logprobs": []},
                {"type": "refusal", "refusal": "No"}]},
            {"id": "fc_1_2_2", "type": "function_call", "status": "completed", "arguments": "{\"a\":1}",
             "call_id": "call_1", "name": "f"},
            {"id": "ctc_1_2_3", "type": "custom_tool_call", "input": "SELECT",
             "call_id": "call_2", "name": "sql"},
            {"id": "fc_1_2_4", "type": "function_call", "status": "completed", "arguments": "{}",
             "call_id": "call_3", "name": "now"},
        ])
    );
    assert_eq!((&response["id"], &response["status"]), (&json!("resp_1_2"), &json!("completed")));
    assert_eq!(response["service_tier"], "default");
    assert_eq!(
        response["usage"],
        json!({"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1},
               "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 15})
    );
}

#[test]
fn an_answer_without_content_is_whole() {
    let (events, response) = written(vec![begun(), Told::End], "");
    assert_eq!((kinds(&events), &response["output"]), (vec![], &json!([])));
    assert_eq!(response["tools"], json!([]));
    assert_eq!(response["text"], json!({"format": {"type": "text"}, "verbosity": "medium"}));
}

#[test]
fn an_answer_that_was_cut_says_why() {
    for (finish, reason) in [
        (Finish::Length, "max_output_tokens"),
        (Finish::Filtered, "content_filter"),
        (Finish::Declined, "content_filter"),
        (Finish::Paused, "max_output_tokens"),
    ] {
        let (_, response) = written(vec![begun(), text("Half"), Told::Finished(finish), Told::End], "");
        assert_eq!(response["status"], "incomplete");
        assert_eq!(response["incomplete_details"], json!({"reason": reason}));
        assert_eq!(response["output"][0]["status"], "incomplete");
    }
}

#[test]
fn citations_count_from_their_part() {
    let cite = |url, range| Told::Citation(Citation { url: Some(url), range, ..Citation::default() });
    let (events, response) = written(
        vec![
            begun(),
            text("Grüße. "),
            call(ToolKind::Custom, "c", "c"),
            text("See"),
            cite("a".into(), Some((7, 10))),
            text(" here"),
            cite("b".into(), None),
            cite("c".into(), None),
            Told::End,
        ],
        "",
    );
    let annotations = response["output"][2]["content"][0]["annotations"].as_array().unwrap();
    let ranges: Vec<_> =
        annotations.iter().map(|a| (&a["url"], &a["start_index"], &a["end_index"])).collect();
    assert_eq!(
        ranges,
        [
            (&json!("a"), &json!(0), &json!(3)),
            (&json!("b"), &json!(3), &json!(8)),
            (&json!("c"), &json!(3), &json!(8)),
        ]
    );
    assert!(kinds(&events).contains(&"output_text.annotation.added"));
}

#[test]
fn log_probabilities_follow_their_text() {
    let raw = r#"[{"token":"Hé","logprob":-0.5,"bytes":null,"top_logprobs":[]}]"#;
    let logprobs = Told::Logprobs(Cow::Borrowed(serde_json::from_str(raw).unwrap()));
    let (events, response) = written(vec![begun(), text("Hé"), logprobs, Told::End], "");
    let token = json!([{"token": "Hé", "logprob": -0.5, "bytes": [72, 195, 169], "top_logprobs": []}]);
    assert_eq!((&events[3]["delta"], &events[3]["logprobs"]), (&json!(""), &token));
    assert_eq!(response["output"][0]["content"][0]["logprobs"], token);
}

#[test]
fn a_namespaces_function_is_called_by_its_own_name() {
    let request = r#"{"tools":[{"type":"namespace","name":"mcp__repl","description":"A REPL.",
        "tools":[{"type":"function","name":"js"}]}]}"#;
    let echo = String::from_utf8(echo(&Fields::parse(request.as_bytes()).unwrap())).unwrap();
    let told = vec![begun(), call(ToolKind::Function, "c", "mcp__repl__js"), Told::End];
    let (events, response) = written(told, &echo);
    for item in [&events[0]["item"], &response["output"][0]] {
        assert_eq!((&item["namespace"], &item["name"]), (&json!("mcp__repl"), &json!("js")));
    }
}

#[test]
fn a_call_says_that_nothing_of_it_is_sealed_where_a_client_expects_a_seal() {
    let request = r#"{"tools":[{"type":"namespace","name":"collaboration","description":"Agents.","tools":[
        {"type":"function","name":"tell","parameters":{"type":"object","properties":{"to":{"type":"string"},
          "message":{"type":"string","encrypted":true}}}},
        {"type":"function","name":"wait","parameters":{"properties":{"encrypted":{"type":"boolean"}}}}]},
        {"type":"function","name":"tell","parameters":{"properties":{"message":{"encrypted":true}}}},
        {"type":"function","name":"ask","parameters":{"properties":{"message":{"encrypted":false}}}}]}"#;
    let echo = String::from_utf8(echo(&Fields::parse(request.as_bytes()).unwrap())).unwrap();
    for (name, says) in
        [("collaboration__tell", true), ("collaboration__wait", false), ("tell", true), ("ask", false)]
    {
        let told = vec![begun(), call(ToolKind::Function, "c", name), Told::End];
        let (events, response) = written(told, &echo);
        for item in [&events[0]["item"], &response["output"][0]] {
            let expected = if says { json!([]) } else { Value::Null };
            assert_eq!(item["encrypted_function_args"], expected, "{name}");
        }
    }
}

#[test]
fn a_custom_tool_that_went_as_a_function_comes_back_as_itself() {
    let request = r#"{"input":[{"type":"additional_tools","role":"developer","tools":[
        {"type":"custom","name":"sql"}]}]}"#;
    let echo = String::from_utf8(echo(&Fields::parse(request.as_bytes()).unwrap())).unwrap();
    let told = vec![
        begun(),
        call(ToolKind::Function, "c", "sql"),
        Told::Argument(r#"{"input":"SELE"#.into()),
        Told::Argument(r#"CT \"a\""}"#.into()),
        Told::End,
    ];
    let (events, response) = written(told, &echo);
    let expected = [
        "output_item.added",
        "custom_tool_call_input.delta",
        "custom_tool_call_input.done",
        "output_item.done",
    ];
    assert_eq!(kinds(&events), expected);
    assert_eq!(response["output"][0]["type"], "custom_tool_call");
    assert_eq!(response["output"][0]["input"], "SELECT \"a\"");
}

#[test]
fn escapes_pass_as_they_were_written() {
    let (high, low) = (r#""\ud83d""#, r#""\ude00\/""#);
    let piece = |raw| Told::Text(Words::Json(serde_json::from_str(raw).unwrap()));
    let mut writer = Writer::new(view(""));
    let mut out = Vec::new();
    for told in [begun(), piece(high), piece(low), Told::End] {
        writer.write(told, &mut out).unwrap();
    }
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains(r#""delta":"\ud83d","#) && out.contains(r#""text":"\ud83d\ude00\/","#), "{out}");
}

#[test]
fn what_is_kept_has_a_bound() {
    let mut writer = Writer::new(view(""));
    let piece = "x".repeat(1024 * 1024);
    let mut out = Vec::new();
    for number in 1..=8 {
        writer
            .write(Told::Text(Words::from(piece.as_str())), &mut out)
            .unwrap_or_else(|_| panic!("{number}"));
        out.clear();
    }
    let failure = writer.write(text("x"), &mut out).unwrap_err();
    assert_eq!((failure.status, failure.code.as_deref()), (502, Some("malformed_upstream_response")));
}

#[test]
fn an_argument_without_a_call_is_a_failure() {
    let mut writer = Writer::new(view(""));
    assert!(writer.write(Told::Argument("{}".into()), &mut Vec::new()).is_err());
}

#[test]
fn a_provider_that_is_still_there_is_a_comment() {
    let mut out = Vec::new();
    Writer::new(view("")).write(Told::Alive, &mut out).unwrap();
    assert_eq!(out, b": keep-alive\n\n");
}
