//! What the gateway builds for a provider, the provider's stand-in takes: two views of each API, written apart.
#![recursion_limit = "256"] // a long literal
#![allow(clippy::expect_used, clippy::panic)] // a test fails by them

use mock_providers::Provider as Stand;
use mock_providers::provider::{Api, Tables};
use serde_json::{Value, json};
use spillway_filter::translate::{Ask, Target, request};
use spillway_filter::wire::{Dialect, Provider};

const PAIRS: [(Provider, Stand); 9] = [
    (Provider::OpenAi, Stand::OpenAi),
    (Provider::Azure, Stand::Azure),
    (Provider::Groq, Stand::Groq),
    (Provider::Mistral, Stand::Mistral),
    (Provider::DeepSeek, Stand::DeepSeek),
    (Provider::TogetherAi, Stand::Together),
    (Provider::OpenRouter, Stand::OpenRouter),
    (Provider::HostedVllm, Stand::Vllm),
    (Provider::Ollama, Stand::Ollama),
];

/// A request with every parameter that OpenAI defines, in values that all take who have the parameter.
fn everything() -> Value {
    json!({
        "model": "group", "temperature": 0.5, "top_p": 0.9, "max_completion_tokens": 10, "stop": ["a"], "seed": 3,
        "n": 1, "user": "u", "metadata": {"a": "b"}, "store": true, "service_tier": "auto", "verbosity": "low",
        "frequency_penalty": 0.1, "presence_penalty": null, "logit_bias": {"50256": -100}, "logprobs": true,
        "top_logprobs": 2, "modalities": ["text"], "parallel_tool_calls": true, "prompt_cache_key": "k",
        "safety_identifier": "s", "stream": true, "stream_options": {"include_usage": true},
        "prediction": {"type": "content", "content": "x"}, "web_search_options": {},
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        "tool_choice": "auto",
        "messages": [
            {"role": "developer", "content": "d", "name": "n"},
            {"role": "user", "content": [{"type": "text", "text": "t"}], "name": "n"},
            {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
            ]},
            {"role": "tool", "tool_call_id": "c", "content": "r"}
        ]
    })
}

#[test]
fn a_body_with_everything_is_one_that_each_provider_takes() {
    let tables = Tables::load().expect("the tables hold no mistake");
    for (provider, stand) in PAIRS {
        let target = Target { drop_params: true, ..Target::new(provider, "m") };
        let body = everything().to_string();
        let ask = Ask { dialect: Dialect::Chat, body: body.as_bytes(), stream: true };
        let built = request(&ask, &target).unwrap_or_else(|reject| panic!("{stand:?}: {}", reject.message));
        let sent: Value = serde_json::from_slice(&built.body).expect("JSON");
        let verdict = tables.of(stand, Api::Chat).expect("a table").check(&sent);
        assert_eq!(verdict, Ok(()), "{stand:?}: {sent}");
        let row = provider.row().chat;
        let named = |name: &&str| built.dropped.iter().any(|dropped| dropped == name);
        let silent =
            ["stream_options", "n", "service_tier", "tool_choice", "modalities", "parallel_tool_calls"];
        let asked = |name: &&&str| everything().get(**name).is_some() && !silent.contains(*name);
        assert!(row.lacks.iter().filter(asked).all(named), "{stand:?}: {:?}", built.dropped);
    }
}
