//! More events than the outbox holds.

use std::collections::BTreeSet;

use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;

use super::super::load::storm;
use super::super::{ensure, until};
use super::{ask, gateway, rows, stat, stop_ledger};

/// The smallest that may be configured.
const BOUND: u64 = 65_536;

/// Traffic goes on, the oldest events go, and all that are not counted as dropped arrive.
pub async fn drops() -> Result<(), Failure> {
    let fixture = gateway(&format!("  outbox_bytes: {BOUND}\n"), 2, None).await?;
    let (to, admin) = (fixture.gateway.address, fixture.gateway.admin);
    let stopped = stop_ledger(&fixture)?;
    let answers = storm(to, 8, 40, &ask(&fixture)).await?;
    ensure(answers.iter().all(|answer| answer.status == 200), || "a request was not answered".to_owned())?;
    until("320 events are queued", async || Ok(stat(admin, "events_queued").await? == 320)).await?;
    let waiting = stat(admin, "outbox_bytes").await?;
    ensure((1..=BOUND).contains(&waiting), || format!("{waiting} bytes wait"))?;
    drop(stopped);
    until("the outbox is empty", async || Ok(stat(admin, "outbox_bytes").await? == 0)).await?;
    let dropped = stat(admin, "events_dropped").await?;
    let delivered = stat(admin, "events_delivered").await?;
    ensure(dropped > 0 && dropped + delivered == 320, || {
        format!("{dropped} dropped, {delivered} delivered")
    })?;
    let stored = rows(&fixture, usize::try_from(delivered).unwrap_or(0)).await?;
    ensure(stored.len() as u64 == delivered, || format!("{} rows", stored.len()))?;
    fixture.gateway.stop().await
}

/// Requests get a 503 in their dialect, none is dropped, and traffic goes on when the ledger takes events again.
pub async fn refuses() -> Result<(), Failure> {
    let fixture = gateway(&format!("  outbox_bytes: {BOUND}\n  outbox_when_full: refuse\n"), 2, None).await?;
    let (to, admin) = (fixture.gateway.address, fixture.gateway.admin);
    let mut answered = BTreeSet::new();
    let stopped = stop_ledger(&fixture)?;
    let refusal = loop {
        let answer = client::send(to, &ask(&fixture)).await?;
        if answer.status != 200 || answered.len() > 500 {
            break answer;
        }
        answered.insert(id_of(&answer));
    };
    let error = &refusal.json()["error"];
    ensure(refusal.status == 503 && refusal.header("retry-after") == Some("2"), || format!("{refusal:?}"))?;
    ensure(error["code"] == "outbox_full" && error["type"] == "service_unavailable_error", || {
        error.to_string()
    })?;
    in_messages(&fixture).await?;
    ensure(stat(admin, "requests_refused_outbox_full").await? == 2, || "two were refused".to_owned())?;
    drop(stopped);
    until("the outbox is empty", async || Ok(stat(admin, "outbox_bytes").await? == 0)).await?;
    let again = client::send(to, &ask(&fixture)).await?;
    ensure(again.status == 200, || format!("HTTP {}: {}", again.status, again.text()))?;
    answered.insert(id_of(&again));
    let stored = rows(&fixture, answered.len()).await?;
    ensure(stored == answered, || format!("{} answered, {} rows", answered.len(), stored.len()))?;
    ensure(stat(admin, "events_dropped").await? == 0, || "an event was dropped".to_owned())?;
    fixture.gateway.stop().await
}

/// As Anthropic's clients are told.
async fn in_messages(fixture: &Fixture) -> Result<(), Failure> {
    let ask = Ask::post("/v1/messages", fixture.key("survivor"), &serde_json::json!({"model": "plain"}));
    let answer = client::send(fixture.gateway.address, &ask).await?;
    let told = answer.json();
    ensure(answer.status == 503 && told["type"] == "error" && told["error"]["type"] == "api_error", || {
        format!("HTTP {}: {told}", answer.status)
    })
}

fn id_of(answer: &spillway_e2e::answer::Answer) -> String {
    answer.header("x-litellm-call-id").unwrap_or_default().to_owned()
}
