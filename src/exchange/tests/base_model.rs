//! What a try costs whose deployment is a pattern, by what its file says of it.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{ANSWER, QUESTION, begun, context, itinerary, report};
use super::headers;
use crate::config::{AttemptSettings, check};
use crate::exchange::attempt::Input;

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
        let mut itinerary = itinerary(1, 1);
        itinerary.legs[0].captures = vec!["gpt-4.1".to_owned()];
        let (mut machine, _) = begun(settings, &context(false, itinerary), 0);
        let _sent = machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
        let head = headers(&[(":status", "200"), ("content-type", "application/json")]);
        machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
        let step = machine.on(&Input::ResponseBody { body: ANSWER, end: true }, 3_000);
        assert_eq!(report(&step).answer.cost_nanodollars, nano, "{written} {base_model:?}");
    }
}
