//! The ledger dies while requests are served.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spillway_e2e::client::Ask;
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger, process};

use super::load::storm;
use super::{PATIENCE, ensure};

const ROUNDS: usize = 3;
const CLIENTS: usize = 16;
const EACH: usize = 25;

/// `kill -9` in the middle of every round; `spillway up` starts it again. Each request has one row.
pub async fn under_load(fixture: &Fixture) -> Result<(), Failure> {
    let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
    let ask = Ask::post("/v1/chat/completions", fixture.key("survivor"), &body);
    let mut sent = BTreeSet::new();
    for _ in 0..ROUNDS {
        let load = storm(fixture.gateway.address, CLIENTS, EACH, &ask);
        let (answers, killed) = tokio::join!(load, kill_ledger(fixture));
        killed?;
        for answer in answers? {
            ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
            sent.insert(answer.header("x-litellm-call-id").unwrap_or_default().to_owned());
        }
    }
    ensure(sent.len() == ROUNDS * CLIENTS * EACH, || format!("{} ids differ", sent.len()))?;
    let path = "/spend/logs?user_id=canary-survivor&page_size=1000";
    let two_pages = async |page: u32| {
        let all = |rows: &Value| rows.as_array().is_some_and(|rows| page > 1 || rows.len() == 1_000);
        ledger::until(fixture.gateway.ledger, MASTER_KEY, &format!("{path}&page={page}"), all).await
    };
    let full = |rows: &Value| rows.as_array().is_some_and(|rows| rows.len() == sent.len() - 1_000);
    ledger::until(fixture.gateway.ledger, MASTER_KEY, &format!("{path}&page=2"), full).await?;
    let mut stored = Vec::new();
    for page in 1..=2 {
        let rows = two_pages(page).await?;
        let ids = rows
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| row["request_id"].as_str().map(str::to_owned));
        stored.extend(ids);
    }
    let distinct: BTreeSet<String> = stored.iter().cloned().collect();
    ensure(distinct.len() == stored.len(), || "a request has two rows".to_owned())?;
    ensure(distinct == sent, || format!("{} requests, {} rows", sent.len(), distinct.len()))
}

/// Kills the ledger as soon as the upstream has seen part of the round.
async fn kill_ledger(fixture: &Fixture) -> Result<(), Failure> {
    let already = fixture.gateway.mocks.received().len();
    let enough = already + CLIENTS * EACH / 2;
    let came = fixture.gateway.mocks.until(PATIENCE, |mocks| mocks.received().len() >= enough).await;
    ensure(came, || "the load did not come up".to_owned())?;
    let up = fixture.gateway.pid().ok_or("`spillway up` is gone")?;
    // A round may be over before the ledger is back that was killed in the one before.
    let deadline = Instant::now() + PATIENCE;
    loop {
        match process::child(up, "spillway-ledger") {
            Ok(ledger) => return process::signal(ledger, libc::SIGKILL),
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
