//! A body that passes and one that goes over the bridge say the same to a server.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::bridge::{self, Made, Side};
use crate::wire::Provider;
use crate::wire::json::Fields;

const SERVERS: [Provider; 8] = [
    Provider::HostedVllm,
    Provider::Ollama,
    Provider::Groq,
    Provider::Mistral,
    Provider::DeepSeek,
    Provider::TogetherAi,
    Provider::OpenRouter,
    Provider::LmStudio,
];

/// What a server gets beside the messages, and what it does not.
type Said = Result<(Value, Vec<String>), Option<String>>;

fn said(built: Result<Vec<u8>, Reject>, mut dropped: Vec<String>) -> Said {
    let mut body: Value = serde_json::from_slice(&built.map_err(|reject| reject.param)?).unwrap();
    let members = body.as_object_mut().unwrap();
    members.remove("messages");
    // The bridge switches DeepSeek's thinking on in so many words.
    if members.get("thinking") == Some(&json!({"type": "enabled"})) {
        members.remove("thinking");
    }
    // OpenRouter has two words for it.
    if let Some(effort) = members.get("reasoning").and_then(|reasoning| reasoning.get("effort")).cloned() {
        members.remove("reasoning");
        members.insert("reasoning_effort".to_owned(), effort);
    }
    dropped.sort();
    Ok((body, dropped))
}

fn both(body: &Value, target: &Target) -> (Said, Said) {
    let body = body.to_string();
    let fields = Fields::parse(body.as_bytes()).unwrap();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let passed = super::request(&fields, false, target, &mut left);
    let bridged = bridge::request(Side::Chat, Made::Chat, &fields, false, target, &mut right);
    (said(passed, left), said(bridged, right))
}

#[test]
fn values_are_the_same_on_both_ways() {
    let values = [
        ("reasoning_effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max", "odd"].as_slice()),
        ("service_tier", &["auto", "default", "flex", "priority"]),
    ];
    let words = values.iter().flat_map(|(name, words)| words.iter().map(move |word| json!({*name: word})));
    let others = [
        json!({"n": 1}),
        json!({"n": 2}),
        json!({"logprobs": true}),
        json!({"logprobs": true, "top_logprobs": 3}),
        json!({"logprobs": true, "top_logprobs": 0}),
        json!({"response_format": {"type": "json_object"}}),
        json!({"response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {}}}}),
        json!({"seed": 3, "max_completion_tokens": 9, "stop": "x"}),
    ];
    for more in words.chain(others) {
        let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        for provider in SERVERS {
            for drop_params in [false, true] {
                let target = Target { drop_params, ..Target::new(provider, "model") };
                let (passed, bridged) = both(&body, &target);
                assert_eq!(passed, bridged, "{more} for {provider:?}");
            }
        }
    }
}

#[test]
fn the_clients_own_switch_stands_beside_an_effort_of_none() {
    for (provider, member, value) in [
        (Provider::DeepSeek, "thinking", json!({"type": "enabled"})),
        (Provider::TogetherAi, "reasoning", json!({"enabled": true})),
    ] {
        let body =
            json!({"model": "m", "messages": [], member: value, "reasoning_effort": "none"}).to_string();
        let fields = Fields::parse(body.as_bytes()).unwrap();
        let mut dropped = Vec::new();
        let built = super::request(&fields, false, &Target::new(provider, "model"), &mut dropped).unwrap();
        let built: Value = serde_json::from_slice(&built).unwrap();
        assert_eq!((&built[member], dropped), (&value, vec!["reasoning_effort".to_owned()]));
    }
}

#[test]
fn a_count_of_log_probabilities_is_the_servers_own_word() {
    for (given, count) in [
        (json!({"logprobs": 5}), json!(5)),
        (json!({"logprobs": false}), Value::Null),
        (json!({"logprobs": null, "top_logprobs": null}), Value::Null),
        (json!({"logprobs": true, "top_logprobs": null}), json!(1)),
    ] {
        let mut body = json!({"model": "m", "messages": []});
        body.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let body = body.to_string();
        let fields = Fields::parse(body.as_bytes()).unwrap();
        let target = Target::new(Provider::TogetherAi, "model");
        let mut dropped = Vec::new();
        let built = super::request(&fields, false, &target, &mut dropped).unwrap();
        let built: Value = serde_json::from_slice(&built).unwrap();
        assert_eq!((&built["logprobs"], &built["top_logprobs"]), (&count, &Value::Null), "{given}");
        assert!(dropped.is_empty(), "{given}");
    }
}
