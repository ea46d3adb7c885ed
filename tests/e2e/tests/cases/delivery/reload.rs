//! A VM that dies with events that nobody has acknowledged.

use std::collections::BTreeSet;

use spillway_e2e::Failure;
use spillway_e2e::client;
use spillway_e2e::gateway::root;

use super::super::load::storm;
use super::super::panics::{HEADER, MODULE};
use super::super::{ensure, until};
use super::{ask, gateway, rows, stat, stop_ledger};

/// More than one batch, so that some are under way and some wait.
const CLIENTS: usize = 8;
const EACH: usize = 50;

/// A trap is no panic: nothing catches it. The batch under way is posted by another courier when its lease is over,
/// the rest at once.
pub async fn trap() -> Result<(), Failure> {
    let wasm = root().join(MODULE);
    ensure(wasm.exists(), || format!("{} is missing; run `make module-test-panic`", wasm.display()))?;
    let fixture = gateway("", 1, Some(wasm)).await?;
    let (to, admin) = (fixture.gateway.address, fixture.gateway.admin);
    let stopped = stop_ledger(&fixture)?;
    let answers = storm(to, CLIENTS, EACH, &ask(&fixture)).await?;
    let mut sent: BTreeSet<String> =
        answers.iter().filter_map(|one| one.header("x-litellm-call-id")).map(str::to_owned).collect();
    until("all events are queued", async || {
        Ok(stat(admin, "events_queued").await? == (CLIENTS * EACH) as u64)
    })
    .await?;
    let mut fatal = ask(&fixture);
    fatal.headers.push((HEADER.to_owned(), "trap admission request-body".to_owned()));
    let answer = client::send(to, &fatal).await?;
    ensure(answer.status == 503, || format!("no trap: HTTP {}: {}", answer.status, answer.text()))?;
    drop(stopped);
    let after = client::send(to, &ask(&fixture)).await?;
    ensure(after.status == 200, || format!("after the trap: HTTP {}: {}", after.status, after.text()))?;
    sent.extend(after.header("x-litellm-call-id").map(str::to_owned));
    until("the outbox is empty", async || Ok(stat(admin, "outbox_bytes").await? == 0)).await?;
    let stored = rows(&fixture, sent.len()).await?;
    ensure(stored == sent, || format!("{} requests, {} rows", sent.len(), stored.len()))?;
    fixture.gateway.stop().await
}
