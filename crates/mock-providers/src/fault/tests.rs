//! Bodies that each provider refuses, and the whole answer that it gives.

use serde_json::{Value, json};

use super::*;
use crate::provider::{Api, Tables};

fn refused(provider: Provider, api: Api, body: &Value) -> Value {
    let tables = Tables::load().expect("tables");
    let catalogue = Catalogue::load().expect("catalogue");
    let problem = tables.of(provider, api).expect("a table").check(body).expect_err("the body is wrong");
    refusal(&catalogue, provider, &Wrong::Body(problem)).body
}

fn chat(change: impl FnOnce(&mut Value)) -> Value {
    let mut body =
        json!({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]});
    change(&mut body);
    refused(Provider::OpenAi, Api::Chat, &body)
}

fn responses(api: Api, change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({"model": "m", "input": [{"role": "user", "content": "hi"}]});
    change(&mut body);
    refused(Provider::Azure, api, &body)
}

fn messages(change: impl FnOnce(&mut Value)) -> String {
    let mut body = json!({
        "model": "m", "max_tokens": 5,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
    });
    change(&mut body);
    let answer = refused(Provider::Anthropic, Api::Messages, &body);
    assert_eq!(answer["type"], "error");
    assert_eq!(answer["error"]["type"], "invalid_request_error");
    answer["error"]["message"].as_str().expect("a message").to_owned()
}

fn gemini(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "generationConfig": {}});
    change(&mut body);
    refused(Provider::Gemini, Api::Generate, &body)
}

fn error(message: &str, param: &str, code: &str) -> Value {
    json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}})
}

#[test]
fn openai_names_the_parameter() {
    let unknown = |path: &str| error(&format!("Unknown parameter: '{path}'."), path, "unknown_parameter");
    assert_eq!(
        chat(|b| b["_litellm_tpm_reserved_tokens"] = json!(1)),
        unknown("_litellm_tpm_reserved_tokens")
    );
    assert_eq!(chat(|b| b["messages"][0]["foo"] = json!(1)), unknown("messages[0].foo"));
    assert_eq!(
        chat(|b| b["messages"][0]["content"][0]["cache_control"] = json!({})),
        unknown("messages[0].content[0].cache_control")
    );
    assert_eq!(chat(|b| b["stream_options"] = json!({"x": 1})), unknown("stream_options.x"));
    assert_eq!(
        chat(|b| b["messages"] = json!([])),
        error(
            "Invalid 'messages': array too short. Expected an array with minimum length 1, but got an array with length 0 instead.",
            "messages",
            "array_below_min_length"
        )
    );
    assert_eq!(
        chat(|b| b["temperature"] = json!("hot")),
        error(
            "Invalid type for 'temperature': expected one of a decimal or null, but got a string instead.",
            "temperature",
            "invalid_type"
        )
    );
    assert_eq!(
        chat(|b| {
            b.as_object_mut().expect("object").remove("model");
        }),
        error("Missing required parameter: 'model'.", "model", "missing_required_parameter")
    );
    assert_eq!(
        chat(|b| b["messages"][0]["role"] = json!("robot")),
        error(
            "Invalid value: 'robot'. Supported values are: 'developer', 'system', 'user', 'assistant', 'tool', and 'function'.",
            "messages[0].role",
            "invalid_value"
        )
    );
}

#[test]
fn openai_metadata_is_sixteen_short_strings() {
    let seventeen: serde_json::Map<String, Value> = (0..17).map(|n| (n.to_string(), json!("v"))).collect();
    assert_eq!(
        chat(|b| b["metadata"] = Value::Object(seventeen))["error"]["code"],
        "object_above_max_properties"
    );
    assert_eq!(
        chat(|b| b["metadata"] = json!({"spend": 1.5})),
        error(
            "Invalid type for 'metadata.spend': expected a string, but got a decimal instead.",
            "metadata.spend",
            "invalid_type"
        )
    );
}

#[test]
fn compact_defines_no_metadata() {
    let unknown = error("Unknown parameter: 'metadata'.", "metadata", "unknown_parameter");
    assert_eq!(responses(Api::Compact, |b| b["metadata"] = json!({"a": "b"})), unknown);
    assert_eq!(
        responses(Api::Responses, |b| b["mock_testing_fallbacks"] = json!(true))["error"]["param"],
        "mock_testing_fallbacks"
    );
    assert_eq!(
        responses(Api::Responses, |b| b["input"][0]["name"] = json!("x"))["error"]["param"],
        "input[0].name"
    );
    assert_eq!(
        responses(Api::Responses, |b| b["input"][0] =
            json!({"type": "function_call", "call_id": "c", "name": "f"}))["error"]["message"],
        "Missing required parameter: 'input[0].arguments'."
    );
    assert_eq!(
        responses(Api::Responses, |b| b["tools"] = json!([{"type": "function", "function": {"name": "f"}}]))
            ["error"]["message"],
        "Unknown parameter: 'tools[0].function'."
    );
}

#[test]
fn anthropic_joins_the_path_with_dots() {
    assert_eq!(messages(|b| b["foo"] = json!(1)), "foo: Extra inputs are not permitted");
    assert_eq!(
        messages(|b| b["metadata"] = json!({"user": "x"})),
        "metadata.user: Extra inputs are not permitted"
    );
    assert_eq!(
        messages(|b| b["messages"][0]["content"][0]["foo"] = json!(1)),
        "messages.0.content.0.text.foo: Extra inputs are not permitted"
    );
    assert_eq!(messages(|b| b["tools"] = json!([{"name": "f"}])), "tools.0.input_schema: Field required");
    assert_eq!(messages(|b| b["max_tokens"] = json!("5")), "max_tokens: Input should be a valid integer");
    assert_eq!(
        messages(|b| b["max_tokens"] = json!(-1)),
        "max_tokens: Input should be greater than or equal to 0"
    );
    assert_eq!(
        messages(|b| b["messages"][0]["role"] = json!("tool")),
        "messages.0.role: Input should be 'user', 'assistant' or 'system'"
    );
    assert_eq!(
        messages(|b| b["tool_choice"] = json!({"type": "function"})),
        "tool_choice.type: Input tag 'function' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'"
    );
}

#[test]
fn gemini_names_the_parent() {
    let top = gemini(|b| b["foo"] = json!(1));
    let message = "Invalid JSON payload received. Unknown name \"foo\": Cannot find field.";
    assert_eq!(
        top,
        json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT", "details": [{
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": "", "description": message}]
        }]}})
    );
    let message = |body: Value| body["error"]["message"].as_str().expect("message").to_owned();
    assert_eq!(
        message(gemini(|b| b["contents"][0]["parts"][0]["foo"] = json!(1))),
        "Invalid JSON payload received. Unknown name \"foo\" at 'contents[0].parts[0]': Cannot find field."
    );
    assert_eq!(
        message(gemini(|b| b["generationConfig"]["temperature"] = json!("hot"))),
        "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\""
    );
    assert_eq!(
        message(gemini(
            |b| b["tools"] = json!([{"functionDeclarations": [{"name": "f", "parameters": {"type": "object", "additionalProperties": false}}]}])
        )),
        "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field."
    );
    assert_eq!(
        message(gemini(|b| {
            b.as_object_mut().expect("object").remove("contents");
        })),
        "* GenerateContentRequest.contents: contents is not specified"
    );
}
