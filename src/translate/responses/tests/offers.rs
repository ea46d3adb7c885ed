#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::there_and_back;

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
