//! The spend log as a file.

use serde_json::{Value, json};
use spillway_filter::event::Event;

use crate::events::{NOON, answered};
use crate::running::{KEY, Running};

/// More than a piece of an export has.
const ROWS: u64 = 1_203;

async fn filled() -> Running {
    let running = Running::start().await;
    let event = |number: u64| Event { started_us: NOON + number / 2, ..answered(&format!("r-{number:04}")) };
    let events: Vec<Event> = (0..ROWS).map(event).collect();
    assert_eq!(running.deliver(&events).await.status, 200);
    running
}

#[tokio::test]
async fn json_lines_have_every_row_as_the_list_has_it() {
    let running = filled().await;
    let file = running.http.download("/spend/logs?format=jsonl", KEY, &[]).await;
    assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (200, "application/x-ndjson"));
    let rows: Vec<Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<String> = (0..ROWS).rev().map(|number| format!("r-{number:04}")).collect();
    assert_eq!(rows.iter().map(|row| row["request_id"].as_str().unwrap()).collect::<Vec<_>>(), expected);
    let page = running.get("/spend/logs?page_size=2").await.body;
    assert_eq!(json!(rows[..2]), page);
    let last = running.http.download("/spend/logs?format=jsonl&request_id=r-0000", KEY, &[]).await;
    assert_eq!(last.text.lines().count(), 1);
}

#[tokio::test]
async fn a_table_has_a_header_every_row_and_no_formulas() {
    let running = filled().await;
    let mut formula = Event { started_us: 0, ..answered("=1+1") };
    formula.caller.user_id = Some("@ada, \"the\" first".to_owned());
    running.deliver(&[formula]).await;
    let file = running.http.download("/spend/logs?format=csv", KEY, &[]).await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"spend-logs.csv\"");
    let lines: Vec<&str> = file.text.split_terminator("\r\n").collect();
    assert_eq!(lines.len() as u64, ROWS + 2);
    assert!(lines[0].starts_with("request_id,call_type,api_key,spend,"), "{}", lines[0]);
    let last = lines.last().unwrap();
    assert!(last.starts_with("'=1+1,acompletion,"), "{last}");
    assert!(last.contains(",\"'@ada, \"\"the\"\" first\","), "{last}");
    let raw = running.http.download("/spend/logs?format=csv&raw=true&end_date=2000-01-01", KEY, &[]).await;
    assert!(raw.text.lines().nth(1).unwrap().starts_with("=1+1,"), "{}", raw.text);
}

#[tokio::test]
async fn the_accept_header_asks_too() {
    let running = Running::start().await;
    running.deliver(&[answered("a")]).await;
    for (accept, expected) in [
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/html, application/jsonl;q=0.9", "application/x-ndjson"),
        ("*/*", "application/json"),
    ] {
        let file = running.http.download("/spend/logs", KEY, &[("accept", accept)]).await;
        assert_eq!(file.headers["content-type"], expected, "{accept}");
    }
    let json = running.http.download("/spend/logs?format=json", KEY, &[("accept", "text/csv")]).await;
    assert_eq!(json.headers["content-type"], "application/json");
}
