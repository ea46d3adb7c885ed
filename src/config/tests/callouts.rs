//! Guardrails that are services.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::{entry, errors, gateway, with_models};
use crate::config::{Gateway, GuardrailService, Upstream};
use crate::guardrails::callout::{Api, Callout, Unreachable};
use crate::guardrails::{Compiled, Kind, Mode};

fn file(guardrails: &[Value]) -> Value {
    let named = |(index, params): (usize, &Value)| {
        let mut params = params.clone();
        params["mode"] = params.get("mode").cloned().unwrap_or_else(|| json!("pre_call"));
        json!({"guardrail_name": format!("g{index}"), "litellm_params": params})
    };
    let guardrails: Vec<Value> = guardrails.iter().enumerate().map(named).collect();
    let sections = json!({"guardrails": guardrails, "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"}});
    with_models(json!([entry("m", json!({}))]), sections)
}

fn of(params: Value) -> Gateway {
    gateway(&file(&[params]))
}

fn callout(gateway: &Gateway) -> Callout {
    match &gateway.admission.guardrails[0].kind {
        Kind::Callout(callout) => callout.as_ref().clone(),
        other => panic!("a service expected, found {other:?}"),
    }
}

/// Its credentials as headers with their values.
fn credentials(gateway: &Gateway) -> Vec<(String, String)> {
    let value = |name: &str| {
        let secret = gateway.secrets.iter().find(|secret| secret.name == name);
        secret.map(|secret| secret.value.clone()).unwrap()
    };
    let credentials = &gateway.guardrail_services[0].credentials;
    credentials.iter().map(|credential| (credential.header.clone(), value(&credential.secret))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_generic_service_has_everything() {
    let gateway = of(json!({
        "guardrail": "generic_guardrail_api", "mode": ["pre_call", "post_call"], "default_on": true,
        "api_base": "http://guard.internal:8080/v2/", "api_key": "os.environ/OTHER_KEY",
        "headers": {"X-Tenant": "blue team", "Authorization": "Bearer abc", "x-env": "os.environ/OPENAI_API_KEY"},
        "unreachable_fallback": "fail_open", "timeout": 0.25, "cache_ttl": 30,
        "additional_provider_specific_params": {"threshold": 0.5, "labels": ["a"]},
    }));
    let mut extra = serde_json::Map::new();
    extra.insert("threshold".to_owned(), json!(0.5));
    extra.insert("labels".to_owned(), json!(["a"]));
    let expected = Callout {
        api: Api::Generic,
        cluster: "spillway-guardrail-1".to_owned(),
        authority: "guard.internal:8080".to_owned(),
        path: "/v2/beta/litellm_basic_guardrail_api".to_owned(),
        headers: pairs(&[("x-tenant", "blue team")]),
        timeout_ms: 250,
        unreachable: Unreachable::FailOpen,
        cache_ms: 30_000,
        model: None,
        extra,
    };
    assert_eq!(callout(&gateway), expected);
    let guardrail = &gateway.admission.guardrails[0];
    assert_eq!(
        (guardrail.default_on, &guardrail.modes.default[..]),
        (true, &[Mode::PreCall, Mode::PostCall][..])
    );
    let GuardrailService { cluster, upstream, timeout_ms, .. } = &gateway.guardrail_services[0];
    assert_eq!((cluster.as_str(), *timeout_ms), ("spillway-guardrail-1", 250));
    assert_eq!(*upstream, Upstream { host: "guard.internal".to_owned(), port: 8080, tls: false });
    assert_eq!(
        credentials(&gateway),
        pairs(&[("x-api-key", "elsewhere"), ("authorization", "Bearer abc"), ("x-env", "sk-openai")])
    );
    let configured = serde_json::to_string(&gateway.admission).unwrap();
    for secret in ["elsewhere", "Bearer abc", "sk-openai"] {
        assert!(!configured.contains(secret), "{secret} is in the plugin's configuration");
    }
    assert!(Compiled::new(&gateway.admission.guardrails).is_ok());
}

#[test]
fn what_is_not_written_has_a_default() {
    let gateway = of(
        json!({"guardrail": "generic_guardrail_api", "api_base": "https://g/beta/litellm_basic_guardrail_api"}),
    );
    let expected = Callout {
        cluster: "spillway-guardrail-1".to_owned(),
        authority: "g".to_owned(),
        path: "/beta/litellm_basic_guardrail_api".to_owned(),
        timeout_ms: 5_000,
        ..Callout::default()
    };
    assert_eq!(callout(&gateway), expected);
    assert_eq!(credentials(&gateway), []);
}

#[test]
fn moderations_are_openais_unless_they_stand_elsewhere() {
    let gateway = of(json!({"guardrail": "openai_moderation", "model": "text-moderation-latest"}));
    let found = callout(&gateway);
    assert_eq!((found.authority.as_str(), found.path.as_str()), ("api.openai.com", "/v1/moderations"));
    assert_eq!((found.api, found.model.as_deref()), (Api::Moderations, Some("text-moderation-latest")));
    assert!(gateway.guardrail_services[0].upstream.tls);
    assert_eq!(credentials(&gateway), pairs(&[("authorization", "Bearer sk-openai")]));
    assert_eq!(
        gateway.deployments[0].credential.as_ref().map(|credential| &credential.secret),
        Some(&gateway.guardrail_services[0].credentials[0].secret),
        "one secret serves both"
    );

    let gateway = of(json!({"guardrail": "openai_moderation", "api_base": "http://127.0.0.1:9"}));
    assert_eq!((callout(&gateway).path.as_str(), credentials(&gateway)), ("/moderations", vec![]));
    let keyed =
        json!({"guardrail": "openai_moderation", "api_base": "http://a", "api_key": "os.environ/OTHER_KEY"});
    assert_eq!(credentials(&of(keyed)), pairs(&[("authorization", "Bearer elsewhere")]));
}

#[test]
fn so_many_services_and_no_more() {
    let service = json!({"guardrail": "generic_guardrail_api", "api_base": "http://g"});
    let gateway = gateway(&file(&vec![service.clone(); 64]));
    let clusters: Vec<&str> =
        gateway.guardrail_services.iter().map(|service| service.cluster.as_str()).collect();
    assert_eq!(
        (clusters.len(), clusters[0], clusters[63]),
        (64, "spillway-guardrail-1", "spillway-guardrail-64")
    );
    assert_eq!(
        errors(&file(&vec![service; 65])),
        ["guardrails[64].litellm_params.guardrail: more than 64 guardrails are services"]
    );
}
