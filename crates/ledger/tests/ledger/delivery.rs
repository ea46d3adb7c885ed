//! Batches that are sent once, twice, and by many at a time: each event is stored once.

use serde_json::json;
use spillway_filter::event::{Event, GuardrailStatus};

use crate::events::{answered, blocked, ran};
use crate::running::{Running, deliver};

const SPEND_ROWS: &str = r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#;
const DAILY_RUNS: &str =
    r#"SELECT coalesce(sum("requests_evaluated"), 0) FROM "LiteLLM_DailyGuardrailMetrics""#;
const INDEX_ROWS: &str = r#"SELECT count(*) FROM "LiteLLM_SpendLogGuardrailIndex""#;

#[tokio::test]
async fn a_batch_sent_again_changes_nothing() {
    let running = Running::start().await;
    let batch = [blocked("a", "acompletion"), blocked("b", "aresponses")];
    assert_eq!(running.deliver(&batch).await.body, json!({"stored": 2, "duplicates": 0}));
    let dump = async || {
        let log = r#"SELECT request_id, metadata FROM "LiteLLM_SpendLogs" ORDER BY 1"#;
        let daily = r#"SELECT * FROM "LiteLLM_DailyGuardrailMetrics" ORDER BY 1"#;
        (running.place.rows(log).await, running.place.rows(daily).await)
    };
    let before = dump().await;

    let longer = [batch[0].clone(), batch[1].clone(), answered("c")];
    assert_eq!(running.deliver(&batch).await.body, json!({"stored": 0, "duplicates": 2}));
    assert_eq!(dump().await, before);
    assert_eq!(running.deliver(&longer).await.body, json!({"stored": 1, "duplicates": 2}));
    assert_eq!(running.number(DAILY_RUNS).await, 2);
    assert_eq!(running.number(INDEX_ROWS).await, 2);
}

#[tokio::test]
async fn an_event_twice_in_one_batch_is_stored_once() {
    let running = Running::start().await;
    let event = blocked("a", "acompletion");
    assert_eq!(running.deliver(&[event.clone(), event]).await.body, json!({"stored": 1, "duplicates": 1}));
    assert_eq!(running.number(DAILY_RUNS).await, 1);
}

#[tokio::test]
async fn an_empty_batch_is_acknowledged() {
    let running = Running::start().await;
    assert_eq!(running.deliver(&[]).await.body, json!({"stored": 0, "duplicates": 0}));
}

/// Eight gateways deliver overlapping batches: every event is claimed by exactly one acknowledgement.
#[tokio::test(flavor = "multi_thread")]
async fn gateways_that_deliver_the_same_events_at_once_store_each_once() {
    const GATEWAYS: usize = 8;
    const BATCHES: usize = 12;
    let running = Running::start().await;
    let mut gateways = tokio::task::JoinSet::new();
    for _ in 0..GATEWAYS {
        let http = running.http.clone();
        gateways.spawn(async move {
            let mut stored = 0;
            for batch in 0..BATCHES {
                let events: Vec<Event> =
                    (batch..batch + 3).map(|id| blocked(&format!("r-{id}"), "acompletion")).collect();
                let answer = deliver(&http, &events).await.unwrap();
                assert_eq!(answer.status, 200, "{answer:?}");
                stored += answer.body["stored"].as_i64().unwrap();
            }
            stored
        });
    }
    let stored: i64 = gateways.join_all().await.into_iter().sum();
    let distinct = i64::try_from(BATCHES + 2).unwrap();
    assert_eq!(stored, distinct);
    for count in [SPEND_ROWS, DAILY_RUNS, INDEX_ROWS] {
        assert_eq!(running.number(count).await, distinct, "{count}");
    }
}

#[tokio::test]
async fn what_is_acknowledged_is_in_the_file_after_a_stop_and_a_start() {
    let running = Running::start().await;
    running.deliver(&[answered("a")]).await;
    assert_eq!(running.number(SPEND_ROWS).await, 1);
    let Running { ledger, http, place } = running;
    ledger.shutdown().await.unwrap();
    let log = place.folder.path().join("ledger.sqlite-wal");
    assert!(!log.exists(), "the write-ahead log is folded into the file");
    assert!(deliver(&http, &[answered("b")]).await.is_err(), "nothing listens any more");
    assert_eq!(place.number(SPEND_ROWS).await, 1);
}

/// A guardrail that ran before and after the call: two runs in the daily counts, as LiteLLM counts them, one
/// entry in the index, with the gravest outcome; one that did not run is nowhere.
#[tokio::test]
async fn runs_are_counted_and_requests_are_listed() {
    let running = Running::start().await;
    let event = Event {
        guardrail_information: vec![
            ran("pii", GuardrailStatus::Success),
            ran("pii", GuardrailStatus::GuardrailFlagged),
            ran("down", GuardrailStatus::GuardrailFailedToRespond),
            ran("idle", GuardrailStatus::NotRun),
        ],
        ..answered("a")
    };
    running.deliver(&[event]).await;
    let list = async |select: &str| running.place.rows(select).await.concat();
    let daily = r#"SELECT "guardrail_id" || ' ' || "date" || ' ' || "requests_evaluated" || '=' || "passed_count"
        || '+' || "flagged_count" || '+' || "blocked_count" FROM "LiteLLM_DailyGuardrailMetrics" ORDER BY 1"#;
    assert_eq!(list(daily).await, ["id-of-down 2026-11-20 1=0+1+0", "id-of-pii 2026-11-20 2=1+1+0"]);
    let index =
        r#"SELECT "guardrail_id" || ' ' || "action" FROM "LiteLLM_SpendLogGuardrailIndex" ORDER BY 1"#;
    assert_eq!(list(index).await, ["id-of-down flagged", "id-of-pii flagged"]);
}
