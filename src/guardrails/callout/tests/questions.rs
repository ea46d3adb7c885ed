//! What is sent.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::ask::fingerprint;
use super::*;

#[test]
fn the_generic_api_is_told_texts_and_whose_they_are() {
    let mut extra = Map::new();
    extra.insert("threshold".to_owned(), json!(0.5));
    let headers = vec![("x-tenant".to_owned(), "blue".to_owned())];
    let callout = Callout { extra, headers, ..generic() };
    let texts = strings(&["one \"quoted\"", "{\"a\":1}"]);
    let request = ask(&callout, &Question { stage: Stage::Request, texts: &texts, about: &about() });
    assert_eq!((request.cluster.as_str(), request.timeout_ms), ("spillway-guardrail-1", 700));
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        headers,
        [
            (":method", "POST"),
            (":path", "/beta/litellm_basic_guardrail_api"),
            (":authority", "guard.example:8443"),
            ("content-type", "application/json"),
            ("accept", "application/json"),
            ("x-tenant", "blue"),
        ]
    );
    assert_eq!(
        body(&request),
        json!({
            "texts": ["one \"quoted\"", "{\"a\":1}"],
            "request_data": {
                "user_api_key_hash": "5f", "user_api_key_alias": "alias", "user_api_key_team_id": "team",
            },
            "input_type": "request",
            "litellm_call_id": "call-1",
            "litellm_trace_id": "call-1",
            "additional_provider_specific_params": {"threshold": 0.5},
            "model": "gpt-4.1",
        })
    );
    let answer = ask(&callout, &Question { stage: Stage::Answer, texts: &texts, about: &About::default() });
    assert_eq!(body(&answer)["input_type"], "response");
    assert_eq!(body(&answer)["request_data"], json!({}), "nobody is known");
}

#[test]
fn moderations_are_told_texts_and_a_model() {
    let texts = strings(&["one", "two"]);
    for (model, expected) in
        [(None, "omni-moderation-latest"), (Some("text-moderation-7"), "text-moderation-7")]
    {
        let callout = Callout { model: model.map(str::to_owned), ..moderations() };
        let request = ask(&callout, &Question { stage: Stage::Answer, texts: &texts, about: &about() });
        assert_eq!(body(&request), json!({"model": expected, "input": ["one", "two"]}));
    }
}

#[test]
fn a_fingerprint_tells_apart_whatever_may_be_judged_otherwise() {
    let of = |guardrail: usize, callout: &Callout, stage, texts: &[&str], about: &About| {
        fingerprint(guardrail, callout, &Question { stage, texts: &strings(texts), about })
    };
    let first = of(0, &generic(), Stage::Request, &["a", "b"], &about());
    let other_call = About { call_id: "call-2".to_owned(), ..about() };
    assert_eq!(of(0, &generic(), Stage::Request, &["a", "b"], &other_call), first);

    let other_user = About { end_user: Some("u".to_owned()), ..about() };
    let no_user = About { end_user: Some(String::new()), ..about() };
    let other_model = About { model: "gpt-4.1-mini".to_owned(), ..about() };
    let others = [
        of(1, &generic(), Stage::Request, &["a", "b"], &about()),
        of(0, &moderations(), Stage::Request, &["a", "b"], &about()),
        of(0, &generic(), Stage::Answer, &["a", "b"], &about()),
        of(0, &generic(), Stage::Request, &["ab"], &about()),
        of(0, &generic(), Stage::Request, &["a", "", "b"], &about()),
        of(0, &generic(), Stage::Request, &["b", "a"], &about()),
        of(0, &generic(), Stage::Request, &["a", "b"], &other_user),
        of(0, &generic(), Stage::Request, &["a", "b"], &no_user),
        of(0, &generic(), Stage::Request, &["a", "b"], &other_model),
    ];
    for (index, other) in others.iter().enumerate() {
        assert_ne!(*other, first, "{index}");
        assert!(!others[..index].contains(other), "{index}");
    }
    let elsewhere = of(0, &moderations(), Stage::Request, &["a"], &other_user);
    assert_eq!(of(0, &moderations(), Stage::Request, &["a"], &about()), elsewhere, "it is not told the user");
}
