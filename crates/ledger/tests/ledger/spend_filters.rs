//! `/spend/logs` and its pages: every filter, places in the list, LiteLLM's sums by day.

use serde_json::{Value, json};
use spillway_filter::event::Event;

use crate::events::{DAY, KEY_HASH, NOON, answered, blocked};
use crate::running::Running;

/// The ids of rows.
pub fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["request_id"].as_str().unwrap()).collect()
}

/// A request that differs from the usual one in everything that can be asked for.
fn odd(id: &str) -> Event {
    let mut event = Event { started_us: NOON + 1_000_000, cost_nanodollars: 2_000_000_000, ..answered(id) };
    event.caller.team_id = Some("research".to_owned());
    event.caller.key_alias = Some("it's \"odd\"".to_owned());
    event.end_user = Some("customer-7".to_owned());
    event.model = "claude".to_owned();
    event.model_group = "smart".to_owned();
    event.tags = vec!["a,b".to_owned(), "nightly\"".to_owned()];
    event.metadata.insert("session_id".to_owned(), json!("s-1"));
    event
}

#[tokio::test]
async fn each_filter_finds_the_request_that_it_names() {
    let running = Running::start().await;
    running.deliver(&[answered("usual"), odd("odd")]).await;
    for (filter, expected) in [
        ("team_id=research", vec!["odd"]),
        ("key_alias=it%27s%20%22odd%22", vec!["odd"]),
        ("key_alias=odd", vec![]),
        ("end_user=customer-7", vec!["odd"]),
        ("session_id=s-1", vec!["odd"]),
        ("model=claude", vec!["odd"]),
        ("model_group=smart", vec!["odd"]),
        ("model_group=gpt-4.1", vec!["usual"]),
        ("tag=nightly", vec!["usual"]),
        ("tag=nightly%22", vec!["odd"]),
        ("tag=a,b", vec!["odd"]),
        ("tag=a", vec![]),
        ("min_spend=2", vec!["odd"]),
        ("min_spend=2.000000001", vec![]),
        ("max_spend=0.000360001", vec!["usual"]),
        ("max_spend=0.00036", vec![]),
        ("start_date=2026-11-20%2012:00:01", vec!["odd"]),
        ("end_date=2026-11-20%2012:00:00", vec!["usual"]),
        ("end_date=2026-11-20T13:00:01%2B01:00", vec!["odd", "usual"]),
        ("model=claude&tag=nightly", vec![]),
    ] {
        for path in ["/spend/logs", "/spend/logs/v2"] {
            let answer = running.get(&format!("{path}?{filter}")).await;
            assert_eq!(answer.status, 200, "{filter}: {}", answer.body);
            let rows = if path == "/spend/logs" { &answer.body } else { &answer.body["data"] };
            assert_eq!(ids(rows), expected, "{path} {filter}");
        }
    }
}

#[tokio::test]
async fn a_page_says_how_many_there_are_and_where_to_go_on() {
    let running = Running::start().await;
    // Two at the same moment: the id decides.
    let at = |id: &str, later| Event { started_us: NOON + later, ..answered(id) };
    running.deliver(&[at("a", 0), at("b", 0), at("c", 1), blocked("d", "aresponses")]).await;
    let first = running.get("/spend/logs/v2?page_size=2").await.body;
    assert_eq!(ids(&first["data"]), ["c", "d"]);
    let told = ["total", "page", "page_size", "total_pages"].map(|name| first[name].as_u64().unwrap());
    assert_eq!(told, [4, 1, 2, 2]);
    assert_eq!(first["next_after"], "2026-11-20T12:00:00.000000Z,d");

    // A row that comes in at the front moves no place.
    running.deliver(&[at("e", 2)]).await;
    let next = first["next_after"].as_str().unwrap();
    let second = running.get(&format!("/spend/logs/v2?page_size=2&after={next}")).await.body;
    assert_eq!(ids(&second["data"]), ["b", "a"]);
    let end = second["next_after"].as_str().unwrap();
    let third = running.get(&format!("/spend/logs/v2?page_size=2&after={end}")).await.body;
    assert_eq!((ids(&third["data"]), &third["next_after"]), (vec![], &Value::Null));
    assert_eq!(running.get("/spend/logs/ui?status_filter=failure").await.body["total"], 1);
}

#[tokio::test]
async fn links_lead_through_the_whole_list() {
    let running = Running::start().await;
    let event = |number: u64| Event { started_us: NOON - number * DAY, ..answered(&format!("r {number}&")) };
    running.deliver(&(0..5).map(event).collect::<Vec<_>>()).await;
    let (mut path, mut seen) = ("/spend/logs?page_size=2&user_id=ada".to_owned(), Vec::new());
    loop {
        let answer = running.get(&path).await;
        seen.extend(ids(&answer.body).into_iter().map(str::to_owned));
        let Some(link) = answer.headers.get("link") else { break };
        let (address, rest) = link.to_str().unwrap().split_once('>').unwrap();
        assert_eq!(rest, "; rel=\"next\"");
        path = address.trim_start_matches('<').to_owned();
    }
    assert_eq!(seen, ["r 0&", "r 1&", "r 2&", "r 3&", "r 4&"]);
}

#[tokio::test]
async fn both_dates_sum_by_day_as_litellm_does() {
    let running = Running::start().await;
    let mut stranger = Event { cost_nanodollars: 1_000_000_000, ..answered("stranger") };
    (stranger.caller.key_hash, stranger.caller.user_id) = ("00".repeat(32), None);
    running.deliver(&[answered("a"), stranger, Event { started_us: NOON - DAY, ..answered("b") }]).await;
    let days = running.get("/spend/logs?start_date=2026-11-18&end_date=2026-11-21").await.body;
    let model = "gpt-4.1-2025-04-14";
    let expected = json!([
        {
            "startTime": "2026-11-19",
            "spend": 0.000_360_001,
            KEY_HASH: 0.000_360_001,
            "users": {"ada": 0.000_360_001},
            "models": {model: 0.000_360_001},
        },
        {
            "startTime": "2026-11-20",
            "spend": 1.000_360_001,
            KEY_HASH: 0.000_360_001,
            "00".repeat(32): 1.0,
            "users": {"ada": 0.000_360_001, "": 1.0},
            "models": {model: 1.000_360_001},
        },
        {"startTime": "2026-11-21", "spend": 0.0, "users": {}, "models": {}},
    ]);
    assert_eq!(days, expected);
    let rows = running.get("/spend/logs?start_date=2026-11-18&end_date=2026-11-21&summarize=false").await;
    assert_eq!(ids(&rows.body), ["stranger", "a", "b"]);
    let paged = running.get("/spend/logs?start_date=2026-11-18&end_date=2026-11-21&page=1").await;
    assert_eq!(ids(&paged.body), ["stranger", "a", "b"]);
}
