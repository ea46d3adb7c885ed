//! What a try costs whose deployment is a pattern, by what its file and the price map say of it.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{ANSWER, QUESTION, begun, context, itinerary, report, settings};
use super::headers;
use crate::config::{AttemptSettings, check};
use crate::exchange::attempt::Input;
use crate::pricing::{Prices, Rates, Service, Tier, Written};
use crate::translate::Target;
use crate::wire::Provider;

/// The deployment `openai/*` of a file.
fn pattern(rates: Value, base_model: Option<&str>) -> AttemptSettings {
    let mut params = rates;
    params["model"] = json!("openai/*");
    params["api_key"] = json!("key");
    let file = json!({
        "model_list": [{"model_name": "*", "litellm_params": params, "model_info": {"base_model": base_model}}],
        "spillway_settings": {"allow_anonymous": true},
    });
    let report = check(&file, &|_| None);
    report.gateway.unwrap().deployments.into_iter().next().unwrap().attempt
}

/// What [`ANSWER`] costs, with 3 tokens and 2, where this model was asked for: in nano-dollars.
fn cost(settings: AttemptSettings, asked: &str) -> u64 {
    let mut itinerary = itinerary(1, 1);
    itinerary.legs[0].captures = vec![asked.to_owned()];
    let (mut machine, _) = begun(settings, &context(false, itinerary), 0);
    let _sent = machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    let head = headers(&[(":status", "200"), ("content-type", "application/json")]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    let step = machine.on(&Input::ResponseBody { body: ANSWER, end: true }, 3_000);
    report(&step).answer.cost_nanodollars
}

/// A deployment of any model, of which the price map knows one.
fn mapped(known: Prices, written: Written) -> AttemptSettings {
    AttemptSettings {
        prices: Prices::default(),
        prices_of_pattern: [("gpt-a".to_owned(), known)].into(),
        rates_of_pattern: written,
        target: Target::new(Provider::OpenAi, "*"),
        ..settings()
    }
}

#[test]
fn a_pattern_costs_what_its_price_map_says_of_the_model() {
    for (asked, nano) in [("gpt-a", 3 * 5_000), ("gpt-a-2026-01-31", 3 * 5_000), ("gpt-b", 0)] {
        let prices = Prices { input: 5_000_000_000, ..Prices::default() };
        assert_eq!(cost(mapped(prices, Written::default()), asked), nano, "{asked}");
    }
}

#[test]
fn what_a_pattern_says_of_its_rates_counts_before_what_is_known_of_the_model() {
    let own = |input, output| Rates { input, output, ..Rates::default() };
    let priority = Tier { service: Service::Priority, rates: own(Some(1), None), ..Tier::default() };
    for (base, tiers, nano) in [
        (own(Some(0), Some(0)), Vec::new(), 0),
        (own(Some(0), None), Vec::new(), 2 * 7_000),
        (own(None, None), vec![priority], 3 * 5_000 + 2 * 7_000),
    ] {
        let known = Prices { input: 5_000_000_000, output: 7_000_000_000, ..Prices::default() };
        assert_eq!(
            cost(mapped(known, Written { base, tiers, ..Written::default() }), "gpt-a"),
            nano,
            "{base:?}"
        );
    }
}

#[test]
fn a_base_model_and_written_rates_count_before_the_name_that_was_asked_for() {
    let rates = || json!({"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6});
    for (written, base_model, nano) in [
        (json!({}), None, 3 * 2_000 + 2 * 8_000),
        (json!({}), Some("gpt-4.1-mini"), 3 * 400 + 2 * 1_600),
        (rates(), None, 5 * 1_000),
        (rates(), Some("gpt-4.1-mini"), 5 * 1_000),
        (json!({"input_cost_per_token": 1e-6}), Some("gpt-4.1-mini"), 3 * 1_000 + 2 * 1_600),
        (json!({}), Some("nobody-knows-it"), 0),
    ] {
        let settings = pattern(written.clone(), base_model);
        assert_eq!(cost(settings, "gpt-4.1"), nano, "{written} {base_model:?}");
    }
}
