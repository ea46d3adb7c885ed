//! What holds for every name and every body.

use std::collections::BTreeSet;

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::Value;

use super::{DROPPING, STRICT, going_on, minimal};
use crate::random::SplitMix;
use crate::sanitise::{Policy, request};
use crate::wire::Dialect::{self, Chat, Compact, Messages, Responses};
use crate::wire::{check, internal, schema};

const DIALECTS: [Dialect; 4] = [Chat, Responses, Compact, Messages];
const VALUES: &[&str] = &["\"marker\"", "7", "true", "null", "[\"marker\"]", "{\"marker\":\"marker\"}"];

/// LiteLLM's internal names, whichever list they stand in.
fn internal_names() -> BTreeSet<String> {
    let lists: Value = serde_json::from_str(include_str!("../../../tests/data/internal-keys.json")).unwrap();
    let lists = lists.as_object().unwrap();
    let of_requests = lists.iter().filter(|(list, _)| *list != "credential_headers");
    let names = of_requests.filter_map(|(_, names)| names.as_array()).flatten();
    let mut names: BTreeSet<String> = names.map(|name| name.as_str().unwrap().to_owned()).collect();
    names.extend(["_litellm_", "_litellm_tpm_reserved_tokens", "user_api_key_hash"].map(str::to_owned));
    assert!(names.len() > 400);
    names
}

fn fields_of(body: &str, field: Option<&str>) -> Vec<String> {
    let body: Value = serde_json::from_str(body).unwrap();
    let object = field.map_or(Some(&body), |field| body.get(field)).and_then(Value::as_object);
    object.map(|object| object.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn no_internal_name_passes_at_the_top_level() {
    for name in internal_names().iter().filter(|name| *name != "metadata") {
        for (dialect, value) in
            DIALECTS.iter().flat_map(|dialect| VALUES.iter().map(move |value| (*dialect, value)))
        {
            let body = minimal(dialect, &format!("\"{name}\":{value}"));
            for policy in [STRICT, DROPPING] {
                match request(dialect, body.as_bytes(), &policy) {
                    Ok(accepted) => {
                        let control = matches!(
                            name.as_str(),
                            "tags"
                                | "guardrails"
                                | "num_retries"
                                | "litellm_metadata"
                                | "litellm_session_id"
                                | "litellm_trace_id"
                                | "allowed_model_region"
                                | "fallbacks"
                                | "context_window_fallbacks"
                                | "content_policy_fallbacks"
                                | "drop_params"
                                | "additional_drop_params"
                        ) || *value == "null";
                        let only_named = matches!(name.as_str(), "cache" | "no-log" | "timeout");
                        assert!(policy.drop_params || control || only_named, "{body}");
                        assert!(control || accepted.dropped.contains(name), "{body}");
                        assert_eq!(going_on(&accepted, &body), minimal(dialect, ""), "{body}");
                    }
                    Err(reject) => {
                        assert_eq!(reject.status, 400, "{body}");
                        assert!(
                            reject.param.as_deref().is_some_and(|param| param.starts_with(name)),
                            "{body}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn no_internal_name_passes_in_metadata() {
    for name in internal_names() {
        for (dialect, value) in
            DIALECTS.iter().flat_map(|dialect| VALUES.iter().map(move |value| (*dialect, value)))
        {
            let body = minimal(dialect, &format!("\"metadata\":{{\"mine\":\"x\",\"{name}\":{value}}}"));
            for policy in [STRICT, DROPPING] {
                let Ok(accepted) = request(dialect, body.as_bytes(), &policy) else {
                    assert!(matches!(name.as_str(), "tags" | "guardrails"), "{body}");
                    continue;
                };
                let kept = fields_of(&going_on(&accepted, &body), Some("metadata"));
                let stores = matches!(dialect, Chat | Responses);
                assert!(!kept.contains(&name), "{body}");
                assert_eq!(kept.contains(&"mine".to_owned()), stores, "{body}");
                let noted = accepted.controls.metadata.contains_key(&name);
                assert!(!(noted && internal::in_metadata(&name)), "{body}");
            }
        }
    }
}

#[test]
fn no_internal_name_passes_below_the_top_level() {
    for name in internal_names().iter().filter(|name| name.starts_with('_') || name.contains("litellm")) {
        for body in [
            format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a","{name}":"marker"}}]}}"#),
            format!(r#"{{"model":{{"{name}":"marker"}},"messages":[[{{"{name}":"marker"}}]]}}"#),
            minimal(
                Chat,
                &format!(r#""temperature":[{{"{name}":"marker"}}],"tools":{{"function":{{"{name}":1}}}}"#),
            ),
        ] {
            let reject = request(Chat, body.as_bytes(), &STRICT).unwrap_err();
            assert_eq!(reject.code, Some("unknown_parameter"), "{body}");
            if let Ok(accepted) = request(Chat, body.as_bytes(), &DROPPING) {
                assert!(!going_on(&accepted, &body).contains(name.as_str()), "{body}");
            }
        }
    }
}

const SEEDS: &[(Dialect, &str)] = &[
    (
        Chat,
        r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi","x":1}],"reasoning":"r"}],
            "metadata":{"a":"b","n":1,"tags":["t"],"_litellm_a":2},"tools":[{"type":"function","function":{"name":"f",
            "parameters":{"type":"object","properties":{}}}}],"stream":true,"stream_options":{"include_usage":true},
            "num_retries":2,"foo":{"bar":[1,2]},"client_metadata":{"k":"v"},"max_tokens":5,"n":2}"#,
    ),
    (
        Responses,
        r#"{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"\u00e9","y":{}}]}],
            "litellm_metadata":{"a":1},"metadata":{"é":"\"","user_api_key":"x"},"text":{"format":{"type":"text"},"z":1}}"#,
    ),
    (Compact, r#"{"metadata":{"a":"b"},"model":"m","tools":[{"a":1}],"input":"x","tags":[]}"#),
    (
        Messages,
        r#"{"model":"m","max_tokens":5,"metadata":{"user_id":"u","team":"t","tags":["t"]},"x":[{}],"messages":[
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"é","y":1}]}],
            "usage":{"input_tokens":1}}],"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]}"#,
    ),
];

/// The body that goes on defines nothing unknown, and passing it again changes nothing.
fn holds(dialect: Dialect, body: &[u8], policy: &Policy) {
    let Ok(accepted) = request(dialect, body, policy) else { return };
    assert_eq!(Ok(&accepted), request(dialect, body, policy).as_ref());
    let text = String::from_utf8_lossy(body);
    let Some(clean) = accepted.body else { return };
    let checked = check::object(&clean, schema::request(dialect))
        .unwrap_or_else(|error| panic!("{text} became {}: {error}", String::from_utf8_lossy(&clean)));
    assert!(checked.strays.cuts.is_empty(), "{text}");
    assert!(
        checked.members.iter().all(|member| {
            matches!(member.standing, schema::Standing::Defined(_) | schema::Standing::Hint(_))
        }),
        "{text}"
    );
    let again = request(dialect, &clean, &STRICT).unwrap();
    assert_eq!((again.body, again.dropped), (None, vec![]), "{text}");
    assert!(
        accepted.dropped.iter().all(|path| path.bytes().all(|byte| (b' '..=b'~').contains(&byte))),
        "{text}"
    );
}

#[test]
fn damaged_bodies_come_out_clean_or_not_at_all() {
    const TOKENS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "0",
        "null",
        "{}",
        "\"a\":1,",
        ",\"_litellm_x\":{}",
        "é",
        "\u{1}",
    ];
    let mut numbers = SplitMix(7);
    let mut random = |below: usize| numbers.index(below);
    for round in 0..6000 {
        let (dialect, seed) = SEEDS[round % SEEDS.len()];
        let mut body = seed.as_bytes().to_vec();
        for _ in 0..random(3) {
            let (at, token) = (random(body.len()), TOKENS[random(TOKENS.len())].bytes());
            match random(4) {
                0 => drop(body.remove(at)),
                1 => drop(body.splice(at..at, token)),
                2 => drop(body.splice(at..=at, token)),
                _ => body.truncate(at.max(1)),
            }
        }
        for policy in [STRICT, DROPPING] {
            holds(dialect, &body, &policy);
        }
    }
}
