//! What is not let in, and what is not understood: always JSON, always with the reason, never in part.

use hyper::Method;
use serde_json::json;

use crate::database::on_sqlite;
use crate::events::answered;
use crate::running::{KEY, Running, TOKEN};

const QUERIES: [&str; 8] = [
    "/spend/logs",
    "/spend/logs/v2",
    "/global/spend/report?start_date=2026-11-20&end_date=2026-11-20",
    "/global/spend/keys",
    "/spillway/summary",
    "/spillway/cooldowns",
    "/guardrails/usage/overview",
    "/guardrails/usage/logs?guardrail_id=x",
];

#[tokio::test]
async fn each_credential_opens_its_own_endpoints_only() {
    let running = Running::start().await;
    for wrong in [None, Some(""), Some("ingest-toke"), Some("ingest-tokens"), Some(KEY)] {
        let answer = running.http.send(Method::POST, "/v1/events", wrong, r#"{"events":[]}"#).await.unwrap();
        assert_eq!(answer.status, 401, "{wrong:?}");
        assert_eq!(answer.error("type"), "auth_error");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    for path in QUERIES {
        for wrong in [None, Some("sk-maste"), Some(TOKEN)] {
            assert_eq!(running.http.send(Method::GET, path, wrong, "").await.unwrap().status, 401, "{path}");
        }
        assert_eq!(running.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn without_secrets_nobody_is_let_in_and_the_setting_is_named() {
    let running = Running::with(|mut options| {
        (options.ingest_token, options.master_key) = (None, None);
        options
    })
    .await;
    let batch = running.deliver(&[answered("a")]).await;
    assert_eq!((batch.status, batch.error("code")), (503, &json!("not_configured")));
    assert!(batch.error("message").as_str().unwrap().contains("SPILLWAY_LEDGER_TOKEN"));
    for path in QUERIES {
        let answer = running.get(path).await;
        assert_eq!((answer.status, answer.error("code")), (503, &json!("not_configured")), "{path}");
        assert!(answer.error("message").as_str().unwrap().contains("LITELLM_MASTER_KEY"));
    }
    let database = if on_sqlite() { "sqlite" } else { "postgresql" };
    assert_eq!(running.get("/health").await.body, json!({"status": "ok", "database": database, "schema": 9}));
}

#[tokio::test]
async fn a_malformed_batch_is_refused_whole_and_where_is_said() {
    let running = Running::start().await;
    let body = r#"{"events":[
        {"request_id":"good","call_type":"acompletion"},
        {"request_id":"bad","call_type":"acompletion","usage":{"input":"many"}}]}"#;
    let answer = running.http.send(Method::POST, "/v1/events", Some(TOKEN), body).await.unwrap();
    assert_eq!(answer.status, 400);
    let expected = json!({"error": {
        "message": "events[1].usage.input: invalid type: string \"many\", expected u64 (line 1, column 69 of the event)",
        "type": "invalid_request_error",
        "param": "events[1].usage.input",
        "code": "malformed_batch",
    }});
    assert_eq!(answer.body, expected);
    assert_eq!(running.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, 0);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_taken() {
    const LIMIT: usize = 300_000;
    let running = Running::with(|mut options| {
        options.body_limit = LIMIT;
        options
    })
    .await;
    let batch = r#"{"events":[]}"#;
    let padded = |length: usize| format!("{batch}{}", " ".repeat(length - batch.len()));
    for (length, status) in [(LIMIT, 200), (LIMIT + 1, 413), (2 * LIMIT, 413)] {
        let answer =
            running.http.send(Method::POST, "/v1/events", Some(TOKEN), padded(length)).await.unwrap();
        assert_eq!(answer.status, status, "{length}");
        if status == 413 {
            assert_eq!(answer.error("code"), "batch_too_large");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let running = Running::start().await;
    for (query, param) in [
        ("/spend/logs?start-date=2026-11-20", "start-date"),
        ("/spend/logs?start_date=20.11.2026", "start_date"),
        ("/spend/logs?end_date=2026-02-30", "end_date"),
        ("/spend/logs?start_date=2026-11-20&end_date=2026-11-19", "start_date"),
        ("/spend/logs?start_date=2026-11-20%2012:00:00&end_date=2026-11-20%2011:59:59", "start_date"),
        ("/spend/logs?summarize=maybe", "summarize"),
        ("/spend/logs?summarize=true", "start_date"),
        ("/spend/logs?summarize=true&start_date=2026-11-20&end_date=2026-11-20&page=2", "page"),
        ("/spend/logs?min_spend=much", "min_spend"),
        ("/spend/logs?min_spend=2&max_spend=1", "min_spend"),
        ("/spend/logs?after=r-1", "after"),
        ("/spend/logs?format=xml", "format"),
        ("/spend/logs?format=csv&page=2", "page"),
        ("/spend/logs?raw=true", "raw"),
        ("/spend/logs/v2?page_size=101", "page_size"),
        ("/spend/logs/v2?status_filter=failed", "status_filter"),
        ("/global/spend/report?start_date=2026-11-20", "end_date"),
        ("/global/spend/report?start_date=2026-11-20&end_date=2026-11-20&group_by=colour", "group_by"),
        ("/global/spend/keys?limit=0", "limit"),
        ("/global/spend/tags?tag=x", "tag"),
        ("/guardrails/usage/detail/x?page=1", "page"),
        ("/spend/logs?status=failed", "status"),
        ("/spend/logs?page=0", "page"),
        ("/spend/logs?page_size=1001", "page_size"),
        ("/spend/logs?page_size=-1", "page_size"),
        ("/spend/logs?user_id=a&user_id=b", "user_id"),
        ("/spillway/summary?page=1", "page"),
        ("/guardrails/usage/overview?start_date=2024-01-01&end_date=2026-01-01", "start_date"),
        ("/guardrails/usage/overview?start_date=9999-01-01", "start_date"),
        ("/guardrails/usage/logs", "guardrail_id"),
        ("/guardrails/usage/logs?guardrail_id=x&action=block", "action"),
        ("/guardrails/usage/logs?guardrail_id=x&page_size=101", "page_size"),
    ] {
        let answer = running.get(query).await;
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{query}: {}", answer.body);
        assert!(answer.error("message").as_str().unwrap().contains(param), "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_json_too() {
    let running = Running::start().await;
    let unknown = running.get("/v1/event").await;
    assert_eq!((unknown.status, unknown.error("type")), (404, &json!("not_found_error")));
    for (method, path, credential, allowed) in [
        (Method::GET, "/v1/events", TOKEN, "POST"),
        (Method::DELETE, "/spend/logs", KEY, "GET,HEAD"),
        (Method::POST, "/health", KEY, "GET,HEAD"),
    ] {
        let answer = running.http.send(method, path, Some(credential), "").await.unwrap();
        assert_eq!((answer.status, answer.error("code")), (405, &json!("405")), "{path}");
        assert_eq!(answer.headers["allow"], allowed, "{path}");
    }
}

#[tokio::test]
async fn a_refused_batch_leaves_those_before_and_after_it_as_they_are() {
    let running = Running::with(|mut options| {
        options.body_limit = 20_000;
        options
    })
    .await;
    let rows = async || running.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await;
    let good = |id: &str| serde_json::to_string(&answered(id)).unwrap();
    let of_bad = [
        ("{", 400),
        ("[]", 400),
        (r#"{"events":[{}]}"#, 400),
        (r#"{"events":[{"request_id":"x","call_type":7}]}"#, 400),
        (r#"{"events":[{"request_id":"x","call_type":"a","cost_nanodollars":-1}]}"#, 400),
        (r#"{"events":[{"request_id":"x","call_type":"a","started_us":1e99}]}"#, 400),
    ];
    let mut bad: Vec<(String, u16)> = of_bad.map(|(body, status)| (body.to_owned(), status)).into();
    bad.push((format!("{{\"events\":[{}]}}", vec![good("x"); 40].join(",")), 413));
    bad.push((format!("{{\"events\":[{},{{\"request_id\":\"\"}}]}}", good("x")), 400));
    bad.push((format!("{{\"events\":[{}]}} trailing", good("x")), 400));
    for (number, (body, status)) in bad.into_iter().enumerate() {
        let number = i64::try_from(number).unwrap();
        let start: String = body.chars().take(60).collect();
        let answer = running.http.send(Method::POST, "/v1/events", Some(TOKEN), body).await.unwrap();
        assert_eq!(answer.status, status, "{start}: {}", answer.body);
        assert!(!answer.error("message").as_str().unwrap().is_empty());
        assert_eq!(rows().await, number, "nothing of {start}");
        let after = running.deliver(&[answered(&format!("good-{number}"))]).await;
        assert_eq!(after.body, json!({"stored": 1, "duplicates": 0}), "after {start}");
    }
}
