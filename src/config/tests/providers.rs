//! What each provider's deployments amount to.

use serde_json::{Value, json};
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{entry, gateway, with_models};
use crate::config::{Deployment, Gateway, check};
use crate::wire::{Api, Base, Provider};

/// The only deployment of a file, and its secret's value.
fn one(mut params: Value) -> (Deployment, Option<String>) {
    let object = params.as_object_mut().unwrap();
    object.entry("api_key").or_insert(json!("os.environ/OTHER_KEY"));
    let gateway = gateway(&with_models(json!([entry("m", params)]), json!({})));
    let value = gateway.secrets.first().map(|secret| secret.value.clone());
    (gateway.deployments.into_iter().next().unwrap(), value)
}

fn place(params: Value) -> String {
    one(params).0.attempt.api_base
}

#[test]
fn every_provider_is_called_with_its_own_header() {
    for (provider, header, value) in [
        ("openai", "authorization", "Bearer elsewhere"),
        ("azure", "api-key", "elsewhere"),
        ("anthropic", "x-api-key", "elsewhere"),
        ("gemini", "x-goog-api-key", "elsewhere"),
        ("vertex_ai", "authorization", "Bearer elsewhere"),
        ("groq", "authorization", "Bearer elsewhere"),
    ] {
        let (deployment, secret) = one(json!({
            "model": format!("{provider}/gemini-x"), "api_base": "https://h.example.com",
            "vertex_project": "p", "vertex_location": "l",
        }));
        let credential = deployment.credential.unwrap();
        assert_eq!((credential.header.as_str(), secret.as_deref()), (header, Some(value)), "{provider}");
    }
}

#[test]
fn a_providers_own_variables_tell_its_address_and_key() {
    for provider in Provider::ALL {
        let row = provider.row();
        let env = |name: &str| match name {
            "LITELLM_MASTER_KEY" => Some("sk-master".to_owned()),
            "VERTEXAI_PROJECT" => Some("p".to_owned()),
            "VERTEXAI_LOCATION" => Some("l".to_owned()),
            _ if row.base_variables.contains(&name) => Some("https://h.example.com/v9".to_owned()),
            _ => row.key_variables.contains(&name).then(|| "key".to_owned()),
        };
        let mut params = json!({"model": format!("{}/gemini-x", row.name)});
        if row.base == Base::Vertex {
            params["api_key"] = json!("key");
        }
        let report = check(&with_models(json!([entry("m", params)]), json!({})), &env);
        let Some(Gateway { deployments, secrets, .. }) = report.gateway else {
            panic!("{:?}", report.errors)
        };
        let host = &deployments.first().unwrap().upstream.host;
        assert_eq!(host == "h.example.com", !row.base_variables.is_empty(), "{}", row.name);
        assert_eq!(secrets.first().unwrap().value, format!("{}key", row.key_header.scheme), "{}", row.name);
    }
}

#[test]
fn a_version_follows_an_address_that_has_none() {
    for (model, base, expected) in [
        ("anthropic/c", "https://api.anthropic.com", "https://api.anthropic.com/v1"),
        ("anthropic/c", "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1"),
        ("anthropic/c", "https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"),
        ("anthropic/c", "https://apim.example.com/claude", "https://apim.example.com/claude/v1"),
        ("gemini/g", "https://g.example.com", "https://g.example.com/v1beta"),
        ("gemini/g", "https://g.example.com/v1", "https://g.example.com/v1"),
        ("gemini/g", "https://g.example.com/gemini", "https://g.example.com/gemini"),
        (
            "gemini/g",
            "https://aiplatform.googleapis.com/v1/publishers/google",
            "https://aiplatform.googleapis.com/v1/publishers/google",
        ),
        (
            "gemini/g",
            "https://generativelanguage.googleapis.com",
            "https://generativelanguage.googleapis.com/v1beta",
        ),
        ("ollama/o", "http://ollama:11434", "http://ollama:11434/v1"),
        ("hosted_vllm/v", "http://vllm:8000/v1", "http://vllm:8000/v1"),
    ] {
        assert_eq!(place(json!({"model": model, "api_base": base})), expected);
    }
}

#[test]
fn vertex_stands_where_its_project_is() {
    let below = |location: &str| format!("/v1/projects/p/locations/{location}/publishers/google");
    for (location, host) in [
        ("europe-west4", "https://europe-west4-aiplatform.googleapis.com"),
        ("global", "https://aiplatform.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
    ] {
        let params =
            json!({"model": "vertex_ai/gemini-x", "vertex_project": "p", "vertex_location": location});
        assert_eq!(place(params), format!("{host}{}", below(location)));
    }
    for base in
        ["http://h/mock/v1", "http://h/mock", "http://h/mock/v1/projects/p/locations/l/publishers/google"]
    {
        let params = json!({"model": "vertex_ai/gemini-x", "api_base": base, "vertex_project": "p", "vertex_location": "l"});
        assert_eq!(place(params), format!("http://h/mock{}", below("l")));
    }
}

#[test]
fn a_date_chooses_azures_dated_routes() {
    let of = |base: &str, version: &str| {
        let (deployment, _) = one(json!({"model": "azure/d", "api_base": base, "api_version": version}));
        (deployment.attempt.base_path, deployment.attempt.target.api_version)
    };
    let dated = |version: &str| ("/openai".to_owned(), Some(version.to_owned()));
    assert_eq!(of("https://r.openai.azure.com", "2024-10-21"), dated("2024-10-21"));
    assert_eq!(of("https://r.openai.azure.com/openai", "2025-04-01-preview"), dated("2025-04-01-preview"));
    for (base, version) in [
        ("https://r.openai.azure.com", "v1"),
        ("https://r.openai.azure.com", "preview"),
        ("https://r.openai.azure.com/openai/v1", "2024-10-21"),
    ] {
        assert_eq!(of(base, version), ("/openai/v1".to_owned(), None), "{base} {version}");
    }
}

#[test]
fn responses_are_asked_of_those_that_have_them() {
    let of = |params: Value, mode: Option<&str>| {
        let mut model = entry("m", params);
        model["model_info"] = json!({"mode": mode});
        let gateway = gateway(&with_models(json!([model]), json!({})));
        let target = gateway.deployments.into_iter().next().unwrap().attempt.target;
        (target.bridge_to_responses, target.chat_only)
    };
    let openai = json!({"model": "openai/gpt-4.1"});
    assert_eq!(of(openai.clone(), None), (false, false));
    assert_eq!(of(openai.clone(), Some("responses")), (true, false));
    assert_eq!(of(openai, Some("chat")), (false, false), "OpenAI itself has both");
    assert_eq!(of(json!({"model": "openai/x", "use_chat_completions_api": true}), None), (false, true));
    let own = json!({"model": "openai/x", "api_base": "http://h/v1"});
    assert_eq!(of(own.clone(), None), (false, false));
    assert_eq!(of(own, Some("chat")), (false, true));
    assert_eq!(of(json!({"model": "ollama/x"}), Some("responses")), (false, false));
    let codex = json!({"model": "openai/gpt-5-codex"});
    assert_eq!(of(codex.clone(), None), (true, false), "it has no other API");
    assert_eq!(of(codex, Some("chat")), (false, false));
    let told = json!({"model": "openai/gpt-5-codex", "use_chat_completions_api": true});
    assert_eq!(of(told, None), (false, true));
}

#[test]
fn a_server_that_is_not_openais_own_is_told_apart() {
    let of = |params: Value| one(params).0.attempt.target.stands_at;
    let at = |base: &str| of(json!({"model": "openai/x", "api_base": base, "api_key": "k"}));
    for (base, owner) in [
        ("https://api.openai.com/v1", None),
        ("https://eu.api.openai.com/v1", None),
        ("https://r.openai.azure.com/openai/v1", None),
        ("https://api.moonshot.ai/v1", Some(Provider::OpenAiLike)),
        ("http://h:8000/v1", Some(Provider::OpenAiLike)),
        ("https://api.deepseek.com", Some(Provider::DeepSeek)),
        ("https://api.mistral.ai/v1", Some(Provider::Mistral)),
        ("https://generativelanguage.googleapis.com/v1beta/openai", Some(Provider::Gemini)),
    ] {
        assert_eq!(at(base), owner, "{base}");
    }
    assert_eq!(of(json!({"model": "openai/x", "api_key": "k"})), None);
    assert_eq!(of(json!({"model": "hosted_vllm/x", "api_base": "http://h/v1"})), None);
    let responses = json!({"model": "openai/responses/x", "api_base": "http://h/v1"});
    assert_eq!(of(responses), None);
}

#[test]
fn an_answer_of_claudes_has_a_bound() {
    let of = |params: Value, info: Value| {
        let mut model = entry("m", params);
        model["litellm_params"]["api_key"] = json!("os.environ/OTHER_KEY");
        model["model_info"] = info;
        let gateway = gateway(&with_models(json!([model]), json!({})));
        gateway.deployments.into_iter().next().unwrap().attempt.target.max_output_tokens
    };
    let sonnet = json!({"model": "anthropic/claude-sonnet-4-5-20250929"});
    assert_eq!(of(sonnet.clone(), json!({})), Some(64_000));
    assert_eq!(of(sonnet, json!({"max_output_tokens": 9, "max_tokens": 8})), Some(9));
    let own = json!({"model": "anthropic/claude-next", "max_tokens": 7});
    assert_eq!(of(own, json!({"max_output_tokens": 9})), Some(7));
    assert_eq!(of(json!({"model": "anthropic/claude-next"}), json!({})), None);
    assert_eq!(of(json!({"model": "gpt-4.1"}), json!({"max_output_tokens": 9})), None);
}

#[test]
fn what_any_deployment_takes_admission_lets_through() {
    let models = json!([
        entry("a", json!({"allowed_openai_params": ["top_k", "min_p", "top_k"]})),
        entry(
            "b",
            json!({"allowed_openai_params": ["guided_json", "top_k"], "extra_body": {"a": {"b": [1]}}})
        ),
    ]);
    let gateway = gateway(&with_models(models, json!({})));
    assert_eq!(gateway.admission.policy.allowed, ["guided_json", "min_p", "top_k"]);
    let [a, b] = gateway.deployments.as_slice() else { panic!("two deployments") };
    assert_eq!(a.attempt.target.allowed_params, ["top_k", "min_p"]);
    assert_eq!(Value::Object(b.attempt.target.extra_body.clone()), json!({"a": {"b": [1]}}));
}

#[test]
fn messages_carry_no_sound() {
    let models = json!([
        entry("a", json!({"model": "anthropic/claude-sonnet-4-5", "api_key": "os.environ/OTHER_KEY"})),
        entry("b", json!({"model": "gemini/gemini-2.5-flash", "api_key": "os.environ/OTHER_KEY"})),
    ]);
    let candidates = gateway(&with_models(models, json!({}))).admission.router.deployments;
    let seen: Vec<_> = candidates.iter().map(|c| (c.abilities.audio, c.abilities.max_input_tokens)).collect();
    assert_eq!(seen, [(Some(false), Some(200_000)), (None, Some(1_048_576))]);
    assert_eq!(Provider::Anthropic.row().api, Api::Messages);
}
