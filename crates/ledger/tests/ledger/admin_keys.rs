//! Keys from their making to their end, as their administrators and the gateways see them.

use std::collections::BTreeSet;

use hyper::Method;
use serde_json::{Value, json};
use spillway_filter::event::Charge;

use crate::admin::text;
use crate::events::answered;
use crate::holders::lookup;
use crate::running::{KEY, Running};

impl Running {
    /// What a gateway is told of a key.
    async fn key(&self, token: &str) -> Value {
        self.lookup(token).await["key"].clone()
    }

    async fn lookup(&self, token: &str) -> Value {
        let answer = lookup(self, token, "g").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }
}

/// Every setting that a key has.
fn settings() -> Value {
    json!({
        "key_alias": "build",
        "user_id": "u-1",
        "team_id": "t-1",
        "models": ["gpt-4.1", "claude"],
        "aliases": {"fast": "gpt-4.1"},
        "tpm_limit": 1000,
        "rpm_limit": 20,
        "max_parallel_requests": 3,
        "model_rpm_limit": {"claude": 5},
        "model_tpm_limit": {"claude": 500},
        "max_budget": 0.1,
        "soft_budget": 0.05,
        "budget_duration": "1d",
        "model_max_budget": {"claude": {"budget_limit": 0.01, "time_period": "1h"}, "gpt-4.1": {"budget_limit": 7.0}},
        "expires": "2099-01-31T12:00:00.000000Z",
        "blocked": true,
        "metadata": {"owner": "platform", "n": [1, 2.5]},
        "guardrails": ["pii"],
        "router_settings": {"fallbacks": [{"gpt-4.1": ["claude", "gemini"]}]},
    })
}

fn holds(answer: &Value, settings: &Value) {
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name}");
    }
}

#[tokio::test]
async fn every_setting_is_kept_told_and_unset() {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "t-1"})).await;
    let made = running.done("/key/generate", settings()).await;
    holds(&made, &settings());
    let key = text(&made["key"]);
    assert!(key.starts_with("sk-") && key.len() == 46, "{} characters", key.len());
    assert_eq!(text(&made["key_name"]), format!("sk-...{}", key.get(42..).unwrap()));
    assert_eq!(made["token"], made["token_id"]);
    assert!(text(&made["budget_reset_at"]).ends_with("T00:00:00.000000Z"));

    for name in [key, text(&made["token"])] {
        let told = running.told(&format!("/key/info?key={name}")).await;
        assert_eq!(told["key"], made["token"]);
        holds(&told["info"], &settings());
        assert!(!told.to_string().contains(key), "a key is shown once");
    }

    let nothing: serde_json::Map<String, Value> =
        settings().as_object().unwrap().keys().map(|name| (name.clone(), Value::Null)).collect();
    let mut unset = Value::Object(nothing);
    unset["key"] = key.into();
    let told = running.done("/key/update", unset).await;
    let empty = json!({"key_alias": null, "user_id": null, "team_id": null, "models": [], "aliases": {}, "tpm_limit": null,
        "rpm_limit": null, "max_parallel_requests": null, "model_rpm_limit": {}, "model_tpm_limit": {}, "max_budget": null,
        "soft_budget": null, "budget_duration": null, "budget_reset_at": null, "model_max_budget": {}, "expires": null,
        "blocked": false, "metadata": {}, "guardrails": [], "router_settings": {}});
    holds(&told, &empty);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "t-1"})).await;
    let made = running.done("/key/generate", settings()).await;
    let told =
        running.done("/key/update", json!({"key": made["key"], "rpm_limit": 7, "blocked": false})).await;
    let mut expected = settings();
    (expected["rpm_limit"], expected["blocked"]) = (json!(7), json!(false));
    holds(&told, &expected);
    // LiteLLM's clients may name a key by its alias.
    let told = running.done("/key/update", json!({"key_alias": "build", "tpm_limit": 9})).await;
    assert_eq!((&told["token"], &told["tpm_limit"]), (&made["token"], &json!(9)));
}

#[tokio::test]
async fn a_gateway_is_told_what_was_set() {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "t-1", "rpm_limit": 100, "max_budget": 50})).await;
    running.done("/user/new", json!({"user_id": "u-1", "auto_create_key": false, "tpm_limit": 9})).await;
    let made = running.done("/key/generate", settings()).await;
    let key = running.key(text(&made["token"])).await;
    let expected = json!({
        "hash": made["token"],
        "alias": "build",
        "user_id": "u-1",
        "team_id": "t-1",
        "models": ["gpt-4.1", "claude"],
        "aliases": {"fast": "gpt-4.1"},
        "limits": {"requests": 20, "tokens": 1000, "parallel": 3},
        "budget": {"max_nanodollars": 100_000_000, "soft_nanodollars": 50_000_000, "duration": "1d"},
        "expires_ms": 4_073_544_000_000_u64,
        "blocked": true,
        "guardrails": ["pii"],
        "fallbacks": {"gpt-4.1": ["claude", "gemini"]},
        "metadata": {"owner": "platform", "n": [1, 2.5]},
    });
    holds(&key, &expected);
    assert_eq!(key["model_limits"]["claude"]["requests"], 5);
    assert_eq!(key["model_limits"]["claude"]["tokens"], 500);
    assert_eq!(key["model_budgets"]["claude"], json!({"max_nanodollars": 10_000_000, "duration": "1h"}));
    assert_eq!(key["model_budgets"]["gpt-4.1"], json!({"max_nanodollars": 7_000_000_000_u64}));
    assert_eq!(key["team"]["limits"]["requests"], 100);
    assert_eq!(key["team"]["budget"]["max_nanodollars"], 50_000_000_000_u64);
    assert_eq!(key["user"]["limits"]["tokens"], 9);
}

#[tokio::test]
async fn money_is_exact() {
    let running = Running::start().await;
    for (dollars, nanodollars) in [
        ("0", 0_u64),
        ("0.000000001", 1),
        ("1e-07", 100),
        ("0.30000000000000004", 300_000_000),
        ("123456.789012345", 123_456_789_012_345),
        ("9007199.254740993", 9_007_199_254_740_993),
    ] {
        let body = format!(r#"{{"max_budget": {dollars}}}"#);
        let made = running.http.send(Method::POST, "/key/generate", Some(KEY), body).await.unwrap();
        let key = running.key(text(&made.body["token"])).await;
        assert_eq!(key["budget"]["max_nanodollars"], json!(nanodollars), "{dollars}");
    }
}

#[tokio::test]
async fn a_chosen_key_works_and_neither_it_nor_its_alias_is_taken_twice() {
    let running = Running::start().await;
    let body = json!({"key": "sk-0123456789abcdef", "key_alias": "one"});
    let made = running.done("/key/generate", body).await;
    assert_eq!((text(&made["key"]), text(&made["key_name"])), ("sk-0123456789abcdef", "sk-...cdef"));
    for (body, param) in
        [(json!({"key": "sk-0123456789abcdef"}), "key"), (json!({"key_alias": "one"}), "key_alias")]
    {
        let answer = running.post("/key/generate", body).await;
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{}", answer.body);
        assert!(!answer.body.to_string().contains("0123456789"), "{}", answer.body);
    }
    let other = running.done("/key/generate", json!({})).await;
    let answer = running.post("/key/update", json!({"key": other["key"], "key_alias": "one"})).await;
    assert_eq!((answer.status, answer.error("param")), (400, &json!("key_alias")), "{}", answer.body);
}

#[tokio::test]
async fn a_regenerated_key_keeps_its_settings_and_the_old_one_is_gone() {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "t-1"})).await;
    let old = running.done("/key/generate", settings()).await;
    let new = running.done("/key/regenerate", json!({"key": old["key"], "rpm_limit": 1})).await;
    assert_ne!(old["key"], new["key"]);
    let mut expected = settings();
    expected["rpm_limit"] = json!(1);
    holds(&new, &expected);
    assert_eq!(running.key(text(&old["token"])).await, Value::Null);
    assert_eq!(running.key(text(&new["token"])).await["hash"], new["token"]);

    let path = format!("/key/{}/regenerate", text(&new["token"]));
    let chosen = running.done(&path, json!({"new_key": "sk-chosen-by-somebody"})).await;
    assert_eq!(chosen["key"], "sk-chosen-by-somebody");
    assert_eq!(running.key(text(&new["token"])).await, Value::Null);
    let answer = running.post(&path, json!({})).await;
    assert_eq!(answer.status, 404, "{}", answer.body);
    // Without a body, as LiteLLM's clients call it.
    let path = "/key/sk-chosen-by-somebody/regenerate";
    let answer = running.http.send(Method::POST, path, Some(KEY), "").await.unwrap();
    assert_eq!((answer.status, &answer.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
}

#[tokio::test]
async fn what_is_spent_stays_with_a_regenerated_key() {
    let running = Running::start().await;
    let old = running.done("/key/generate", json!({"max_budget": 1})).await;
    let token = text(&old["token"]);
    let mut event = answered("a");
    event.caller.key_hash = token.to_owned();
    event.charges = vec![Charge { scope: format!("key/{token}"), ..Charge::default() }];
    event.gateway = "g".to_owned();
    let delivered = running.deliver(&[event]).await;
    assert_eq!(delivered.status, 200, "{}", delivered.body);

    let new = running.done("/key/regenerate", json!({"key": token})).await;
    assert_eq!((&new["spend_nanodollars"], &new["spend"]), (&json!(360_001), &json!(0.000_360_001)));
    let balance = &running.lookup(text(&new["token"])).await["balances"][0];
    assert_eq!(
        (&balance["scope"], &balance["total_nanodollars"]),
        (&json!(format!("key/{}", text(&new["token"]))), &json!(360_001))
    );
}

#[tokio::test]
async fn a_key_is_blocked_and_unblocked() {
    let running = Running::start().await;
    let made = running.done("/key/generate", json!({})).await;
    for (path, key, blocked) in [
        ("/key/block", &made["key"], true),
        ("/key/unblock", &made["token"], false),
        ("/key/block", &made["token"], true),
    ] {
        assert_eq!(running.done(path, json!({"key": key})).await["blocked"], blocked);
        let told = running.key(text(&made["token"])).await;
        assert_eq!(told["blocked"].as_bool().unwrap_or_default(), blocked);
    }
}

#[tokio::test]
async fn keys_are_deleted_together_or_not_at_all() {
    let running = Running::start().await;
    let mut made = Vec::new();
    for alias in ["a", "b", "c"] {
        made.push(running.done("/key/generate", json!({"key_alias": alias})).await);
    }
    let body = json!({"keys": [made[0]["key"], "sk-unknown-unknown"], "key_aliases": ["nobody"]});
    let answer = running.post("/key/delete", body).await;
    assert_eq!(answer.status, 404);
    let message = text(answer.error("message"));
    assert!(
        message.starts_with("2 of the keys do not exist") && message.ends_with("sk-...nown, nobody"),
        "{message}"
    );
    assert_eq!(running.told("/key/list").await["total_count"], 3);

    let body = json!({"keys": [made[0]["key"], made[1]["token"]], "key_aliases": ["b", "c"]});
    let deleted = running.done("/key/delete", body).await;
    let tokens = |keys: &[Value]| keys.iter().map(|key| text(key).to_owned()).collect::<BTreeSet<_>>();
    let expected: BTreeSet<_> = made.iter().map(|key| text(&key["token"]).to_owned()).collect();
    assert_eq!(tokens(deleted["deleted_keys"].as_array().unwrap()), expected);
    assert_eq!(running.key(text(&made[0]["token"])).await, Value::Null);
}

#[tokio::test]
async fn keys_are_listed_in_pages_and_filtered() {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "t"})).await;
    for number in 0..5 {
        let team = if number < 2 { json!("t") } else { Value::Null };
        let body = json!({"key_alias": format!("k-{number}"), "team_id": team, "user_id": format!("u-{}", number % 2)});
        running.done("/key/generate", body).await;
    }
    let mut seen = BTreeSet::new();
    for (page, count) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
        let told = running.told(&format!("/key/list?size=2&page={page}")).await;
        let keys = told["keys"].as_array().unwrap();
        assert_eq!(keys.len(), count, "page {page}");
        seen.extend(keys.iter().map(|key| text(key).to_owned()));
        let numbers = (&told["total_count"], &told["current_page"], &told["total_pages"]);
        assert_eq!(numbers, (&json!(5), &json!(page), &json!(3)));
    }
    assert_eq!(seen.len(), 5);
    for (filter, total) in [
        ("team_id=t", 2),
        ("user_id=u-0", 3),
        ("team_id=t&user_id=u-0", 1),
        ("key_alias=k-4", 1),
        ("key_alias=k", 0),
    ] {
        assert_eq!(running.told(&format!("/key/list?{filter}")).await["total_count"], total, "{filter}");
    }
    let full = running.told("/key/list?key_alias=k-4&return_full_object=true").await;
    assert_eq!(full["keys"][0]["user_id"], "u-0");
}
