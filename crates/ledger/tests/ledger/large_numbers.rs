//! Counts and prices that no request has: they are stored, and stop neither a report nor a page.

use hyper::Method;
use serde_json::json;
use spillway_filter::event::Event;
use spillway_filter::usage::{MOST_TOLD, Usage};

use crate::events::answered;
use crate::monitor_pages::{login, send};
use crate::running::{KEY, Running};

/// What a sum that would be larger is told as.
const MOST: u64 = i64::MAX.unsigned_abs();

const DAY: &str = "start_date=2026-11-20&end_date=2026-11-20";

fn absurd(id: &str, number: u64) -> Event {
    let usage = Usage { input: number, output: number, cache_read: number, ..Usage::default() };
    Event { usage, cost_nanodollars: number, ..answered(id) }
}

#[tokio::test]
async fn an_absurd_count_does_not_keep_a_request_out_of_the_log() {
    let running = Running::start().await;
    let answer = running.deliver(&[absurd("a", u64::MAX), answered("b"), absurd("c", MOST_TOLD + 1)]).await;
    assert_eq!(answer.body, json!({"stored": 3, "duplicates": 0}));
    let most = i64::try_from(MOST_TOLD).unwrap();
    for column in ["spend_nanodollars", "prompt_tokens", "completion_tokens"] {
        let select = format!(r#"SELECT min("{column}") FROM "LiteLLM_SpendLogs" WHERE "request_id" <> 'b'"#);
        assert_eq!(running.number(&select).await, most, "{column}");
    }
}

#[tokio::test]
async fn a_sum_that_would_be_too_large_is_told_as_the_largest() {
    let running = Running::start().await;
    let mut other = answered("b");
    other.caller.key_hash = "00".repeat(32);
    assert_eq!(running.deliver(&[answered("a"), other]).await.body["stored"], json!(2));
    // Each is as large as a row can be, so no two of them have a sum.
    for table in [
        "LiteLLM_SpendLogs",
        "LiteLLM_DailyUserSpend",
        "LiteLLM_DailyTeamSpend",
        "LiteLLM_DailyTagSpend",
        "spillway_hourly_team_spend",
        "spillway_hourly_tag_spend",
        "spillway_hourly_totals",
        "spillway_daily_totals",
    ] {
        let columns = ["spend_nanodollars", "prompt_tokens", "completion_tokens"];
        let columns = columns.map(|column| format!(r#""{column}" = {MOST}"#)).join(", ");
        running.place.script(&format!(r#"UPDATE "{table}" SET {columns}"#)).await;
    }
    let summary = running.told("/spillway/summary").await;
    assert_eq!(summary["spend_nanodollars"], json!(MOST));
    assert_eq!(summary["prompt_tokens"], json!(MOST));
    running.told(&format!("/spend/logs?summarize=true&{DAY}")).await;
    for path in
        ["/global/spend", "/global/spend/keys", "/global/spend/models", "/global/spend/tags", "/spend/tags"]
    {
        running.told(path).await;
    }
    for group in ["team", "customer", "api_key=", "internal_user_id=ada"] {
        let group = if group.contains('=') { group.to_owned() } else { format!("group_by={group}") };
        running.told(&format!("/global/spend/report?{DAY}&{group}")).await;
    }
    let cookie = login(&running, KEY).await.cookie("spillway_session");
    for page in [
        "/ui/spend?from=2026-11-20&to=2026-11-20",
        "/ui/spend?from=2026-11-20&to=2026-11-20&tag=nightly",
        "/ui",
    ] {
        let answer = send(&running, Method::GET, page, &cookie, "").await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text);
    }
}
