//! Where prices come from, and what answers cost by them, to the billionth of a dollar.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::{errors, gateway};
use crate::pricing::Prices;
use crate::usage::{Service, Usage};

/// A file with one deployment and a price map.
pub(super) fn file(params: Value, map: Value) -> Value {
    let mut params = params;
    params["api_key"] = json!("key");
    json!({
        "model_list": [{"model_name": "m", "litellm_params": params}],
        "spillway_settings": {"allow_anonymous": true, "prices": map},
    })
}

pub(super) fn prices(params: Value, map: Value) -> Prices {
    gateway(&file(params, map)).deployments.first().unwrap().attempt.prices.clone()
}

pub(super) fn usage(input: u64, output: u64) -> Usage {
    Usage { input, output, ..Usage::default() }
}

/// A map with prices of 1, 2, … nano-dollars, by which the entry that counts is known.
fn numbered(names: &[(&str, Option<&str>)]) -> Value {
    let entry = |(number, (name, provider)): (usize, &(&str, Option<&str>))| {
        let mut entry = json!({"input_cost_per_token": format!("{}e-9", number + 1), "mode": "chat"});
        if let Some(provider) = provider {
            entry["litellm_provider"] = json!(provider);
        }
        ((*name).to_owned(), entry)
    };
    Value::Object(names.iter().enumerate().map(entry).collect())
}

#[test]
fn a_model_is_found_by_the_names_that_litellm_has_for_it() {
    for (model, names, expected) in [
        ("openai/gpt-4.1", &[("gpt-4.1", Some("openai")), ("azure/gpt-4.1", Some("azure"))][..], 1),
        ("openai/gpt-4.1", &[("gpt-4.1", Some("openai")), ("openai/gpt-4.1", Some("openai"))], 2),
        ("openai/gpt-4.1-2025-04-14", &[("gpt-4.1", Some("openai"))], 1),
        ("openai/gpt-4.1-2025-04-14", &[("gpt-4.1", Some("openai")), ("gpt-4.1-2025-04-14", None)], 2),
        ("openai/ft:gpt-4.1-2025-04-14:acme::B7x", &[("ft:gpt-4.1-2025-04-14", Some("openai"))], 1),
        ("anthropic/claude-next-latest", &[("claude-next", Some("anthropic"))], 1),
        (
            "groq/openai/gpt-oss-20b",
            &[("gpt-oss-20b", Some("openai")), ("groq/openai/gpt-oss-20b", Some("groq"))],
            2,
        ),
        (
            "gemini/gemini-next",
            &[("gemini-next", Some("vertex_ai-language-models")), ("gemini/gemini-next", Some("gemini"))],
            2,
        ),
        ("openai/own-model", &[("own-model", None)], 1),
        ("openai/own-model", &[("own-model", Some("anthropic"))], 0),
    ] {
        let found = prices(json!({"model": model}), numbered(names));
        assert_eq!(found.input, expected * 1_000_000, "{model} {names:?}");
    }
}

#[test]
fn the_file_counts_before_the_map_and_the_map_before_what_is_built_in() {
    let map = json!({"gpt-4.1": {"input_cost_per_token": 3e-6, "output_cost_per_token": 9e-6}});
    let params = json!({"model": "openai/gpt-4.1"});
    let built_in = prices(params.clone(), json!({}));
    assert_eq!(built_in.cost(&usage(1_000, 100)), 1_000 * 2_000 + 100 * 8_000);
    let mapped = prices(params, map.clone());
    assert_eq!(mapped.cost(&usage(1_000, 100)), 1_000 * 3_000 + 100 * 9_000);
    assert_eq!(mapped.cache_read, None, "an entry counts as a whole");
    let own = prices(json!({"model": "openai/gpt-4.1", "input_cost_per_token": 1e-6}), map);
    assert_eq!(own.cost(&usage(1_000, 100)), 1_000 * 1_000 + 100 * 9_000);
}

#[test]
fn every_sort_of_rate_is_counted() {
    let map = json!({"claude-next": {
        "litellm_provider": "anthropic",
        "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "output_cost_per_reasoning_token": 2e-05,
        "cache_read_input_token_cost": 3e-07, "cache_creation_input_token_cost": 3.75e-06,
        "cache_creation_input_token_cost_above_1hr": 6e-06,
        "input_cost_per_token_above_200k_tokens": 6e-06, "cache_read_input_token_cost_above_200k_tokens": 6e-07,
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.2e-05,
        "input_cost_per_token_priority": 5e-06, "output_cost_per_token_above_200k_tokens_priority": 4e-05,
        "input_cost_per_token_batches": 1.5e-06, "input_cost_per_image_token": 1,
    }});
    let prices = prices(json!({"model": "anthropic/claude-next"}), map);
    let all = Usage {
        input: 10_000,
        cache_read: 4_000,
        cache_write: 3_000,
        cache_write_1h: 1_000,
        output: 500,
        reasoning: 200,
        ..Usage::default()
    };
    let short = 3_000 * 3_000 + 4_000 * 300 + 2_000 * 3_750 + 1_000 * 6_000 + 300 * 15_000 + 200 * 20_000;
    assert_eq!(prices.cost(&all), short);
    let long = Usage { input: 210_000, ..all };
    let expected =
        203_000 * 6_000 + 4_000 * 600 + 2_000 * 3_750 + 1_000 * 12_000 + 300 * 15_000 + 200 * 20_000;
    assert_eq!(prices.cost(&long), expected);
    let priority = Usage { service: Service::Priority, ..all };
    assert_eq!(prices.cost(&priority), short + 3_000 * 2_000);
}

#[test]
fn a_map_says_how_many_times_as_much_fast_mode_costs() {
    let price = |entry: Value| {
        let mut entry = entry;
        entry["litellm_provider"] = json!("anthropic");
        entry["input_cost_per_token"] = json!(4e-6);
        entry["input_cost_per_token_above_200k_tokens"] = json!(6e-6);
        prices(json!({"model": "anthropic/claude-opus-5-5"}), json!({"claude-opus-5-5": entry}))
    };
    let fast = |input| Usage { service: Service::Fast, ..usage(input, 0) };
    let twice = price(json!({"provider_specific_entry": {"us": 1.1, "fast": 2.0}}));
    assert_eq!((twice.cost(&usage(1_000, 0)), twice.cost(&fast(1_000))), (4_000_000, 8_000_000));
    assert_eq!(twice.cost(&fast(200_001)), 200_001 * 12_000);
    for entry in [json!({}), json!({"provider_specific_entry": {"us": 1.1}})] {
        assert_eq!(price(entry).cost(&fast(1_000)), 4_000_000, "an entry counts as a whole");
    }
}

#[test]
fn fast_mode_costs_as_many_times_the_deployments_own_rates() {
    let fast = |input| Usage { service: Service::Fast, ..usage(input, 100) };
    let cost = |rates: Value, info: Value| {
        let mut params = rates;
        params["model"] = json!("anthropic/claude-opus-5-5");
        let mut file = file(params, json!({}));
        file["model_list"][0]["model_info"] = info;
        let prices = gateway(&file).deployments.first().unwrap().attempt.prices.clone();
        (prices.cost(&usage(1_000, 100)), prices.cost(&fast(1_000)))
    };
    let own = || json!({"input_cost_per_token": 0.000_004, "output_cost_per_token": 0.000_02});
    assert_eq!(cost(own(), json!({})), (6_000_000, 12_000_000), "the list's rates, written");
    assert_eq!(cost(json!({"input_cost_per_token": 1e-6}), json!({})), (3_000_000, 6_000_000));
    let thrice = json!({"provider_specific_entry": {"fast": 3.0}});
    assert_eq!(cost(own(), thrice.clone()), (6_000_000, 18_000_000));
    assert_eq!(cost(json!({}), thrice), (6_000_000, 18_000_000));
    let long = json!({"input_cost_per_token": 1e-6, "input_cost_per_token_above_128k_tokens": 2e-6});
    let mut params = long;
    params["model"] = json!("anthropic/claude-opus-5-5");
    let tiered = prices(params, json!({}));
    assert_eq!(tiered.cost(&fast(200_000)), 200_000 * 4_000 + 100 * 40_000);
}

#[test]
fn what_the_cache_keeps_for_12_hours_has_its_own_rate() {
    let map = json!({"gpt-next": {
        "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1e-07,
        "cache_creation_input_token_cost": 2.5e-06, "cache_creation_input_token_cost_above_12hr": 5e-06,
        "cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex": 6e-06,
    }});
    let prices = prices(json!({"model": "openai/gpt-next"}), map);
    let kept = Usage {
        input: 10_000,
        cache_read: 2_000,
        cache_write: 4_000,
        cache_write_1h: 4_000,
        output: 1_000,
        ..Usage::default()
    };
    let rest = 4_000 * 2_000 + 2_000 * 100 + 1_000 * 10_000;
    assert_eq!(prices.cost(&kept), rest + 4_000 * 5_000);
    let long = Usage { input: 300_000, service: Service::Flex, ..kept };
    assert_eq!(prices.cost(&long), rest + 290_000 * 2_000 + 4_000 * 6_000);
}

#[test]
fn tiers_are_chosen_by_the_length_of_the_prompt() {
    let tiered = json!({"model": "openai/qwen", "tiered_pricing": [
        {"range": [0, 32_000], "input_cost_per_token": 1.2e-6, "output_cost_per_token": 6e-6},
        {"range": [32_000, "128e3"], "input_cost_per_token": 2.4e-6, "output_cost_per_token": 1.2e-5},
    ]});
    let prices = prices(tiered, Value::Null);
    assert_eq!(prices.cost(&usage(32_000, 10)), 32_000 * 1_200 + 10 * 6_000);
    assert_eq!(prices.cost(&usage(32_001, 10)), 32_001 * 2_400 + 10 * 12_000);
}

#[test]
fn a_pattern_is_priced_by_the_model_that_it_becomes() {
    let map = json!({
        "gpt-a": {"litellm_provider": "openai", "input_cost_per_token": 1e-6},
        "openai/gpt-b": {"litellm_provider": "openai", "input_cost_per_token": 2e-6},
        "o9": {"litellm_provider": "openai", "input_cost_per_token": 3e-6},
        "gpt-elsewhere": {"litellm_provider": "azure", "input_cost_per_token": 4e-6},
        "gpt-image": {"litellm_provider": "openai", "input_cost_per_image": 1},
    });
    let mut file = file(json!({"model": "openai/gpt-*"}), map);
    file["model_list"][0]["model_name"] = json!("gpt-*");
    let gateway = gateway(&file);
    let attempt = &gateway.deployments.first().unwrap().attempt;
    let names: Vec<(&str, u64)> =
        attempt.prices_of_pattern.iter().map(|(name, prices)| (name.as_str(), prices.input)).collect();
    assert_eq!(names, [("gpt-a", 1_000_000_000), ("gpt-b", 2_000_000_000)]);
    assert_eq!(attempt.prices, Prices::default());
}

#[test]
fn what_a_pattern_says_of_its_rates_is_kept_apart() {
    for (params, input, output) in [
        (json!({"input_cost_per_token": 0, "output_cost_per_token": 0}), Some(0), Some(0)),
        (json!({"input_cost_per_token_priority": 1e-6}), None, None),
        (json!({}), None, None),
    ] {
        let nothing = params == json!({});
        let mut params = params;
        params["model"] = json!("openai/gpt-*");
        let mut file = file(params, json!({}));
        file["model_list"][0]["model_name"] = json!("gpt-*");
        let gateway = gateway(&file);
        let written = &gateway.deployments.first().unwrap().attempt.rates_of_pattern;
        assert_eq!((written.base.input, written.base.output), (input, output));
        assert_eq!(written.is_empty(), nothing);
    }
}

#[test]
fn the_map_says_which_models_are_asked_through_the_responses_api() {
    let map = json!({
        "gpt-a": {"litellm_provider": "openai", "mode": "responses"},
        "gpt-b": {"litellm_provider": "azure", "mode": "responses"},
        "gpt-c": {"litellm_provider": "openai", "mode": "chat"},
    });
    for (model, expected) in [("gpt-a", true), ("gpt-a-2026-01-02", true), ("gpt-b", false), ("gpt-c", false)]
    {
        let gateway = gateway(&file(json!({"model": format!("openai/{model}")}), map.clone()));
        let attempt = &gateway.deployments.first().unwrap().attempt;
        assert_eq!(attempt.target.bridge_to_responses, expected, "{model}");
    }
}

#[test]
fn what_is_wrong_in_an_entry_is_told_if_a_deployment_needs_it() {
    let map =
        json!({"gpt-4.1": {"input_cost_per_token": "cheap"}, "gpt-4o": {"input_cost_per_token": "cheap"}});
    let found = errors(&file(json!({"model": "openai/gpt-4.1"}), map));
    let [error] = found.as_slice() else { panic!("{found:?}") };
    assert!(
        error.starts_with("spillway_settings.prices[\"gpt-4.1\"].input_cost_per_token: found `cheap`"),
        "{error}"
    );
}
