//! Virtual keys of the file, and how those of the ledger are found.

use serde_json::{Value, json};
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{checked, entry, errors, gateway, with_models};
use crate::budgets::Budget;
use crate::config::{Gateway, Upstream};
use crate::keys::{Key, LookupSettings};
use crate::limits::Limits;

fn file(own: Value, sections: Value) -> Value {
    let mut file = with_models(
        json!([
            entry("a", json!({})),
            entry("b", json!({})),
            entry("openai/*", json!({"model": "openai/*"}))
        ]),
        sections,
    );
    file["router_settings"] = json!({"model_group_alias": {"alias": "a"}});
    file["spillway_settings"] = own;
    file
}

fn with_own(own: Value) -> Gateway {
    gateway(&file(own, json!({})))
}

fn key(mut fields: Value) -> Key {
    fields["key_hash"] = json!("0".repeat(64));
    with_own(json!({"keys": [fields]})).admission.keys.into_iter().next().unwrap()
}

/// What keeps a file with this key from being used: the path below the key, and the message.
fn key_errors(mut fields: Value) -> Vec<String> {
    fields["key_hash"] = json!("0".repeat(64));
    let errors = errors(&file(json!({"keys": [fields]}), json!({})));
    errors.iter().map(|error| error.trim_start_matches("spillway_settings.keys[0].").to_owned()).collect()
}

#[test]
fn a_key_has_everything_that_the_ledgers_have() {
    let key = key(json!({
        "key_alias": "k", "user_id": "u", "team_id": "t", "models": ["a"],
        "aliases": {"gpt": "alias", "mini": "openai/gpt-4.1-mini", "a": "b"},
        "rpm_limit": 1, "tpm_limit": "2", "max_parallel_requests": 3,
        "model_rpm_limit": {"alias": 4}, "model_tpm_limit": {"a": 5, "openai/*": 6},
        "max_budget": 1.5, "soft_budget": "1e-7", "budget_duration": "30d",
        "model_max_budget": {
            "a": {"budget_limit": "0.000000001", "time_period": "1d", "rpm_limit": 9, "tpm_limit": 9},
            "b": {"max_budget": 2, "budget_duration": "1mo", "rpm_limit": 7},
            "openai/*": {"rpm_limit": 8},
        },
        "expires": "2027-01-01T01:00:00+01:00", "blocked": true, "metadata": {"x": 1},
        "router_settings": {"fallbacks": [{"alias": ["b", "openai/o3"]}]},
    }));
    let limits = |requests, tokens| Limits { requests, tokens, parallel: None };
    let budget = |max, duration: &str| Budget {
        max_nanodollars: Some(max),
        soft_nanodollars: None,
        duration: Some(duration.to_owned()),
    };
    let owned = |name: &str| name.to_owned();
    let expected = Key {
        hash: "0".repeat(64),
        alias: Some(owned("k")),
        user_id: Some(owned("u")),
        team_id: Some(owned("t")),
        models: vec![owned("a")],
        aliases: [("gpt", "a"), ("mini", "openai/gpt-4.1-mini"), ("a", "b")]
            .map(|(from, to)| (owned(from), owned(to)))
            .into(),
        limits: Limits { requests: Some(1), tokens: Some(2), parallel: Some(3) },
        model_limits: [
            (owned("a"), limits(Some(4), Some(5))),
            (owned("b"), limits(Some(7), None)),
            (owned("openai/*"), limits(Some(8), Some(6))),
        ]
        .into(),
        budget: Budget { soft_nanodollars: Some(100), ..budget(1_500_000_000, "30d") },
        model_budgets: [(owned("a"), budget(1, "1d")), (owned("b"), budget(2_000_000_000, "1mo"))].into(),
        expires_ms: Some(1_798_761_600_000),
        blocked: true,
        metadata: json!({"x": 1}).as_object().unwrap().clone(),
        guardrails: Vec::new(),
        fallbacks: [(owned("a"), vec![owned("b"), owned("openai/o3")])].into(),
        team: None,
        user: None,
    };
    assert_eq!(key, expected);
}

#[test]
fn a_limit_of_0_lets_nothing_pass() {
    assert_eq!(key(json!({"rpm_limit": 0})).limits.requests, Some(0));
    assert_eq!(key(json!({"max_budget": 0})).budget.max_nanodollars, Some(0));
    let report = checked(&file(
        json!({"keys": [{"key_hash": "0".repeat(64), "model_tpm_limit": {"a": 0}}]}),
        json!({}),
    ));
    let of_keys = |warning: &String| warning.starts_with("spillway_settings");
    let warnings: Vec<String> = report.warnings.iter().map(ToString::to_string).filter(of_keys).collect();
    assert_eq!(
        warnings,
        [
            "spillway_settings.keys[0].model_tpm_limit.a: 0 lets no request pass\n    help: for no limit, take it out"
        ]
    );
}

#[test]
fn what_spend_is_charged_by_has_a_longest_name() {
    for field in ["key_alias", "team_id", "user_id"] {
        // In any script: a character may take four bytes.
        assert!(key_errors(json!({field: "あ".repeat(256)})).is_empty(), "{field}");
        let errors = key_errors(json!({field: "a".repeat(257)}));
        assert_eq!(errors, [format!("{field}: has 257 characters, expected at most 256")]);
    }
}

#[test]
fn money_is_exact_or_refused() {
    for (written, nanodollars) in
        [(json!(0.1), 100_000_000), (json!("18446744073.709551615"), u64::MAX), (json!(1e-9), 1)]
    {
        assert_eq!(
            key(json!({"max_budget": written})).budget.max_nanodollars,
            Some(nanodollars),
            "{written}"
        );
    }
    for written in [json!(-1), json!("18446744073.709551616"), json!(1e-10), json!("ten"), json!([])] {
        let errors = key_errors(json!({"max_budget": written}));
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(
            error.ends_with("expected US dollars from 0, with at most 9 decimals, as a number"),
            "{error}"
        );
    }
}

#[test]
fn durations_are_litellms() {
    for written in ["1s", "30m", "24h", "1d", "30d", "2w", "1mo", "hourly", "daily", "weekly", "monthly"] {
        let key = key(json!({"max_budget": 1, "budget_duration": written}));
        assert_eq!(key.budget.duration.as_deref(), Some(written));
    }
    for written in ["", "d", "0d", "1y", "1.5d", "-1d", "1 d", "yearly", "99999999999d"] {
        assert_eq!(key_errors(json!({"max_budget": 1, "budget_duration": written})).len(), 1, "{written}");
    }
}

#[test]
fn every_name_is_checked() {
    let errors = key_errors(json!({
        "aliases": {"x": "nobody", "*": "a"},
        "model_rpm_limit": {"B": 1, "openai/o3": 1},
        "model_tpm_limit": {"a": 1, "alias": 1},
        "model_max_budget": {"c": {"budget_limit": 1}},
        "router_settings": {"fallbacks": [{"d": ["a"]}, {"a": ["nobody"]}, {"*": ["a"]}, {"b": [{"model": "a", "n": 1}]}]},
    }));
    assert_eq!(
        errors,
        [
            "aliases.x: no model group is named `nobody`",
            "aliases[\"*\"]: the alias `*` has a `*`, and stands for one name only",
            "model_rpm_limit.B: no model group is named `B`",
            "model_rpm_limit[\"openai/o3\"]: `openai/o3` is one of the names that the group `openai/*` serves, not a group",
            "model_tpm_limit.alias: another entry is for the same group, `a`",
            "model_max_budget.c: no model group is named `c`",
            "router_settings.fallbacks: found an entry for `*`, and a key's fallbacks are for groups by name",
            "router_settings.fallbacks: `a` stands here with parameters, and a key's fallbacks are names only",
            "router_settings.fallbacks[0].d: no model group is named `d`",
            "router_settings.fallbacks[1].a[0]: no model group is named `nobody`",
        ]
    );
}

#[test]
fn lookups_are_on_by_default_and_bounded() {
    assert_eq!(with_own(json!({})).admission.key_lookup, LookupSettings::default());
    let gateway = with_own(json!({"key_lookup": {
        "enabled": false, "ttl": 5, "grace": 0, "refused_ttl": 0.5, "interval": "0.1", "timeout": 1,
        "max_per_second": 7,
    }}));
    let expected = LookupSettings {
        enabled: false,
        ttl_ms: 5_000,
        grace_ms: 0,
        refused_ttl_ms: 500,
        interval_ms: 100,
        timeout_ms: 1_000,
        max_per_second: 7,
    };
    assert_eq!(gateway.admission.key_lookup, expected);
    assert_eq!(
        errors(&file(json!({"key_lookup": {"ttl": 0, "interval": 0.01, "max_per_second": 0}}), json!({}))),
        [
            "spillway_settings.key_lookup.ttl: found `0`, expected seconds from 1 to 86400, as a number",
            "spillway_settings.key_lookup.interval: found `0.01`, expected seconds from 0.05 to 60, as a number",
            "spillway_settings.key_lookup.max_per_second: found `0`, expected a whole number from 1 to 100000",
        ]
    );
}

#[test]
fn litellms_time_of_cached_keys_counts_unless_there_is_an_own_one() {
    let ttl = |own| {
        gateway(&file(own, json!({"general_settings": {"user_api_key_cache_ttl": 9}})))
            .admission
            .key_lookup
            .ttl_ms
    };
    assert_eq!((ttl(json!({})), ttl(json!({"key_lookup": {"ttl": 3}}))), (9_000, 3_000));
}

#[test]
fn keys_of_the_ledger_are_access_where_the_file_asks_for_them() {
    let usable = |own| {
        let file = with_models(
            json!([{"model_name": "m", "litellm_params": {"model": "openai/x", "api_base": "http://h"}}]),
            json!({"spillway_settings": own}),
        );
        super::check(&file, &|_| None).gateway.is_some()
    };
    assert!(usable(json!({"key_lookup": {}})) && usable(json!({"key_lookup": {"enabled": true}})));
    assert!(!usable(json!({"key_lookup": {"enabled": false}})) && !usable(json!({})));
}

#[test]
fn administration_is_served_unless_it_is_disabled() {
    let served =
        |own, general| gateway(&file(own, json!({"general_settings": general}))).serves_administration;
    assert!(served(json!({}), json!({})));
    assert!(!served(json!({}), json!({"disable_admin_endpoints": true})));
    assert!(!served(json!({"key_lookup": {"enabled": false}}), json!({})));
}

#[test]
fn limits_of_end_users_and_a_shared_service() {
    let gateway = with_own(json!({
        "end_user_limits": {"rpm_limit": 1, "tpm_limit": 2, "max_parallel_requests": 3},
        "fallback_on_limits": true,
        "rate_limit_service": {"url": "grpcs://limits.example.com:8081", "domain": "d", "timeout": 0.25,
                               "failure_mode_deny": true},
    }));
    let admission = &gateway.admission;
    assert_eq!(admission.end_user_limits, Limits { requests: Some(1), tokens: Some(2), parallel: Some(3) });
    assert!(admission.fallback_on_limits);
    let service = admission.rate_limit_service.as_ref().unwrap();
    assert_eq!((service.domain.as_str(), service.timeout_ms, service.failure_mode_deny), ("d", 250, true));
    let upstream = Upstream { host: "limits.example.com".to_owned(), port: 8081, tls: true };
    assert_eq!(gateway.rate_limit_service, Some(upstream));

    let gateway = with_own(json!({"rate_limit_service": {"url": "grpc://127.0.0.1:8081"}}));
    let service = gateway.admission.rate_limit_service.unwrap();
    assert_eq!(
        (service.domain.as_str(), service.timeout_ms, service.failure_mode_deny),
        ("spillway", 100, false)
    );
    assert_eq!(with_own(json!({})).rate_limit_service, None);
}
