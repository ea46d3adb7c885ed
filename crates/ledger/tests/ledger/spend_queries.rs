//! `GET /spend/logs` and `GET /spillway/summary`.

use serde_json::{Value, json};
use spillway_filter::event::Event;

use crate::events::{DAY, KEY_HASH, NOON, answered, blocked};
use crate::running::Running;

#[tokio::test]
async fn a_row_has_litellms_shape() {
    let running = Running::start().await;
    running.deliver(&[answered("r-1")]).await;
    let mut answer = running.get("/spend/logs?request_id=r-1").await.body;
    let row = answer[0].as_object_mut().unwrap();
    for varying in ["created_at", "updated_at", "metadata"] {
        assert!(row.remove(varying).is_some_and(|value| !value.is_null()), "{varying}");
    }
    let expected = json!({
        "request_id": "r-1",
        "call_type": "acompletion",
        "api_key": KEY_HASH,
        "spend": 0.000_360_001,
        "total_tokens": 120,
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "startTime": "2026-11-20T12:00:00.000000Z",
        "endTime": "2026-11-20T12:00:01.500000Z",
        "request_duration_ms": 1500,
        "completionStartTime": "2026-11-20T12:00:00.400000Z",
        "model": "gpt-4.1-2025-04-14",
        "model_id": "gpt-4.1/azure-eu",
        "model_group": "gpt-4.1",
        "custom_llm_provider": "azure",
        "api_base": "https://eu.example.com",
        "user": "ada",
        "cache_hit": "",
        "cache_key": "",
        "request_tags": ["nightly"],
        "team_id": "tools",
        "organization_id": null,
        "end_user": null,
        "requester_ip_address": "10.0.0.9",
        "messages": {},
        "response": {},
        "session_id": null,
        "status": "success",
        "mcp_namespaced_tool_name": null,
        "billing_agent_id": null,
        "agent_id": null,
        "proxy_server_request": {},
        "litellm_call_id": "r-1",
        "spend_nanodollars": 360_001,
    });
    assert_eq!(Value::Object(row.clone()), expected);
}

#[tokio::test]
async fn filters_narrow_and_pages_follow() {
    let running = Running::start().await;
    let other = Event { started_us: NOON - DAY, ..answered("yesterday") };
    let mut stranger = Event { started_us: NOON + 1, ..answered("stranger") };
    stranger.caller.key_hash = "00".repeat(32);
    stranger.caller.user_id = None;
    running.deliver(&[other, blocked("blocked", "aresponses"), stranger]).await;

    for (query, expected) in [
        ("", vec!["stranger", "blocked", "yesterday"]),
        ("?page_size=2", vec!["stranger", "blocked"]),
        ("?page_size=2&page=2", vec!["yesterday"]),
        ("?page=4294967295&page_size=1000", vec![]),
        ("?start_date=2026-11-20", vec!["stranger", "blocked"]),
        ("?end_date=2026-11-19", vec!["yesterday"]),
        (
            "?start_date=2026-11-19&end_date=2026-11-20&summarize=false",
            vec!["stranger", "blocked", "yesterday"],
        ),
        ("?status=failure", vec!["blocked"]),
        ("?call_type=aresponses", vec!["blocked"]),
        ("?user_id=ada", vec!["blocked", "yesterday"]),
        (&format!("?api_key={KEY_HASH}"), vec!["blocked", "yesterday"]),
        ("?api_key=sk-caller", vec!["blocked", "yesterday"]),
        ("?request_id=%27%20OR%201%3D1%20--", vec![]),
    ] {
        let answer = running.get(&format!("/spend/logs{query}")).await;
        let ids: Vec<&str> =
            answer.body.as_array().unwrap().iter().map(|row| row["request_id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
}

#[tokio::test]
async fn the_summary_is_exact() {
    let running = Running::start().await;
    let of = |id: &str, cost_nanodollars| Event { cost_nanodollars, ..answered(id) };
    // A sum of doubles loses the last digits of this one.
    running.deliver(&[of("a", 9_007_199_254_740_991), of("b", 2), blocked("c", "acompletion")]).await;
    let summary = running.get("/spillway/summary").await.body;
    assert_eq!(summary["spend_nanodollars"], 9_007_199_254_740_993_u64);
    assert_eq!(summary["rows"], 3);
    let failure = json!({
        "rows": 1,
        "spend": 0.0,
        "spend_nanodollars": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "total_tokens": 0,
    });
    assert_eq!(summary["by_status"]["failure"], failure);
    assert_eq!(summary["by_status"]["success"]["total_tokens"], 240);
    let before = running.get("/spillway/summary?end_date=2026-11-19").await.body;
    assert_eq!((&before["rows"], &before["by_status"]), (&json!(0), &json!({})));
    let within =
        running.get("/spillway/summary?start_date=2026-11-20T11:00:00Z&end_date=2026-11-20T12:00:00Z").await;
    assert_eq!(within.body["rows"], 3);
    let later = running.get("/spillway/summary?start_date=2026-11-20T12:00:01Z").await;
    assert_eq!(later.body["rows"], 0);
}
