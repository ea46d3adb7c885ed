//! Where requests go after a failure, by kind.

use serde_json::{Value, json};
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{checked, entry, errors, gateway, with_models};
use crate::route::{Fallback, Router, Target};

fn models() -> Value {
    json!([entry("a", json!({})), entry("b", json!({})), entry("openai/*", json!({"model": "openai/*"}))])
}

fn router(settings: Value) -> Router {
    gateway(&with_models(models(), json!({"router_settings": settings}))).admission.router
}

fn fallback(from: &str, to: &[&str]) -> Fallback {
    Fallback { from: from.to_owned(), to: to.iter().map(|name| Target::group(name)).collect() }
}

#[test]
fn each_kind_has_entries_of_its_own() {
    let router = router(json!({
        "fallbacks": [{"a": ["b"]}, {"*": ["a"]}],
        "default_fallbacks": ["b", "a"],
        "context_window_fallbacks": [{"a": ["openai/gpt-4.1"]}, {"*": ["b"]}],
        "content_policy_fallbacks": [{"openai/*": ["a"]}],
    }));
    assert_eq!(router.fallbacks, [fallback("a", &["b"])]);
    assert_eq!(router.default_fallbacks, [Target::group("a"), Target::group("b")]);
    assert_eq!(router.context_window_fallbacks, [fallback("a", &["openai/gpt-4.1"]), fallback("*", &["b"])]);
    assert_eq!(router.content_policy_fallbacks, [fallback("openai/*", &["a"])]);
}

#[test]
fn aliases_mean_their_groups_on_both_sides() {
    let router = router(json!({
        "model_group_alias": {"x": "a", "y": "openai/o3"},
        "context_window_fallbacks": [{"x": ["y"]}],
    }));
    assert_eq!(router.context_window_fallbacks, [fallback("a", &["openai/o3"])]);
}

#[test]
fn a_name_that_only_a_pattern_serves_is_told_where_it_is_nearly_a_groups() {
    let told = |name: &str| {
        let models = json!([
            entry("*", json!({"model": "openai/*"})),
            entry("claude", json!({})),
            entry("gpt-4o", json!({})),
            entry("acme-7", json!({})),
        ]);
        let mut chain = json!({});
        chain[name] = json!(["claude"]);
        let settings = json!({"fallbacks": [chain], "model_group_alias": {"sonnet": "claude"}});
        let report = checked(&with_models(models, json!({"router_settings": settings})));
        assert_eq!(report.errors, [], "{name}");
        let of_names = report.warnings.into_iter().filter(|warning| warning.message.contains("not a group"));
        of_names.map(|warning| (warning.message, warning.help.unwrap())).collect::<Vec<_>>()
    };
    for (name, near) in [("clude", "claude"), ("sonet", "sonnet"), ("gtp-4o", "gpt-4o")] {
        let message = format!("`{name}` is one of the names that the group `*` serves, not a group");
        assert_eq!(told(name), [(message, format!("did you mean `{near}`?"))]);
    }
    // A model that is known, another version, and what is near to nothing.
    for name in ["gpt-4.1", "openai/gpt-4.1", "acme-8", "o3", "sonnet", "claude", "*"] {
        assert_eq!(told(name), [], "{name}");
    }
}

#[test]
fn a_target_may_change_the_request() {
    let router = router(json!({
        "fallbacks": [{"a": [{"model": "b", "temperature": 0}, {"model": "b"}, {"model": "a", "n": 1}]}]
    }));
    let targets = &router.fallbacks.first().unwrap().to;
    let overrides: Vec<_> =
        targets.iter().map(|target| target.overrides.clone().map(Value::Object)).collect();
    assert_eq!(overrides, [Some(json!({"temperature": 0})), None, Some(json!({"n": 1}))]);
    let names: Vec<_> = targets.iter().map(|target| target.model.as_str()).collect();
    assert_eq!(names, ["b", "b", "a"], "a group with other parameters is another target");
}

#[test]
fn either_section_may_hold_them() {
    let sections = json!({"litellm_settings": {
        "context_window_fallbacks": [{"a": ["b"]}], "content_policy_fallbacks": [{"b": ["a"]}],
    }});
    let router = gateway(&with_models(models(), sections)).admission.router;
    assert_eq!(router.context_window_fallbacks, [fallback("a", &["b"])]);
    assert_eq!(router.content_policy_fallbacks, [fallback("b", &["a"])]);
}

#[test]
fn no_secret_and_no_address_stands_in_a_target() {
    for name in [
        "api_key",
        "api_base",
        "base_url",
        "organization",
        "extra_headers",
        "litellm_params",
        "_internal",
        "tpm",
    ] {
        let mut target = json!({"model": "b"});
        target[name] = json!("x");
        let file = with_models(models(), json!({"router_settings": {"fallbacks": [{"a": [target]}]}}));
        let expected = format!(
            "router_settings.fallbacks[0].a[0].{name}: `{name}` belongs to a deployment, not to a request"
        );
        assert_eq!(errors(&file), [expected]);
    }
}
