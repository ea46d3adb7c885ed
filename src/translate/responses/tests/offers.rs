#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::{target, there_and_back};
use crate::translate::losses::Losses;
use crate::translate::responses::{custom_as_functions, read, write};
use crate::wire::Api;
use crate::wire::json::Fields;

fn tools_of(tools: Value) -> (Value, Vec<String>) {
    let (mut body, dropped) = there_and_back(&json!({"input": "", "tools": tools}), false).unwrap();
    (body["tools"].take(), dropped)
}

#[test]
fn tools_come_back() {
    let tools = json!([
        {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": true},
        {"type": "custom", "name": "c", "format": {"type": "grammar", "syntax": "lark", "definition": "start: /a/"}},
        {"type": "custom", "name": "t", "format": {"type": "text"}},
        {"type": "web_search", "search_context_size": "low",
         "user_location": {"type": "approximate", "country": "GB"}, "filters": {"allowed_domains": ["a.example"]}},
        {"type": "web_search", "external_web_access": false},
        {"type": "image_generation", "output_format": "png"},
    ]);
    assert_eq!(tools_of(tools.clone()), (tools, vec![]));
}

#[test]
fn a_function_says_what_responses_would_assume() {
    let (tools, dropped) = tools_of(json!([{"type": "function", "name": "f", "defer_loading": true}]));
    let parameters = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let expected = json!([{"type": "function", "name": "f", "parameters": parameters, "strict": false}]);
    assert_eq!((tools, dropped), (expected, vec!["tools[0].defer_loading".to_owned()]));
}

#[test]
fn a_namespace_is_flat() {
    let (tools, dropped) =
        tools_of(json!([{"type": "namespace", "name": "mcp__repl", "description": "A REPL.",
        "tools": [
            {"type": "function", "name": "js", "description": "Runs.", "parameters": {}, "strict": false},
            {"type": "custom", "name": "sh"},
        ]}]));
    let expected = json!([
        {"type": "function", "name": "mcp__repl__js", "description": "A REPL.\n\nRuns.", "parameters": {},
         "strict": false},
        {"type": "custom", "name": "mcp__repl__sh"},
    ]);
    assert_eq!((tools, dropped), (expected, vec![]));
}

#[test]
fn names_that_cannot_be_told_apart_are_refused() {
    let body = json!({"input": "", "tools": [
        {"type": "function", "name": "a__b"},
        {"type": "namespace", "name": "a", "description": "", "tools": [{"type": "function", "name": "b"}]},
    ]});
    let refused = there_and_back(&body, true).unwrap_err();
    assert_eq!(refused.param.as_deref(), Some("tools[1].tools[0].name"));
}

#[test]
fn tools_that_are_offered_later_are_offered_at_once() {
    let body = json!({"input": [{"type": "additional_tools", "role": "developer", "tools": [
        {"type": "function", "name": "late", "parameters": {}}]}]});
    let (sent, _) = there_and_back(&body, false).unwrap();
    assert_eq!(sent["tools"][0]["name"], "late");
    assert_eq!(sent["input"], json!([]));
}

#[test]
fn a_hosted_tool_that_must_be_called_has_no_counterpart() {
    let body = json!({"input": "", "tool_choice": {"type": "file_search"}});
    assert_eq!(there_and_back(&body, false).unwrap_err().param.as_deref(), Some("tool_choice"));
    assert_eq!(there_and_back(&body, true).unwrap().1, ["tool_choice"]);
}

#[test]
fn a_custom_tool_is_a_function_where_there_is_no_other() {
    let body = json!({"input": [
        {"type": "custom_tool_call", "call_id": "c", "name": "sql", "input": "SELECT \"a\""},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "1"},
    ], "tool_choice": {"type": "custom", "name": "sql"}, "tools": [{"type": "custom", "name": "sql",
        "description": "Asks.", "format": {"type": "grammar", "syntax": "regex", "definition": ".+"}}]})
    .to_string();
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop: false, dropped: &mut dropped };
    let fields = Fields::parse(body.as_bytes()).unwrap();
    let mut conversation = read(&fields, &mut losses).unwrap();
    custom_as_functions(&mut conversation, &mut losses);
    let written = write(conversation, &target(false), &mut losses).unwrap();
    let written: Value = serde_json::from_slice(&written).unwrap();
    let call = json!({"type": "function_call", "call_id": "c", "name": "sql",
                      "arguments": "{\"input\":\"SELECT \\\"a\\\"\"}"});
    assert_eq!(written["input"][0], call);
    assert_eq!(written["input"][1]["type"], "function_call_output");
    assert_eq!(written["tool_choice"], json!({"type": "function", "name": "sql"}));
    assert_eq!(written["tools"][0]["type"], "function");
    assert_eq!(written["tools"][0]["description"], "Asks.\n\n`input` follows this regex grammar:\n.+");
    assert_eq!(dropped, ["tools[0].format"]);
}
