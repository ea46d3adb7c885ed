//! What is read and written in the same API is the same.

use serde_json::{Value, json};

use super::{asking, through};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn unchanged(body: Value, model: &str) {
    let mut body = body;
    body["model"] = json!(model);
    let (written, dropped) = through(&body, model);
    assert_eq!(written, body);
    assert!(dropped.is_empty(), "{dropped:?}");
}

#[test]
fn an_agents_conversation() {
    unchanged(
        json!({
            "max_tokens": 32000,
            "system": [{"type": "text", "text": "You are an agent.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
            "messages": [
                {"role": "user", "content": [
                    {"type": "text", "text": "Look.", "cache_control": {"type": "ephemeral"}},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
                    {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
                    {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
                    {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                     "title": "t", "context": "c", "citations": {"enabled": true}},
                    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
                ]},
                {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                    {"type": "redacted_thinking", "data": "ZGF0YQ=="},
                    {"type": "text", "text": "I look."},
                    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
                    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
                    {"type": "tool_use", "id": "toolu_1", "name": "read", "input": {"path": "/", "deep": {"a": [1]}}},
                    {"type": "tool_use", "id": "toolu_2", "name": "list", "input": {}},
                ]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "text", "text": "no"}], "is_error": true},
                    {"type": "tool_result", "tool_use_id": "toolu_1", "content": [
                        {"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "AA=="}}],
                     "cache_control": {"type": "ephemeral"}},
                    {"type": "text", "text": "And now?"},
                ]},
            ],
            "tools": [
                {"name": "read", "description": "Reads.", "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}, "additionalProperties": false},
                 "strict": true, "cache_control": {"type": "ephemeral"}},
                {"type": "web_search_20250305", "name": "web_search", "max_uses": 3, "allowed_domains": ["a.example"],
                 "user_location": {"type": "approximate", "city": "Rome", "country": "IT"}},
                {"type": "bash_20250124", "name": "bash"},
            ],
            "tool_choice": {"type": "auto", "disable_parallel_tool_use": true},
            "thinking": {"type": "enabled", "budget_tokens": 2048},
            "stop_sequences": ["END"],
            "metadata": {"user_id": "u"},
            "service_tier": "standard_only",
        }),
        "claude-opus-4-6",
    );
}

#[test]
fn parameters() {
    for (more, model) in [
        (json!({"temperature": 0.5, "top_p": 0.9, "top_k": 5, "service_tier": "auto"}), "claude-sonnet-4-0"),
        (json!({"top_p": 0.9, "top_k": 5}), "claude-sonnet-4-5"),
        (
            json!({"tool_choice": {"type": "tool", "name": "f"}, "tools": [{"name": "f", "input_schema": {"type": "object"}}]}),
            "m",
        ),
        (
            json!({"tool_choice": {"type": "any"}, "tools": [{"name": "f", "input_schema": {"type": "object"}}]}),
            "m",
        ),
        (
            json!({"tool_choice": {"type": "none"}, "tools": [{"name": "f", "input_schema": {"type": "object"}}]}),
            "m",
        ),
        (json!({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}), "m"),
        (
            json!({"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "xhigh"}}),
            "claude-opus-5",
        ),
        (json!({"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}}), "claude-opus-5"),
        (json!({"thinking": {"type": "between_tools"}}), "claude-sonnet-5-5"),
    ] {
        unchanged(asking(more), model);
    }
}

#[test]
fn a_system_message_stays_in_its_place_where_the_model_takes_it() {
    let body = json!({"max_tokens": 9, "messages": [
        {"role": "user", "content": [{"type": "text", "text": "a"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "b"}]},
        {"role": "user", "content": [{"type": "text", "text": "c"}]},
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
    ]});
    unchanged(body.clone(), "claude-opus-4-8");
    let (written, _) = through(
        &{
            let mut body = body;
            body["model"] = json!("m");
            body
        },
        "claude-opus-4-6",
    );
    let last = written["messages"][2].clone();
    assert_eq!(last["role"], "user");
    let texts: Vec<&str> =
        last["content"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect();
    assert_eq!(texts[0], "c");
    assert!(texts[1].starts_with("<operator-instructions>"));
    assert_eq!(&texts[2..], ["Be brief.", "</operator-instructions>"]);
}
