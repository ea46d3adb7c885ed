//! Groups whose name is a pattern.

use serde_json::{Value, json};
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{checked, entry, errors, gateway, with_models};
use crate::pricing::Prices;

fn models() -> Value {
    json!([
        entry("openai/*", json!({"model": "openai/*"})),
        entry("openai/*", json!({"model": "openai/*"})),
        entry("openai/gpt-*-mini", json!({"model": "openai/gpt-*-mini"})),
        entry("*", json!({"model": "openai/gpt-4.1"})),
        entry("plain", json!({})),
    ])
}

#[test]
fn a_patterns_deployments_have_safe_ids_and_no_price() {
    let gateway = gateway(&with_models(models(), json!({})));
    let seen: Vec<_> = gateway
        .deployments
        .iter()
        .map(|deployment| (deployment.attempt.id.as_str(), deployment.attempt.target.model.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("openai/any/openai-1", "*"),
            ("openai/any/openai-2", "*"),
            ("openai/gpt-any-mini/openai-1", "gpt-*-mini"),
            ("any/openai-1", "gpt-4.1"),
            ("plain/openai-1", "gpt-4.1"),
        ]
    );
    assert_eq!(gateway.deployments.first().unwrap().attempt.prices, Prices::default());
    let candidates = &gateway.admission.router.deployments;
    let first = candidates.first().unwrap();
    assert_eq!((first.cost, first.abilities.max_input_tokens), (None, None));
    assert!(candidates.get(3).unwrap().cost.is_some(), "this one's model does not depend on the request");
}

#[test]
fn a_pattern_that_may_meet_a_model_without_a_price_is_told() {
    let priced =
        json!({"prices": {"gpt-next": {"input_cost_per_token": 1e-6, "litellm_provider": "openai"}}});
    for (params, own, told) in [
        (json!({"model": "openai/gpt-*"}), json!({}), true),
        (json!({"model": "openai/o*"}), priced.clone(), true),
        (json!({"model": "openai/gpt-*"}), priced, false),
        (json!({"model": "openai/gpt-*", "base_model": "gpt-4.1"}), json!({}), false),
        (json!({"model": "openai/gpt-*", "input_cost_per_token": 1e-6}), json!({}), false),
        (json!({"model": "openai/gpt-*", "output_cost_per_token_flex": 1e-6}), json!({}), true),
        // One's own server costs nothing by the token.
        (json!({"model": "openai/gpt-*", "api_base": "http://10.0.0.1/v1"}), json!({}), false),
    ] {
        let mut own = own;
        own["allow_anonymous"] = json!(true);
        let mut params = params;
        params["api_key"] = json!("key");
        let file = with_models(json!([entry("*", params.clone())]), json!({"spillway_settings": own}));
        let warnings = checked(&file).warnings;
        let found =
            warnings.iter().any(|warning| warning.message.starts_with("no price is known for what `openai/"));
        assert_eq!(found, told, "{params} {warnings:?}");
    }
}

#[test]
fn a_pattern_costs_so_much_whatever_is_asked_for_only_by_both_rates() {
    for (rates, cost) in [
        (json!({}), None),
        (json!({"input_cost_per_token": 0}), None),
        (json!({"output_cost_per_token": 1e-6}), None),
        (json!({"input_cost_per_token": 0, "output_cost_per_token": 0}), Some(0)),
        (json!({"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}), Some(3_000_000_000)),
        (json!({"input_cost_per_token": 1e-6, "base_model": "gpt-4.1"}), Some(9_000_000_000)),
    ] {
        let mut params = rates.clone();
        params["model"] = json!("openai/*");
        let gateway = gateway(&with_models(json!([entry("*", params)]), json!({})));
        assert_eq!(gateway.admission.router.deployments.first().unwrap().cost, cost, "{rates}");
    }
}

#[test]
fn a_model_has_no_more_stars_than_its_group() {
    let problem = |group: &str, params: Value| errors(&with_models(json!([entry(group, params)]), json!({})));
    let message = |text: &str| [format!("model_list[0].litellm_params.model: {text}")];
    assert_eq!(
        problem("gpt", json!({"model": "openai/*"})),
        message("`openai/*` has 1 `*`, and the group's name `gpt` has none to fill them")
    );
    assert_eq!(
        problem("openai/*", json!({"model": "openai/*-*"})),
        message("`openai/*-*` has 2 `*`, and the group's name `openai/*` has 1 to fill them")
    );
    assert_eq!(problem("*", json!({"model": "*"})), message("found `*`, which names no provider"));
    assert_eq!(problem("*", json!({"model": "*", "custom_llm_provider": "openai"})), Vec::<String>::new());
}

#[test]
fn keys_may_be_narrower_than_a_pattern_and_wider_than_a_group() {
    let allowed = |models: Value| -> Vec<String> {
        let file = with_models(
            json!([
                entry("openai/*", json!({"model": "openai/*"})),
                entry("gpt-4.1", json!({})),
                entry("gpt-4o", json!({"model": "gpt-4o"})),
            ]),
            json!({
                "router_settings": {"model_group_alias": {"fast": "openai/gpt-5-nano"}},
                "spillway_settings": {"keys": [{"key": "sk-a", "models": models}]},
            }),
        );
        gateway(&file).admission.keys.into_iter().next().unwrap().models
    };
    assert_eq!(allowed(json!(["openai/*"])), ["openai/*"]);
    assert_eq!(allowed(json!(["openai/o3", "openai/o3"])), ["openai/o3"]);
    assert_eq!(allowed(json!(["openai/gpt-*"])), ["openai/gpt-*"]);
    assert_eq!(allowed(json!(["gpt-*"])), ["gpt-4.1", "gpt-4o"]);
    assert_eq!(allowed(json!(["fast"])), ["openai/gpt-5-nano"]);
    assert_eq!(allowed(json!(["*"])), ["openai/*", "gpt-4.1", "gpt-4o"]);
}

#[test]
fn targets_name_a_model_and_limits_the_pattern() {
    let file = with_models(
        json!([entry("openai/*", json!({"model": "openai/*"})), entry("m", json!({}))]),
        json!({
            "router_settings": {"fallbacks": [{"openai/gpt-*": ["m"]}, {"m": ["openai/*"]}]},
            "spillway_settings": {"keys": [{"key": "sk-a", "model_rpm_limit": {"openai/o3": 5}}]},
        }),
    );
    assert_eq!(
        errors(&file),
        [
            "router_settings.fallbacks[0][\"openai/gpt-*\"]: `openai/gpt-*` is one of the names that the group `openai/*` \
             serves, not a group",
            "router_settings.fallbacks[1].m[0]: found the pattern `openai/*`, expected one model's name",
            "spillway_settings.keys[0].model_rpm_limit[\"openai/o3\"]: `openai/o3` is one of the names that the group \
             `openai/*` serves, not a group",
        ]
    );
}

#[test]
fn fallbacks_and_retries_may_be_of_one_name_that_a_pattern_serves() {
    let file = with_models(
        json!([entry("openai/*", json!({"model": "openai/*"})), entry("m", json!({}))]),
        json!({"router_settings": {
            "model_group_alias": {"fast": "openai/gpt-5-nano"},
            "fallbacks": [{"openai/gpt-4.1": ["m"]}, {"fast": ["m"]}, {"openai/*": ["openai/o3"]}],
            "model_group_retry_policy": {"openai/o3": {"DefaultRetries": 1}},
        }}),
    );
    let router = gateway(&file).admission.router;
    let from: Vec<_> = router.fallbacks.iter().map(|entry| entry.from.as_str()).collect();
    assert_eq!(from, ["openai/gpt-4.1", "openai/gpt-5-nano", "openai/*"]);
    assert_eq!(router.group_retry_policies.first().unwrap().0, "openai/o3");
}
