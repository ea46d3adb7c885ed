//! `GET /metrics`.

use hyper::Method;
use spillway_ledger::Secret;

use crate::events::answered;
use crate::running::{KEY, Running, TOKEN};

const SCRAPER: &str = "scrape";

async fn scraped() -> Running {
    Running::with(|mut options| {
        options.metrics_token = Some(Secret::new(SCRAPER).unwrap());
        options.body_limit = 20_000;
        options
    })
    .await
}

#[tokio::test]
async fn the_page_counts_what_was_done() {
    let running = scraped().await;
    running.deliver(&[answered("a"), answered("b")]).await;
    running.deliver(&[answered("b")]).await;
    for body in ["{".to_owned(), "x".repeat(20_001)] {
        running.http.send(Method::POST, "/v1/events", Some(TOKEN), body).await.unwrap();
    }
    running.get("/spend/logs?user_id=ada").await;
    running.get("/guardrails/usage/detail/nobody").await;
    let page = running.http.download("/metrics", SCRAPER, &[]).await;
    assert_eq!(
        (page.status, page.headers["content-type"].to_str().unwrap()),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        "spillway_ledger_batches_total 2",
        "spillway_ledger_events_total{result=\"stored\"} 2",
        "spillway_ledger_events_total{result=\"duplicate\"} 1",
        "spillway_ledger_batches_refused_total{reason=\"malformed\"} 1",
        "spillway_ledger_batches_refused_total{reason=\"too_large\"} 1",
        "spillway_ledger_batches_refused_total{reason=\"storage\"} 0",
        "spillway_ledger_queue_depth 0",
        "spillway_ledger_commit_duration_seconds_count 2",
        "spillway_ledger_request_duration_seconds_count{endpoint=\"/v1/events\"} 4",
        "spillway_ledger_request_duration_seconds_count{endpoint=\"/spend/logs\"} 1",
        "spillway_ledger_request_duration_seconds_count{endpoint=\"/guardrails/usage/detail/{id}\"} 1",
        "spillway_ledger_database_up 1",
    ] {
        assert!(page.text.lines().any(|found| found == line), "{line} is not in\n{}", page.text);
    }
    let bytes = page.text.lines().find_map(|line| line.strip_prefix("spillway_ledger_database_bytes "));
    assert!(bytes.unwrap().parse::<u64>().unwrap() > 10_000);
    assert!(page.text.contains("spillway_ledger_build_info{version=\""), "{}", page.text);
    assert!(page.text.contains("spillway_ledger_rows{table=\"LiteLLM_SpendLogs\"} "), "{}", page.text);
    assert!(!page.text.contains("nobody") && !page.text.contains("ada"), "{}", page.text);
}

#[tokio::test]
async fn what_nobody_serves_is_not_told_apart() {
    let running = scraped().await;
    for path in ["/unheard/of", "/v1/eventss"] {
        running.get(path).await;
    }
    let page = running.http.download("/metrics", KEY, &[]).await;
    assert!(!page.text.contains("unheard") && !page.text.contains("eventss"), "{}", page.text);
}

#[tokio::test]
async fn the_token_opens_the_metrics_only() {
    let running = scraped().await;
    for (path, credential, status) in [
        ("/metrics", SCRAPER, 200),
        ("/metrics", KEY, 200),
        ("/metrics", TOKEN, 401),
        ("/metrics", "scrap", 401),
        ("/spend/logs", SCRAPER, 401),
    ] {
        let answer = running.http.download(path, credential, &[]).await;
        assert_eq!(answer.status, status, "{path} with {credential}");
    }
    let open = Running::with(|mut options| {
        options.master_key = None;
        options
    })
    .await;
    assert_eq!(open.http.download("/metrics", "", &[]).await.status, 503);
}
