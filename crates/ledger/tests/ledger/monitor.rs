//! The Guardrails Monitor's endpoints, whole answers.

use serde_json::{Value, json};
use spillway_filter::event::{Event, GuardrailInformation, GuardrailStatus};

use crate::events::{DAY, NOON, answered, ran};
use crate::running::Running;

/// `count` requests on the day `days_ago` before, each looked at by `pii` with this status.
fn looked_at(days_ago: u64, count: usize, status: GuardrailStatus) -> Vec<Event> {
    let event = |number| Event {
        started_us: NOON - days_ago * DAY + number as u64,
        guardrail_information: vec![ran("pii", status)],
        ..answered(&format!("{days_ago}-{status:?}-{number}"))
    };
    (0..count).map(event).collect()
}

#[tokio::test]
async fn the_overview_counts_rates_and_trends() {
    let running = Running::start().await;
    running.deliver(&looked_at(0, 9, GuardrailStatus::Success)).await;
    running.deliver(&looked_at(0, 1, GuardrailStatus::GuardrailIntervened)).await;
    running.deliver(&looked_at(1, 2, GuardrailStatus::GuardrailFlagged)).await;
    running.deliver(&looked_at(5, 1, GuardrailStatus::Success)).await;
    running.deliver(&looked_at(5, 1, GuardrailStatus::GuardrailIntervened)).await;

    let answer = running.get("/guardrails/usage/overview?start_date=2026-11-19&end_date=2026-11-20").await;
    let expected = json!({
        "rows": [{
            "id": "id-of-pii",
            "name": "pii",
            "type": "Guardrail",
            "provider": "litellm_content_filter",
            "requestsEvaluated": 12,
            "failRate": 8.3,
            "avgScore": 10.0,
            "avgLatency": 2.0,
            "status": "warning",
            "trend": "down",
            "usageUnits": {},
            "cost": null,
            "untrackedUsageUnits": {},
        }],
        "chart": [
            {"date": "2026-11-19", "passed": 0, "blocked": 0},
            {"date": "2026-11-20", "passed": 9, "blocked": 1},
        ],
        "totalRequests": 12,
        "totalBlocked": 1,
        "passRate": 91.7,
        "totalUsageUnits": {},
        "totalCost": null,
        "totalUntrackedUsageUnits": {},
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn an_overview_of_nothing_passes_all() {
    let running = Running::start().await;
    let answer = running.get("/guardrails/usage/overview").await;
    assert_eq!(
        (answer.status, &answer.body["rows"], &answer.body["passRate"]),
        (200, &json!([]), &json!(100.0))
    );
}

#[tokio::test]
async fn averages_run_over_the_runs_that_have_a_value() {
    let running = Running::start().await;
    let runs = [(0.001, Some(2.0)), (0.002, None), (0.006, Some(4.0))];
    for (number, (duration, risk_score)) in runs.into_iter().enumerate() {
        let run = GuardrailInformation { duration, risk_score, ..ran("pii", GuardrailStatus::Success) };
        running
            .deliver(&[Event { guardrail_information: vec![run], ..answered(&format!("r-{number}")) }])
            .await;
    }
    let answer = running.get("/guardrails/usage/overview?start_date=2026-11-20&end_date=2026-11-20").await;
    let row = &answer.body["rows"][0];
    assert_eq!((&row["avgScore"], &row["avgLatency"]), (&json!(3.0), &json!(3.0)));
}

#[tokio::test]
async fn the_log_is_newest_first_filtered_and_paged() {
    let running = Running::start().await;
    running.deliver(&looked_at(0, 3, GuardrailStatus::Success)).await;
    running.deliver(&looked_at(1, 1, GuardrailStatus::GuardrailIntervened)).await;
    let ids = |answer: &Value| -> Vec<String> {
        let logs = answer["logs"].as_array().unwrap();
        logs.iter().map(|log| log["id"].as_str().unwrap().to_owned()).collect()
    };

    let first = running.get("/guardrails/usage/logs?guardrail_id=id-of-pii&page_size=3").await.body;
    assert_eq!(ids(&first), ["0-Success-2", "0-Success-1", "0-Success-0"]);
    assert_eq!((&first["total"], &first["page"], &first["page_size"]), (&json!(4), &json!(1), &json!(3)));
    let second = running.get("/guardrails/usage/logs?guardrail_id=id-of-pii&page_size=3&page=2").await.body;
    assert_eq!(ids(&second), ["1-GuardrailIntervened-0"]);

    let by_name = running.get("/guardrails/usage/logs?guardrail_id=pii&action=blocked").await.body;
    let expected = json!({
        "logs": [{
            "id": "1-GuardrailIntervened-0",
            "timestamp": "2026-11-19T12:00:00.000000Z",
            "action": "blocked",
            "score": 10.0,
            "latency_ms": 2.0,
            "model": "gpt-4.1-2025-04-14",
            "input_snippet": null,
            "output_snippet": null,
            "reason": r#"[{"type":"blocked_word"}]"#,
        }],
        "total": 1,
        "total_is_exact": true,
        "page": 1,
        "page_size": 50,
    });
    assert_eq!(by_name, expected);
    let dated = running.get("/guardrails/usage/logs?guardrail_id=pii&end_date=2026-11-19").await.body;
    assert_eq!(dated["total"], 1);
}

#[tokio::test]
async fn the_detail_of_a_guardrail_has_its_days() {
    let running = Running::start().await;
    running.deliver(&looked_at(0, 9, GuardrailStatus::Success)).await;
    running.deliver(&looked_at(0, 1, GuardrailStatus::GuardrailIntervened)).await;
    running.deliver(&looked_at(1, 2, GuardrailStatus::GuardrailFlagged)).await;
    let expected = json!({
        "guardrail_id": "id-of-pii",
        "guardrail_name": "pii",
        "type": "Guardrail",
        "provider": "litellm_content_filter",
        "requestsEvaluated": 12,
        "failRate": 8.3,
        "avgScore": 10.0,
        "avgLatency": 2.0,
        "status": "warning",
        "trend": "stable",
        "description": null,
        "time_series": [
            {"date": "2026-11-19", "passed": 0, "blocked": 0, "flagged": 2, "score": null},
            {"date": "2026-11-20", "passed": 9, "blocked": 1, "flagged": 0, "score": 10.0},
        ],
        "usageUnits": {},
        "cost": null,
        "untrackedUsageUnits": {},
    });
    for name in ["pii", "id-of-pii"] {
        let path = format!("/guardrails/usage/detail/{name}?start_date=2026-11-18&end_date=2026-11-20");
        assert_eq!(running.get(&path).await.body, expected, "{name}");
    }
    let quiet = running.get("/guardrails/usage/detail/pii?start_date=2026-11-10&end_date=2026-11-11").await;
    assert_eq!((quiet.status, &quiet.body["requestsEvaluated"]), (200, &json!(0)));
    let unknown = running.get("/guardrails/usage/detail/pi").await;
    assert_eq!((unknown.status, unknown.error("param")), (404, &json!("id")));
}
