//! A ledger that is told for how long to keep rows.

use std::time::SystemTime;

use serde_json::json;
use spillway_filter::event::Event;
use spillway_ledger::Retention;

use crate::events::{DAY, answered};
use crate::running::{Running, until};

const ROWS: &str = r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#;
const COUNTED: &str = r#"SELECT sum("api_requests") FROM "LiteLLM_DailyTeamSpend""#;

#[tokio::test]
async fn old_rows_go_and_are_not_taken_again() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let now_us = u64::try_from(now.as_micros()).unwrap();
    let old = Event { started_us: now_us - 40 * DAY, ..answered("old") };
    let new = Event { started_us: now_us, ..answered("new") };
    let batch = [old, new];

    let first = Running::start().await;
    first.deliver(&batch).await;
    assert_eq!(first.number(ROWS).await, 2);
    first.ledger.shutdown().await.unwrap();

    let retention = Retention { log_days: Some(30), ..Retention::default() };
    let second = Running::at(first.place, |options| spillway_ledger::Options { retention, ..options }).await;
    until("a row is deleted", async || second.number(ROWS).await < 2).await;
    assert_eq!((second.number(ROWS).await, second.number(COUNTED).await), (1, 2));
    // The log has one, and sums by day have both.
    let spent = async |path: &str| second.told(path).await["spend_nanodollars"].as_u64().unwrap();
    let [one, both] = [spent("/spillway/summary").await, spent("/global/spend").await];
    assert!(one > 0 && both == 2 * one, "{one} of {both}");
    assert_eq!(second.deliver(&batch).await.body, json!({"stored": 0, "duplicates": 2}));
    assert_eq!((second.number(ROWS).await, second.number(COUNTED).await), (1, 2));
    second.ledger.shutdown().await.unwrap();
}
