#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::{DROPPING, STRICT, minimal, refused};
use crate::sanitise::off_route;
use crate::wire::Dialect::{self, Chat, Compact, CountTokens, Messages, Responses};
use crate::wire::Route;

/// The whole body of the answer.
fn error(dialect: Dialect, body: &str) -> Value {
    serde_json::from_slice(&refused(dialect, body, STRICT).body(dialect)).unwrap()
}

const REMOVE_IT: &str =
    "remove it, or set litellm_settings.drop_params: true in the gateway's configuration to have it dropped.";

#[test]
fn whole_bodies_of_refusals() {
    for (dialect, body, message, param, code) in [
        (Chat, String::new(), "The request has no body. Send a JSON object.".to_owned(), json!(null), "invalid_json"),
        (
            Chat,
            r#"{"model":"m","messages":[{"role":"user""#.to_owned(),
            "The request body is not valid JSON: expected `,` or `}` at line 1, column 40, but the body ends there.".to_owned(),
            json!(null),
            "invalid_json",
        ),
        (
            Chat,
            r#"{"model":"m","model":"n","messages":[{}]}"#.to_owned(),
            "Duplicate parameter: 'model' stands more than once in its object. Send it once.".to_owned(),
            json!("model"),
            "duplicate_parameter",
        ),
        (
            Chat,
            r#"{"model":"openai/m\r\nset-cookie: a","messages":[{}]}"#.to_owned(),
            "Invalid value for 'model': a model's name has no control characters.".to_owned(),
            json!("model"),
            "invalid_value",
        ),
        (
            Chat,
            minimal(Chat, r#""fallbacks":["m",{"model":"openai/m\u0000"}]"#),
            "Invalid value for 'fallbacks[1]': a model's name has no control characters.".to_owned(),
            json!("fallbacks[1]"),
            "invalid_value",
        ),
        (
            Chat,
            minimal(Chat, r#""top_kk":5"#),
            format!("Unknown parameter: 'top_kk'. The chat completions API does not define it: {REMOVE_IT}"),
            json!("top_kk"),
            "unknown_parameter",
        ),
        (
            Responses,
            minimal(Responses, r#""_litellm_tpm_reserved_tokens":30"#),
            format!(
                "Unknown parameter: '_litellm_tpm_reserved_tokens'. '_litellm_tpm_reserved_tokens' is internal to a \
                 gateway; a request cannot set it. The Responses API does not define it: {REMOVE_IT}"
            ),
            json!("_litellm_tpm_reserved_tokens"),
            "unknown_parameter",
        ),
        (
            Compact,
            minimal(Compact, r#""stream":true,"temperature":1"#),
            "Unknown parameter: 'stream'. Also unknown: 'temperature'. The compaction API does not define them: remove \
             them, or set litellm_settings.drop_params: true in the gateway's configuration to have them dropped."
                .to_owned(),
            json!("stream"),
            "unknown_parameter",
        ),
        (
            Chat,
            r#"{"model":"m","messages":[{"role":"user","content":"a","foo":{}}]}"#.to_owned(),
            format!("Unknown parameter: 'messages[0].foo'. The chat completions API does not define it: {REMOVE_IT}"),
            json!("messages[0].foo"),
            "unknown_parameter",
        ),
        (
            Chat,
            r#"{"messages":[{}]}"#.to_owned(),
            "Missing required parameter: 'model'.".to_owned(),
            json!("model"),
            "missing_required_parameter",
        ),
        (
            Responses,
            r#"{"model":"m","input":7}"#.to_owned(),
            "Invalid type for 'input': expected a string or an array of items, but got the number 7 instead.".to_owned(),
            json!("input"),
            "invalid_type",
        ),
        (
            Chat,
            minimal(Chat, r#""mock_testing_fallbacks":true"#),
            "'mock_testing_fallbacks' is not allowed: it makes the gateway fail on purpose. Set \
             general_settings.dangerously_allow_mock_testing_request_params: true in the gateway's configuration to allow it."
                .to_owned(),
            json!("mock_testing_fallbacks"),
            "mock_testing_not_allowed",
        ),
        (
            Chat,
            minimal(Chat, r#""mock_response":"hello""#),
            "'mock_response' is not supported as a request parameter. Remove it; of the mock parameters only \
             'mock_testing_fallbacks', 'mock_testing_context_fallbacks', 'mock_testing_content_policy_fallbacks' \
             and 'mock_testing_rate_limit_error' are supported."
                .to_owned(),
            json!("mock_response"),
            "unsupported_parameter",
        ),
    ] {
        let expected =
            json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}});
        assert_eq!(error(dialect, &body), expected, "{body}");
    }
}

/// Field of a chat body, its wrong value, what the text says of it.
const WRONG: &[(&str, &str, &str)] = &[
    ("stream", "\"yes\"", "expected a boolean, but got a string instead"),
    ("n", "-1", "expected an integer from 0, but got the number -1 instead"),
    ("n", "1.5", "expected an integer from 0, but got the number 1.5 instead"),
    ("max_tokens", "\"5\"", "expected an integer from 0, but got a string instead"),
    ("max_completion_tokens", "[]", "expected an integer from 0, but got an array instead"),
    ("stream_options", "[{}]", "expected an object, but got an array instead"),
    ("user", "7", "expected a string, but got the number 7 instead"),
    ("safety_identifier", "false", "expected a string, but got a boolean instead"),
    ("metadata", "\"x\"", "expected an object, but got a string instead"),
    ("metadata", "[]", "expected an object, but got an array instead"),
    ("litellm_metadata", "7", "expected an object, but got the number 7 instead"),
    ("mock_testing_fallbacks", "\"true\"", "expected a boolean, but got a string instead"),
    ("disable_fallbacks", "1", "expected a boolean, but got the number 1 instead"),
    ("num_retries", "-1", "expected an integer from 0, but got the number -1 instead"),
    ("num_retries", "4294967296", "expected an integer from 0, but got the number 4294967296 instead"),
    ("guardrails", "{\"a\":1}", "expected an array of strings, but got an object instead"),
    ("guardrails", "[{\"a\":{}}]", "expected an array of strings, but got an array instead"),
    ("tags", "\"a\"", "expected an array of strings, but got a string instead"),
];

#[test]
fn wrong_types_are_told_by_field() {
    for (field, value, found) in WRONG {
        let reject = refused(Chat, &minimal(Chat, &format!("\"{field}\":{value}")), DROPPING);
        assert_eq!(reject.message, format!("Invalid type for '{field}': {found}."));
        assert_eq!(
            (reject.status, reject.param.as_deref(), reject.code),
            (400, Some(*field), Some("invalid_type"))
        );
    }
}

#[test]
fn wrong_values_below_a_field_are_told_by_path() {
    for (fields, message) in [
        (
            r#""metadata":{"tags":"a"}"#,
            "Invalid type for 'metadata.tags': expected an array of strings, but got a string instead.",
        ),
        (
            r#""metadata":{"guardrails":[1]}"#,
            "Invalid type for 'metadata.guardrails': expected an array of strings, but got an array instead.",
        ),
        (
            r#""metadata":{"spend_logs_metadata":[]}"#,
            "Invalid type for 'metadata.spend_logs_metadata': expected an object, but got an array instead.",
        ),
        (
            r#""litellm_metadata":{"tags":{}}"#,
            "Invalid type for 'litellm_metadata.tags': expected an array of strings, but got an object instead.",
        ),
        (r#""metadata":{"a b":1e999}"#, "'metadata[\"a b\"]' holds a number that is out of range."),
        (
            r#""stream_options":{"include_usage":1}"#,
            "Invalid type for 'stream_options.include_usage': expected a boolean, but got the number 1 instead.",
        ),
    ] {
        assert_eq!(refused(Chat, &minimal(Chat, fields), STRICT).message, message);
    }
}

#[test]
fn required_fields_are_asked_for() {
    for (dialect, body, message) in [
        (
            Chat,
            r#"{"model":null,"messages":[{}]}"#,
            "Invalid type for 'model': expected a string, but got null instead.",
        ),
        (Chat, r#"{"model":{"a":1},"messages":[{}]}"#, "Unknown parameter: 'model.a'."),
        (Chat, r#"{"model":" ","messages":[{}]}"#, "'model' is empty: name a model."),
        (Chat, r#"{"model":"m"}"#, "Missing required parameter: 'messages'."),
        (Chat, r#"{"model":"m","messages":[ ]}"#, "Invalid 'messages': empty array."),
        (
            Chat,
            r#"{"model":"m","messages":"hi"}"#,
            "Invalid type for 'messages': expected an array of messages, but got a string instead.",
        ),
        (Compact, r#"{"input":"hi"}"#, "Missing required parameter: 'model'."),
    ] {
        let reject = refused(dialect, body, STRICT);
        assert!(reject.message.starts_with(message), "{body}: {}", reject.message);
    }
}

#[test]
fn sizes_are_bounded() {
    let long = "x".repeat(33 * 1024);
    for (fields, message) in [
        (
            format!("\"metadata\":{{\"a\":\"{long}\"}}"),
            "'metadata' is too long: at most 32768 bytes are allowed, found 33800.",
        ),
        (format!("\"tags\":[{}\"a\"]", "\"a\",".repeat(64)), "'tags' may have at most 64 entries, found 65."),
        (
            format!("\"guardrails\":[\"{}\"]", "g".repeat(257)),
            "'guardrails' is too long: at most 256 bytes are allowed, found 257.",
        ),
    ] {
        assert_eq!(refused(Chat, &minimal(Chat, &fields), STRICT).message, message);
    }
    let model = format!("{{\"model\":\"{}\",\"messages\":[{{}}]}}", "m".repeat(257));
    assert_eq!(
        refused(Chat, &model, STRICT).message,
        "'model' is too long: at most 256 bytes are allowed, found 257."
    );
}

#[test]
fn anthropics_clients_are_refused_in_their_own_words() {
    for (body, message) in [
        (r#"{"model":"m","messages":[{}]}"#.to_owned(), "max_tokens: Field required".to_owned()),
        (r#"{"max_tokens":1,"messages":[{}]}"#.to_owned(), "model: Field required".to_owned()),
        (r#"{"model":"m","max_tokens":1}"#.to_owned(), "messages: Field required".to_owned()),
        (
            r#"{"model":"m","max_tokens":1,"messages":[]}"#.to_owned(),
            "messages: at least one message is required".to_owned(),
        ),
        (
            minimal(Messages, r#""seed":1"#),
            format!("seed: Extra inputs are not permitted. The Messages API does not define it: {REMOVE_IT}"),
        ),
        (
            minimal(Messages, r#""workspace_id":"wrkspc_1""#),
            format!(
                "workspace_id: Extra inputs are not permitted. The Messages API does not define it: {REMOVE_IT}"
            ),
        ),
        (
            minimal(Messages, r#""metadata":{"user_id":7}"#),
            "Invalid type for 'metadata.user_id': expected a string, but got the number 7 instead."
                .to_owned(),
        ),
    ] {
        let expected =
            json!({"type": "error", "error": {"type": "invalid_request_error", "message": message}});
        assert_eq!(error(Messages, &body), expected, "{body}");
    }
    let counted = error(CountTokens, &minimal(CountTokens, r#""seed":1"#));
    assert_eq!(
        counted["error"]["message"],
        format!(
            "seed: Extra inputs are not permitted. The token counting API does not define it: {REMOVE_IT}"
        )
    );
}

#[test]
fn those_who_count_are_refused_in_anthropics_words_too() {
    let reject = refused(CountTokens, &minimal(CountTokens, r#""stream":true"#), STRICT);
    let expected = format!(
        "stream: Extra inputs are not permitted. The token counting API does not define it: {REMOVE_IT}"
    );
    assert_eq!(reject.message, expected);
}

#[test]
fn other_paths_are_answered_clearly() {
    for (route, status, message) in [
        (Route::WrongMethod { allow: "POST" }, 405, "/v1/x takes POST only."),
        (Route::NotBuilt("Images"), 501, "Images: not served by this gateway yet."),
        (Route::Unknown, 404, "Unknown path /v1/x. This gateway serves POST /v1/chat/completions"),
    ] {
        let reject = off_route(route, "/v1/x?api-key=secret").unwrap();
        assert_eq!(reject.status, status);
        assert!(reject.message.starts_with(message), "{}", reject.message);
    }
    assert_eq!(off_route(Route::Ask(Chat), "/v1/chat/completions"), None);
}
