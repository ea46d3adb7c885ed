#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::there_and_back;

#[test]
fn parameters_come_back() {
    let body = json!({
        "model": "group", "input": "hi", "metadata": {"a": "b"}, "parallel_tool_calls": false,
        "prompt_cache_key": "k", "safety_identifier": "s", "service_tier": "flex", "temperature": 0.5,
        "top_logprobs": 2, "top_p": 0.9, "truncation": "auto", "background": true,
        "previous_response_id": "resp_0", "user": "u", "store": true, "reasoning": {"effort": "high"},
        "include": ["message.output_text.logprobs"], "max_output_tokens": 99, "max_tool_calls": 3,
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": true}, "verbosity": "low"},
        "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "c"}]},
        "stream": true, "stream_options": {"include_obfuscation": false},
    });
    let mut expected = body.clone();
    expected["model"] = json!("provider-model");
    expected["input"] = json!([{"role": "user", "content": "hi"}]);
    assert_eq!(there_and_back(&body, false).unwrap(), (expected, vec![]));
}

#[test]
fn what_asks_for_nothing_is_not_sent() {
    let body = json!({
        "input": "hi", "instructions": null, "tools": [], "include": ["reasoning.encrypted_content"],
        "top_logprobs": 0, "reasoning": null, "text": {}, "stream_options": {},
    });
    let sent = json!({
        "model": "provider-model", "input": [{"role": "user", "content": "hi"}], "store": false,
    });
    assert_eq!(there_and_back(&body, false).unwrap(), (sent, vec![]));
}

#[test]
fn reasoning_that_is_not_stored_comes_sealed() {
    for (asked, include) in [
        (json!({"reasoning": {"effort": "low"}}), true),
        (json!({"reasoning": {"summary": "auto"}}), true),
        (json!({"reasoning": {"effort": "low"}, "store": true}), false),
        (json!({"reasoning": {"effort": "none"}}), false),
        (json!({}), false),
    ] {
        let mut body = json!({"input": "hi"});
        body.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        let (sent, _) = there_and_back(&body, false).unwrap();
        assert_eq!(sent.get("include"), include.then(|| json!(["reasoning.encrypted_content"])).as_ref());
    }
}

#[test]
fn what_is_wrong_is_named_in_the_clients_words() {
    for (body, param, message) in [
        (json!({}), "input", "`input`: missing."),
        (json!({"input": 1}), "input", "`input`: expected an array, found a number."),
        (
            json!({"input": "", "instructions": []}),
            "instructions",
            "`instructions`: expected a string, found an array.",
        ),
        (json!({"input": [1]}), "input[0]", "`input[0]`: expected an object, found a number."),
        (
            json!({"input": [{"role": "tool", "content": ""}]}),
            "input[0].role",
            "`input[0].role`: found no role that Responses define.",
        ),
        (json!({"input": [{"role": "user"}]}), "input[0].content", "`input[0].content`: missing."),
        (
            json!({"input": [{"role": "user", "content": [{"type": "input_text"}]}]}),
            "input[0].content[0].text",
            "`input[0].content[0].text`: missing.",
        ),
        (
            json!({"input": [{"type": "function_call", "name": "f", "arguments": "{}"}]}),
            "input[0].call_id",
            "`input[0].call_id`: missing.",
        ),
        (json!({"input": "", "tools": [{"type": "function"}]}), "tools[0].name", "`tools[0].name`: missing."),
        (
            json!({"input": "", "tool_choice": "any"}),
            "tool_choice",
            "`tool_choice`: expected `auto`, `none`, `required` or an object.",
        ),
        (
            json!({"input": "", "text": {"format": {"type": "xml"}}}),
            "text.format.type",
            "`text.format.type`: expected `text`, `json_object` or `json_schema`.",
        ),
        (
            json!({"input": "", "parallel_tool_calls": "no"}),
            "parallel_tool_calls",
            "`parallel_tool_calls`: expected a boolean, found a string.",
        ),
        (
            json!({"input": "", "max_output_tokens": 3}),
            "max_output_tokens",
            "`max_output_tokens`: found 3, expected at least 16, the least that the Responses API takes, which \
          serves this model.",
        ),
    ] {
        let refused = there_and_back(&body, false).unwrap_err();
        assert_eq!((refused.status, refused.param.as_deref()), (400, Some(param)), "{body}");
        assert_eq!(refused.message, message);
    }
}
