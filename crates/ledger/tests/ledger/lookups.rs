//! `GET /v1/keys/{sha256}`.

use hyper::Method;
use serde_json::{Value, json};
use spillway_filter::keys::Lookup;

use crate::events::KEY_HASH;
use crate::holders::{ask, insert, list, lookup};
use crate::running::{KEY, Running, TOKEN};

const TOKENS: &str = "LiteLLM_VerificationToken";

#[tokio::test]
async fn a_key_is_told_with_its_team_and_its_user() {
    let running = Running::start().await;
    let token = format!("'{KEY_HASH}'");
    insert(
        &running,
        TOKENS,
        &[
            ("token", &token),
            ("key_name", "'sk-...ller'"),
            ("key_alias", "'ci'"),
            ("user_id", "'ada'"),
            ("team_id", "'tools'"),
            ("models", &list(&["gpt-4.1", "claude"])),
            ("aliases", r#"'{"fast": "gpt-4.1"}'"#),
            ("rpm_limit", "60"),
            ("tpm_limit", "1000"),
            ("max_parallel_requests", "4"),
            ("max_budget_nanodollars", "2000000000"),
            ("soft_budget_nanodollars", "1000000000"),
            ("budget_duration", "'30d'"),
            (
                "model_max_budget",
                r#"'{"gpt-4.1": {"max_budget": 0.5, "max_budget_nanodollars": 500000000,
                    "budget_duration": "1d", "rpm_limit": 7, "tpm_limit": 70}, "claude": {"rpm_limit": 5}}'"#,
            ),
            ("expires", "'2026-12-01T00:00:00.000000Z'"),
            ("metadata", r#"'{"ticket": 7, "model_rpm_limit": {"gpt-4.1": 30}, "guardrails": ["pii"]}'"#),
            ("router_settings", r#"'{"fallbacks": [{"gpt-4.1": ["claude"]}], "num_retries": 2}'"#),
        ],
    )
    .await;
    insert(
        &running,
        "LiteLLM_TeamTable",
        &[
            ("team_id", "'tools'"),
            ("team_alias", "'Tools'"),
            ("models", &list(&["gpt-4.1"])),
            ("blocked", "'1'"),
        ],
    )
    .await;
    insert(&running, "LiteLLM_UserTable", &[("user_id", "'ada'"), ("max_budget_nanodollars", "5")]).await;

    let answer = lookup(&running, KEY_HASH, "gateway-1").await;
    assert_eq!(answer.status, 200);
    let expected = json!({
        "key": {
            "hash": KEY_HASH,
            "alias": "ci",
            "user_id": "ada",
            "team_id": "tools",
            "models": ["gpt-4.1", "claude"],
            "aliases": {"fast": "gpt-4.1"},
            "limits": {"requests": 60, "tokens": 1000, "parallel": 4},
            "model_limits": {
                "claude": {"requests": 5, "tokens": null},
                "gpt-4.1": {"requests": 30, "tokens": 70},
            },
            "budget": {"max_nanodollars": 2_000_000_000, "soft_nanodollars": 1_000_000_000, "duration": "30d"},
            "model_budgets": {"gpt-4.1": {"max_nanodollars": 500_000_000, "duration": "1d"}},
            "expires_ms": 1_796_083_200_000_u64,
            "metadata": {"ticket": 7},
            "guardrails": ["pii"],
            "fallbacks": {"gpt-4.1": ["claude"]},
            "team": {
                "id": "tools",
                "alias": "Tools",
                "models": ["gpt-4.1"],
                "limits": {"requests": null, "tokens": null},
                "budget": {},
                "blocked": true,
            },
            "user": {
                "id": "ada",
                "limits": {"requests": null, "tokens": null},
                "budget": {"max_nanodollars": 5},
            },
        },
        "balances": [],
    });
    assert_eq!(answer.body, expected);
    serde_json::from_value::<Lookup>(answer.body).expect("what the filter reads");
}

#[tokio::test]
async fn a_key_that_may_do_nothing_is_told_as_it_is() {
    let running = Running::start().await;
    let hashes = ["a", "b", "c"].map(|digit| digit.repeat(64));
    let token = |hash: &str| format!("'{hash}'");
    let expired = "'2020-01-01T00:00:00.000000Z'";
    insert(&running, TOKENS, &[("token", &token(&hashes[0])), ("blocked", "'1'")]).await;
    insert(&running, TOKENS, &[("token", &token(&hashes[1])), ("expires", expired)]).await;
    insert(&running, TOKENS, &[("token", &token(&hashes[2])), ("team_id", "'gone'")]).await;
    let blocked = lookup(&running, &hashes[0], "g").await.body;
    assert_eq!(blocked["key"]["blocked"], true);
    let expired = lookup(&running, &hashes[1], "g").await.body;
    assert_eq!(
        (&expired["key"]["expires_ms"], &expired["key"]["blocked"]),
        (&json!(1_577_836_800_000_u64), &Value::Null)
    );
    let lone = lookup(&running, &hashes[2], "g").await.body;
    assert_eq!((&lone["key"]["team_id"], &lone["key"]["team"]), (&json!("gone"), &Value::Null));
}

#[tokio::test]
async fn a_key_that_there_is_not_is_an_answer() {
    let running = Running::start().await;
    let answer = lookup(&running, KEY_HASH, "g").await;
    assert_eq!((answer.status, answer.body), (200, json!({"key": null, "balances": []})));
}

#[tokio::test]
async fn what_is_no_question_is_refused_and_the_parameter_is_named() {
    let running = Running::start().await;
    let hash = KEY_HASH;
    let upper = hash.to_uppercase();
    for (path, param) in [
        ("/v1/keys/sk-caller?gateway=g".to_owned(), "sha256"),
        (format!("/v1/keys/{upper}?gateway=g"), "sha256"),
        (format!("/v1/keys/{hash}0?gateway=g"), "sha256"),
        ("/v1/keys/%ff?gateway=g".to_owned(), "sha256"),
        (format!("/v1/keys/{hash}"), "gateway"),
        (format!("/v1/keys/{hash}?gateway="), "gateway"),
        (format!("/v1/keys/{hash}?gateway={}", "g".repeat(65)), "gateway"),
        (format!("/v1/keys/{hash}?gateway=g&since=1"), "since"),
        ("/v1/changes".to_owned(), "gateway"),
        ("/v1/changes?gateway=g&since=-1".to_owned(), "since"),
        ("/v1/changes?gateway=g&since=last".to_owned(), "since"),
    ] {
        let answer = ask(&running, &path).await;
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{path}: {}", answer.body);
        assert!(!answer.body.to_string().contains("sk-caller"), "{}", answer.body);
    }
}

#[tokio::test]
async fn only_the_gateways_credential_opens_them() {
    let running = Running::start().await;
    for path in [format!("/v1/keys/{KEY_HASH}?gateway=g"), "/v1/changes?gateway=g".to_owned()] {
        for (credential, status) in [(None, 401), (Some(KEY), 401), (Some(TOKEN), 200)] {
            let answer = running.http.send(Method::GET, &path, credential, "").await.unwrap();
            assert_eq!(answer.status, status, "{path} {credential:?}");
        }
    }
}
