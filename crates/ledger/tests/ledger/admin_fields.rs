//! Every field that can be wrong, and the error that names it.

use hyper::Method;
use serde_json::{Value, json};

use crate::running::{KEY, Running};

/// Sends each body and compares the field that the error names.
async fn refuses(path: &str, cases: &[(Value, &str)]) {
    let running = Running::start().await;
    for (body, param) in cases {
        let answer = running.post(path, body.clone()).await;
        assert_eq!(answer.status, 400, "{path} {body}: {}", answer.body);
        assert_eq!(answer.error("param"), param, "{path} {body}: {}", answer.body);
        let message = answer.error("message").as_str().unwrap();
        assert!(message.contains(param.rsplit('.').next().unwrap()), "{path} {body}: {message}");
    }
    assert_eq!(running.told("/key/list").await["total_count"], 0, "nothing of what is refused is stored");
}

#[tokio::test]
async fn a_key_with_a_wrong_field_is_not_made() {
    let long = "x".repeat(257);
    let cases = [
        (json!({"key": "pk-0123456789abcdef"}), "key"),
        (json!({"key": "sk-short"}), "key"),
        (json!({"key": "sk-0123456789 abcdef"}), "key"),
        (json!({"key": 7}), "key"),
        (json!({"key_alias": ""}), "key_alias"),
        (json!({"key_alias": long}), "key_alias"),
        (json!({"key_alias": "a\nb"}), "key_alias"),
        (json!({"key_alias": " a"}), "key_alias"),
        (json!({"user_id": 1}), "user_id"),
        (json!({"team_id": "nobody"}), "team_id"),
        (json!({"team_id": []}), "team_id"),
        (json!({"models": "gpt-4.1"}), "models"),
        (json!({"models": ["gpt-4.1", 7]}), "models[1]"),
        (json!({"models": ["a", null]}), "models[1]"),
        (json!({"models": ["no-default-models"]}), "models"),
        (json!({"aliases": ["a"]}), "aliases"),
        (json!({"aliases": {"a": 7}}), "aliases.a"),
        (json!({"aliases": {"": "b"}}), "aliases."),
        (json!({"tpm_limit": "100"}), "tpm_limit"),
        (json!({"tpm_limit": 0}), "tpm_limit"),
        (json!({"rpm_limit": -1}), "rpm_limit"),
        (json!({"rpm_limit": 1.5}), "rpm_limit"),
        (json!({"rpm_limit": 9_007_199_254_740_992_u64}), "rpm_limit"),
        (json!({"max_parallel_requests": true}), "max_parallel_requests"),
        (json!({"model_rpm_limit": {"gpt-4.1": "a"}}), "model_rpm_limit.gpt-4.1"),
        (json!({"model_tpm_limit": {"m": null}}), "model_tpm_limit.m"),
        (json!({"model_tpm_limit": 5}), "model_tpm_limit"),
        (json!({"max_budget": "10"}), "max_budget"),
        (json!({"max_budget": -0.01}), "max_budget"),
        (json!({"max_budget": 1e10}), "max_budget"),
        (json!({"soft_budget": []}), "soft_budget"),
        (json!({"budget_duration": "30 days"}), "budget_duration"),
        (json!({"budget_duration": 30}), "budget_duration"),
        (json!({"budget_duration": "0d"}), "budget_duration"),
        (json!({"model_max_budget": {"m": "5"}}), "model_max_budget.m"),
        (json!({"model_max_budget": {"m": {}}}), "model_max_budget.m"),
        (json!({"model_max_budget": {"m": {"budget_limit": -1}}}), "model_max_budget.m.budget_limit"),
        (
            json!({"model_max_budget": {"m": {"budget_limit": 1, "time_period": "x"}}}),
            "model_max_budget.m.time_period",
        ),
        (
            json!({"model_max_budget": {"m": {"budget_limit": 1, "period": "1d"}}}),
            "model_max_budget.m.period",
        ),
        (
            json!({"model_max_budget": {"m": {"budget_limit": 1, "max_budget": 1}}}),
            "model_max_budget.m.max_budget",
        ),
        (json!({"duration": "soon"}), "duration"),
        (json!({"duration": "0s"}), "duration"),
        (json!({"duration": "99999999999d"}), "duration"),
        (json!({"expires": "2030-01-01"}), "expires"),
        (json!({"expires": "2020-01-01T00:00:00Z"}), "expires"),
        (json!({"expires": "2099-01-01T00:00:00Z", "duration": "1d"}), "expires"),
        (json!({"blocked": "yes"}), "blocked"),
        (json!({"metadata": []}), "metadata"),
        (json!({"metadata": {"guardrails": ["pii"]}}), "metadata"),
        (json!({"guardrails": "pii"}), "guardrails"),
        (json!({"guardrails": [""]}), "guardrails[0]"),
        (json!({"router_settings": {"num_retries": 3}}), "router_settings.num_retries"),
        (json!({"router_settings": {"fallbacks": {}}}), "router_settings.fallbacks"),
        (
            json!({"router_settings": {"fallbacks": [{"a": ["b"], "c": ["d"]}]}}),
            "router_settings.fallbacks[0]",
        ),
        (json!({"router_settings": {"fallbacks": [{"a": "b"}]}}), "router_settings.fallbacks[0].a"),
        (json!({"router_settings": {"fallbacks": [{"a": []}]}}), "router_settings.fallbacks[0].a"),
        (
            json!({"router_settings": {"fallbacks": [{"a": ["b"]}, {"a": ["c"]}]}}),
            "router_settings.fallbacks[1].a",
        ),
        (
            json!({"router_settings": {"fallbacks": [{"a": [{"model": "b"}]}]}}),
            "router_settings.fallbacks[0].a[0]",
        ),
        (json!({"spend": 5}), "spend"),
        (json!({"keys": []}), "keys"),
    ];
    refuses("/key/generate", &cases).await;
}

#[tokio::test]
async fn a_master_key_is_no_virtual_key() {
    let running = Running::with(|mut options| {
        options.master_key = Some(spillway_ledger::Secret::new("sk-master-0123456789").unwrap());
        options
    })
    .await;
    let body = json!({"key": "sk-master-0123456789"}).to_string();
    let answer =
        running.http.send(Method::POST, "/key/generate", Some("sk-master-0123456789"), body).await.unwrap();
    assert_eq!((answer.status, answer.error("param")), (400, &json!("key")));
    assert!(!answer.body.to_string().contains("sk-master"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_not_enforced_is_refused_with_advice_unless_it_asks_for_nothing() {
    let running = Running::start().await;
    for (field, value) in [
        ("permissions", json!({"pii": false})),
        ("tags", json!(["a"])),
        ("budget_id", json!("b")),
        ("allowed_routes", json!(["/chat"])),
        ("organization_id", json!("o")),
        ("tpm_limit_type", json!("dynamic")),
        ("key_type", json!("management")),
        ("auto_rotate", json!(true)),
        ("config", json!({"a": 1})),
        ("send_invite_email", json!(true)),
        ("enforced_params", json!(["user"])),
        ("budget_fallbacks", json!({"a": ["b"]})),
        ("tpd_limit", json!(5)),
    ] {
        let answer = running.post("/key/generate", json!({field: value})).await;
        let found = (answer.status, answer.error("param"), answer.error("code"));
        assert_eq!(found, (400, &json!(field), &json!("unsupported_field")), "{}", answer.body);
        running.done("/key/generate", json!({field: null})).await;
    }
    let filled_up = json!({"permissions": {}, "tags": [], "config": {}, "spend": 0, "allowed_cache_controls": [],
        "key_type": "default", "auto_rotate": false, "router_settings": {"num_retries": null}});
    running.done("/key/generate", filled_up).await;
}

#[tokio::test]
async fn a_field_that_is_misspelt_is_told_its_right_name() {
    let running = Running::start().await;
    for (path, field, right) in [
        ("/key/generate", "max_budgets", "max_budget"),
        ("/key/update", "rpm-limit", "rpm_limit"),
        ("/team/new", "team_allias", "team_alias"),
        ("/user/new", "user_mail", "user_email"),
        ("/key/delete", "key", "keys"),
    ] {
        let answer = running.post(path, json!({field: "x"})).await;
        // What the path cannot do without is missed first.
        let message = answer.error("message").as_str().unwrap();
        assert_eq!((answer.status, answer.error("param")), (400, &json!(field)), "{path}: {message}");
        assert!(message.ends_with(&format!("did you mean `{right}`?")), "{path}: {message}");
    }
}

#[tokio::test]
async fn teams_and_users_are_checked_alike() {
    let cases = [
        (json!({"team_id": "a/model/b"}), "team_id"),
        (json!({"team_id": 5}), "team_id"),
        (json!({"team_alias": ""}), "team_alias"),
        (json!({"max_budget": "1"}), "max_budget"),
        (json!({"members_with_roles": [{"role": "user", "user_id": "u"}]}), "members_with_roles"),
        (json!({"model_aliases": {"a": "b"}}), "model_aliases"),
        (json!({"blocked": 1}), "blocked"),
        (json!({"tpm_limit": 0}), "tpm_limit"),
    ];
    refuses("/team/new", &cases).await;
    let cases = [
        (json!({"user_id": ""}), "user_id"),
        (json!({"user_email": []}), "user_email"),
        (json!({"user_role": "proxy_admin"}), "user_role"),
        (json!({"teams": ["t"]}), "teams"),
        (json!({"blocked": true}), "blocked"),
        (json!({"auto_create_key": "no"}), "auto_create_key"),
        (json!({"team_id": "nobody"}), "team_id"),
        (json!({"duration": "x"}), "duration"),
        (json!({"budget_duration": "x"}), "budget_duration"),
        (json!({"auto_create_key": false, "duration": "1d"}), "duration"),
    ];
    refuses("/user/new", &cases).await;
}

#[tokio::test]
async fn what_does_not_exist_is_named_and_no_key_is_repeated() {
    let running = Running::start().await;
    let key = "sk-0123456789abcdefgh";
    for (path, body, param) in [
        ("/key/update", json!({"key": key}), "key"),
        ("/key/update", json!({"key_alias": "nobody"}), "key_alias"),
        ("/key/block", json!({"key": key}), "key"),
        ("/key/unblock", json!({"key": key}), "key"),
        ("/key/regenerate", json!({"key": key}), "key"),
        ("/key/sk-0123456789abcdefgh/regenerate", json!({}), "key"),
        ("/key/delete", json!({"keys": [key]}), "keys"),
        ("/key/delete", json!({"key_aliases": ["nobody"]}), "key_aliases"),
        ("/team/update", json!({"team_id": "nobody"}), "team_id"),
        ("/team/block", json!({"team_id": "nobody"}), "team_id"),
        ("/team/unblock", json!({"team_id": "nobody"}), "team_id"),
        ("/team/delete", json!({"team_ids": ["nobody"]}), "team_ids"),
        ("/user/update", json!({"user_id": "nobody"}), "user_id"),
        ("/user/delete", json!({"user_ids": ["nobody"]}), "user_ids"),
    ] {
        let answer = running.post(path, body).await;
        let found = (answer.status, answer.error("type"), answer.error("param"));
        assert_eq!(found, (404, &json!("not_found_error"), &json!(param)), "{path}: {}", answer.body);
        assert!(!answer.body.to_string().contains(key), "{path}: {}", answer.body);
    }
    for (path, param) in [
        ("/key/info?key=sk-0123456789abcdefgh", "key"),
        ("/team/info?team_id=x", "team_id"),
        ("/user/info?user_id=x", "user_id"),
    ] {
        let answer = running.get(path).await;
        assert_eq!((answer.status, answer.error("param")), (404, &json!(param)), "{path}: {}", answer.body);
        assert!(!answer.body.to_string().contains(key), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_must_be_there_is_missed_by_name() {
    let running = Running::start().await;
    for (path, param) in [
        ("/key/update", "key"),
        ("/key/block", "key"),
        ("/key/regenerate", "key"),
        ("/key/delete", "keys"),
        ("/team/update", "team_id"),
        ("/team/block", "team_id"),
        ("/team/delete", "team_ids"),
        ("/user/update", "user_id"),
        ("/user/delete", "user_ids"),
    ] {
        let answer = running.http.send(Method::POST, path, Some(KEY), "{}").await.unwrap();
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{path}: {}", answer.body);
    }
    for (path, param) in [
        ("/key/info", "key"),
        ("/key/info?key=alias", "key"),
        ("/team/info", "team_id"),
        ("/user/info", "user_id"),
        ("/key/list?size=101", "size"),
        ("/key/list?page=0", "page"),
        ("/key/list?return_full_object=yes", "return_full_object"),
        ("/key/list?organization_id=x", "organization_id"),
        ("/user/list?page_size=101", "page_size"),
        ("/team/list?page_size=1001", "page_size"),
    ] {
        let answer = running.get(path).await;
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{path}: {}", answer.body);
    }
}
