//! What sound and searches cost, by the file and by the price map.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::gateway;
use super::prices::{file, prices, usage};
use crate::pricing::Search;
use crate::usage::{Audio, Service, Usage};

#[test]
fn sound_has_rates_of_its_own() {
    let map = json!({"gpt-audio-next": {
        "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1e-06,
        "input_cost_per_audio_token": 3e-05, "cache_read_input_audio_token_cost": 4e-06,
        "output_cost_per_audio_token": 6e-05, "input_cost_per_audio_token_priority": 5e-05,
    }});
    let params = json!({"model": "openai/gpt-audio-next"});
    let heard = Usage {
        cache_read: 500,
        audio: Audio { input: 600, cache_read: 400, output: 70 },
        ..usage(1_000, 100)
    };
    let text = 300 * 2_000 + 100 * 1_000 + 30 * 10_000;
    let mapped = prices(params.clone(), map.clone());
    assert_eq!(mapped.cost(&heard), text + 200 * 30_000 + 400 * 4_000 + 70 * 60_000);
    let priority = Usage { service: Service::Priority, ..heard };
    assert_eq!(mapped.cost(&priority), text + 200 * 50_000 + 400 * 4_000 + 70 * 60_000);
    // A price of the file's takes the place of those that are derived from it.
    let mut own = params;
    own["input_cost_per_token"] = json!(1e-6);
    let own = prices(own, map);
    assert_eq!(own.cost(&heard), 1_000 * 1_000 + 30 * 10_000 + 70 * 60_000);
}

#[test]
fn a_search_has_a_price_and_says_of_what() {
    const CENT: u64 = 10_000_000_000_000;
    let search = |model: &str, mut params: Value| {
        params["model"] = json!(model);
        params["input_cost_per_token"] = json!(1e-6);
        prices(params, Value::Null).search
    };
    let size = |size: &str, price: f64| json!({"search_context_cost_per_query": {size: price}});
    let all = json!({"search_context_cost_per_query": {
        "search_context_size_low": 0.01, "search_context_size_medium": 0.02, "search_context_size_high": "3e-2",
    }});
    let with_unit = |unit: &str| {
        let mut params = all.clone();
        params["web_search_billing_unit"] = json!(unit);
        params
    };
    for (model, params, expected) in [
        ("openai/own", all.clone(), Some(Search::Each(2 * CENT))),
        ("anthropic/own", all.clone(), Some(Search::Each(2 * CENT))),
        ("gemini/own", all.clone(), Some(Search::Once(2 * CENT))),
        ("gemini/own", with_unit("per_query"), Some(Search::Each(2 * CENT))),
        ("gemini/own", with_unit("per_prompt"), Some(Search::Once(2 * CENT))),
        ("openai/own", with_unit("per_prompt"), Some(Search::Once(2 * CENT))),
        ("openai/own", size("search_context_size_high", 0.03), Some(Search::Each(3 * CENT))),
        ("openai/own", size("search_context_size_low", 0.01), Some(Search::Each(CENT))),
        ("openai/own", json!({"search_context_cost_per_query": {}}), None),
        ("openai/own", json!({}), None),
        ("openai/gpt-4.1", json!({}), Some(Search::EachByTool { current: CENT, preview: 25 * CENT / 10 })),
        ("openai/gpt-4.1", all.clone(), Some(Search::Each(2 * CENT))),
    ] {
        assert_eq!(search(model, params.clone()), expected, "{model} {params}");
    }
}

#[test]
fn the_map_says_what_searches_cost() {
    let map = json!({
        "gemini/gemini-next": {
            "input_cost_per_token": 1e-6, "web_search_billing_unit": "per_query",
            "search_context_cost_per_query": {"search_context_size_medium": 0.014},
        },
        "gpt-next": {"input_cost_per_token": 1e-6},
    });
    let searched = Usage { searches: 3, ..usage(1_000, 0) };
    let gemini = prices(json!({"model": "gemini/gemini-next"}), map.clone());
    assert_eq!(gemini.cost(&searched), 1_000_000 + 42_000_000);
    assert_eq!(prices(json!({"model": "openai/gpt-next"}), map).cost(&searched), 1_000_000);
}

#[test]
fn what_has_searches_to_pay_for_is_not_sure_to_cost_nothing() {
    let free = json!({"model": "openai/own", "input_cost_per_token": 0, "output_cost_per_token": 0});
    let cost = |params: Value| {
        gateway(&file(params, Value::Null)).admission.router.deployments.first().unwrap().cost
    };
    assert_eq!(cost(free.clone()), Some(0));
    let mut searching = free;
    for (price, expected) in [(0.01, 1), (0.0, 0)] {
        searching["search_context_cost_per_query"] = json!({"search_context_size_medium": price});
        assert_eq!(cost(searching.clone()), Some(expected), "{price}");
    }
}
