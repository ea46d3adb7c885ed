//! Keys that the ledger owns, through the gateway's own listener.

pub mod budgets;
pub mod flood;
pub mod generated;
pub mod parallel;
pub mod settled;
pub mod windows;

use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};

use super::ensure;

/// Asks the administration API, which must agree.
async fn administer(fixture: &Fixture, path: &str, body: &Value) -> Result<Value, Failure> {
    let answer = client::send(fixture.gateway.address, &Ask::post(path, MASTER_KEY, body)).await?;
    ensure(answer.status == 200, || format!("{path}: HTTP {}: {}", answer.status, answer.text()))?;
    Ok(answer.json())
}

/// Makes a key, and returns it as its user gets it.
pub async fn generate(fixture: &Fixture, fields: &Value) -> Result<String, Failure> {
    let made = administer(fixture, "/key/generate", fields).await?;
    made["key"].as_str().map(str::to_owned).ok_or_else(|| format!("no key in {made}"))
}

/// What the ledger knows of a key.
async fn info(fixture: &Fixture, key: &str) -> Result<Value, Failure> {
    let path = format!("/key/info?key={key}");
    let answer = client::send(fixture.gateway.address, &Ask::get(&path, MASTER_KEY)).await?;
    ensure(answer.status == 200, || format!("{path}: HTTP {}: {}", answer.status, answer.text()))?;
    Ok(answer.json()["info"].clone())
}

fn chat(key: &str, model: &str) -> Ask {
    let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
    Ask::post("/v1/chat/completions", key, &body)
}

async fn send(fixture: &Fixture, ask: &Ask) -> Result<Answer, Failure> {
    client::send(fixture.gateway.address, ask).await
}

fn expect_status(answer: &Answer, status: u16) -> Result<(), Failure> {
    ensure(answer.status == status, || {
        format!("HTTP {} instead of {status}: {}", answer.status, answer.text())
    })
}
