//! Retries, cooldowns, strategies and pre-call checks.

use serde_json::{Value, json};
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{checked, entry, errors, gateway, with_models};
use crate::cause::PerClass;
use crate::config::{Gateway, known_prices};
use crate::health::Cooldown;
use crate::route::{Abilities, RetryPolicy, Strategy};
use crate::wire::Provider;

fn with_settings(models: Value, settings: Value) -> Gateway {
    gateway(&with_models(models, json!({"router_settings": settings})))
}

/// The cooldowns of two deployments of one group, the second of which says something itself.
fn cooldowns(settings: Value, own: Value) -> [Option<Cooldown>; 2] {
    let gateway = with_settings(json!([entry("m", json!({})), entry("m", own)]), settings);
    let cooldowns: Vec<_> = gateway.deployments.iter().map(|d| d.attempt.cooldown.clone()).collect();
    let any = cooldowns.iter().any(Option::is_some);
    assert_eq!(gateway.admission.router.cooldowns, any);
    cooldowns.try_into().unwrap()
}

#[test]
fn retries_have_numbers_per_router_deployment_class_and_group() {
    let gateway = with_settings(
        json!([
            entry("a", json!({"num_retries": 1})),
            entry("b", json!({"max_retries": "2"})),
            entry("c", json!({}))
        ]),
        json!({
            "num_retries": 4,
            "retry_policy": {"RateLimitErrorRetries": 3, "BadGatewayErrorRetries": 0, "DefaultRetries": 2},
            "model_group_retry_policy": {"x": {"TimeoutErrorRetries": 1}},
            "model_group_alias": {"x": "b"},
        }),
    );
    let router = gateway.admission.router;
    let own: Vec<_> = router.deployments.iter().map(|candidate| candidate.num_retries).collect();
    assert_eq!((router.num_retries, own), (Some(4), vec![Some(1), Some(2), None]));
    let by_class = PerClass { rate_limit: Some(3), bad_gateway: Some(0), ..PerClass::default() };
    assert_eq!(router.retry_policy, RetryPolicy { by_class, other: Some(2) });
    let by_class = PerClass { timeout: Some(1), ..PerClass::default() };
    assert_eq!(router.group_retry_policies, [("b".to_owned(), RetryPolicy { by_class, other: None })]);
}

#[test]
fn every_class_of_errors_has_its_number() {
    let classes = [
        "BadRequest",
        "Authentication",
        "Timeout",
        "RateLimit",
        "ContentPolicyViolation",
        "InternalServer",
        "ServiceUnavailable",
        "BadGateway",
        "NotFound",
    ];
    let numbered = |suffix: &str| -> Value {
        classes.iter().zip(1..).map(|(class, n): (_, u32)| (format!("{class}{suffix}"), json!(n))).collect()
    };
    let expected = PerClass {
        bad_request: Some(1),
        authentication: Some(2),
        timeout: Some(3),
        rate_limit: Some(4),
        content_policy_violation: Some(5),
        internal_server: Some(6),
        service_unavailable: Some(7),
        bad_gateway: Some(8),
        not_found: Some(9),
    };
    let settings = json!({
        "retry_policy": numbered("ErrorRetries"), "allowed_fails_policy": numbered("ErrorAllowedFails"),
    });
    let gateway = with_settings(json!([entry("m", json!({}))]), settings);
    assert_eq!(gateway.admission.router.retry_policy.by_class, expected);
    let cooldown = gateway.deployments.first().unwrap().attempt.cooldown.clone().unwrap();
    assert_eq!(cooldown.allowed_fails_policy, expected);
}

#[test]
fn a_deployment_rests_five_seconds_by_default() {
    let gateway = with_settings(json!([entry("m", json!({}))]), json!({}));
    let cooldown = gateway.deployments.first().unwrap().attempt.cooldown.clone().unwrap();
    let expected = Cooldown {
        length_ms: 5_000,
        own_length: false,
        allowed_fails: None,
        allowed_fails_policy: PerClass::default(),
        alone: true,
    };
    assert_eq!(cooldown, expected);
}

#[test]
fn a_deployments_own_cooldown_counts_before_the_routers() {
    let own = json!({
        "cooldown_time": 0.25, "allowed_fails": 0, "allowed_fails_policy": {"TimeoutErrorAllowedFails": 9},
    });
    let settings = json!({
        "cooldown_time": 30, "allowed_fails": 3, "allowed_fails_policy": {"RateLimitErrorAllowedFails": 1},
    });
    let [first, second] = cooldowns(settings, own).map(Option::unwrap);
    assert_eq!((first.length_ms, first.own_length, first.allowed_fails), (30_000, false, Some(3)));
    assert_eq!(first.allowed_fails_policy.rate_limit, Some(1));
    assert_eq!((second.length_ms, second.own_length, second.allowed_fails), (250, true, Some(0)));
    let policy = second.allowed_fails_policy;
    assert_eq!((policy.timeout, policy.rate_limit), (Some(9), None));
    assert!(!first.alone && !second.alone);
}

#[test]
fn cooldowns_can_be_switched_off() {
    assert_eq!(cooldowns(json!({"disable_cooldowns": true}), json!({"cooldown_time": 9})), [None, None]);
    assert_eq!(cooldowns(json!({"cooldown_time": 0}), json!({})), [None, None]);
    let [first, second] = cooldowns(json!({}), json!({"cooldown_time": 0}));
    assert!(first.is_some() && second.is_none());
}

#[test]
fn litellm_settings_and_model_info_may_speak_of_cooldowns_too() {
    let mut model = entry("m", json!({}));
    model["model_info"] = json!({"allowed_fails": 7});
    let sections = json!({"litellm_settings": {"cooldown_time": 2, "allowed_fails": 1}});
    let gateway = gateway(&with_models(json!([model]), sections));
    let cooldown = gateway.deployments.first().unwrap().attempt.cooldown.clone().unwrap();
    assert_eq!((cooldown.length_ms, cooldown.allowed_fails), (2_000, Some(7)));
}

#[test]
fn strategies_by_name() {
    let strategy =
        |settings: Value| with_settings(json!([entry("m", json!({}))]), settings).admission.router.strategy;
    let latency = |buffer_permille, ttl_s| Strategy::LatencyBased { buffer_permille, ttl_s };
    assert_eq!(strategy(json!({})), Strategy::SimpleShuffle);
    for (name, expected) in [
        ("simple-shuffle", Strategy::SimpleShuffle),
        ("least-busy", Strategy::LeastBusy),
        ("latency-based-routing", latency(0, 3_600)),
        ("usage-based-routing", Strategy::UsageBasedV2),
        ("usage-based-routing-v2", Strategy::UsageBasedV2),
        ("cost-based-routing", Strategy::CostBased),
        ("lar1", Strategy::SimpleShuffle),
    ] {
        assert_eq!(strategy(json!({"routing_strategy": name})), expected, "{name}");
    }
    let arguments = json!({"ttl": 10, "lowest_latency_buffer": 0.5});
    assert_eq!(
        strategy(json!({"routing_strategy": "latency-based-routing", "routing_strategy_args": arguments})),
        latency(500, 10)
    );
}

#[test]
fn traffic_is_measured_where_it_decides() {
    let measured = |strategy: &str| -> Vec<bool> {
        let models = json!([entry("one", json!({})), entry("two", json!({})), entry("two", json!({}))]);
        let gateway = with_settings(models, json!({"routing_strategy": strategy}));
        gateway.deployments.iter().map(|deployment| deployment.attempt.measured).collect()
    };
    assert_eq!(measured("least-busy"), [false, true, true]);
    assert_eq!(measured("cost-based-routing"), [false, false, false]);
}

#[test]
fn limits_and_costs_are_the_strategies_to_see() {
    let mut informed = entry("m", json!({"model": "openai/llama", "api_base": "http://h"}));
    informed["model_info"] = json!({"rpm": 9});
    let models = json!([
        entry("m", json!({"rpm": 60, "tpm": 1000, "weight": 0.5})),
        entry("m", json!({"input_cost_per_token": 0, "output_cost_per_token": 0})),
        informed,
    ]);
    let router = with_settings(models, json!({})).admission.router;
    let seen: Vec<_> = router.deployments.iter().map(|c| (c.rpm, c.tpm, c.cost, c.weight)).collect();
    let prices = known_prices(Provider::OpenAi, "gpt-4.1").unwrap();
    assert_eq!(
        seen,
        [
            (Some(60), Some(1000), Some(prices.input + prices.output), 500),
            (None, None, Some(0), 1000),
            (Some(9), None, None, 1000),
        ]
    );
}

#[test]
fn shares_are_of_one_kind_within_an_order() {
    let models = json!([
        entry("m", json!({"rpm": 900, "order": 1})),
        entry("m", json!({"rpm": 100, "order": 1})),
        entry("m", json!({"weight": 3, "order": 2})),
        entry("m", json!({"rpm": 500, "order": 2})),
        entry("m", json!({"weight": 0})),
    ]);
    let router = with_settings(models, json!({})).admission.router;
    let seen: Vec<_> = router.deployments.iter().map(|c| (c.order, c.weight)).collect();
    assert_eq!(seen, [(1, 900), (1, 100), (2, 3), (2, 1), (3, 1)]);
}

#[test]
fn abilities_come_from_the_file_and_windows_also_from_the_table() {
    let abilities = |params: Value, info: Value| {
        let mut model = entry("m", params);
        model["model_info"] = info;
        let router = with_settings(json!([model]), json!({"enable_pre_call_checks": true})).admission.router;
        assert!(router.pre_call_checks);
        router.deployments.into_iter().next().unwrap().abilities
    };
    let window = |info: Value| abilities(json!({}), info).max_input_tokens;
    assert_eq!(window(json!({})), Some(1_047_576));
    assert_eq!(window(json!({"max_input_tokens": 1000, "max_tokens": 5})), Some(1000));
    assert_eq!(window(json!({"base_model": "azure/gpt-4o", "max_tokens": 5})), Some(128_000));
    assert_eq!(window(json!({"base_model": "llama", "max_tokens": 5})), Some(5));
    let info = json!({
        "supports_vision": true, "supports_audio_input": false, "supports_pdf_input": true,
        "supports_function_calling": false, "supports_response_schema": true,
    });
    assert_eq!(
        abilities(json!({"region_name": "eu"}), info),
        Abilities {
            max_input_tokens: Some(1_047_576),
            vision: Some(true),
            audio: Some(false),
            files: Some(true),
            tools: Some(false),
            response_schema: Some(true),
            region: Some("eu".to_owned()),
        }
    );
}

#[test]
fn every_shape_of_setting_is_answered() {
    let shapes = [
        json!(true),
        json!(-1.5),
        json!("x"),
        json!([]),
        json!([[]]),
        json!([{}]),
        json!([{"m": [{}]}]),
        json!({}),
        json!({"m": {}}),
        json!({"": []}),
    ];
    let settings = [
        "fallbacks",
        "context_window_fallbacks",
        "content_policy_fallbacks",
        "default_fallbacks",
        "max_fallbacks",
        "num_retries",
        "retry_policy",
        "model_group_retry_policy",
        "retry_after",
        "cooldown_time",
        "allowed_fails",
        "allowed_fails_policy",
        "disable_cooldowns",
        "routing_strategy",
        "routing_strategy_args",
        "enable_pre_call_checks",
        "model_group_alias",
    ];
    for setting in settings {
        for shape in &shapes {
            let mut own = json!({});
            own[setting] = shape.clone();
            let models = json!([entry("m", own.clone())]);
            let report = checked(&with_models(models, json!({"router_settings": own})));
            assert_eq!(report.gateway.is_some(), report.errors.is_empty(), "{setting} {shape}");
        }
    }
}

#[test]
fn a_strategy_that_nobody_knows_is_an_error() {
    let file = with_models(
        json!([entry("m", json!({}))]),
        json!({"router_settings": {"routing_strategy": "lowest-latency"}}),
    );
    assert_eq!(
        errors(&file),
        ["router_settings.routing_strategy: no routing strategy is named `lowest-latency`"]
    );
}
