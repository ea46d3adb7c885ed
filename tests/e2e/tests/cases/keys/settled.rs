//! Tokens that were reserved are settled, whatever became of the request.

use std::time::Duration;

use mock_providers::After;
use serde_json::{Value, json};
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::{ensure, expect_status, generate, info, send};
use crate::cases::load::join_all;

const LIMIT: u64 = 1_000_000;
const CLIENTS: usize = 16;
const EACH: usize = 25;
/// What "Hello" is taken for: a request whose client left is charged its input.
const INPUT: u64 = 1;

/// Answers of many sizes, streaming or not, failures, and clients that leave: when nothing is under way, what is left
/// of the limit is the limit without what the ledger says was used.
pub async fn to_what_was_used(fixture: &Fixture) -> Result<(), Failure> {
    let key = generate(fixture, &json!({"tpm_limit": LIMIT})).await?;
    let scripts = ["tokens=100/300", "tokens=10/10", "status=500", "tokens=50/150", "delay=20,tokens=1/7"];
    fixture.gateway.mocks.set_script("varied", &scripts, After::Cycle).map_err(|error| error.to_string())?;
    let clients = (0..CLIENTS).map(|number| Box::pin(client(fixture, &key, number)));
    let mut left = 0;
    for done in join_all(clients.collect()).await {
        left += done?;
    }
    let used = used(fixture, &key).await?;
    fixture.gateway.mocks.set_script("varied", &[""], After::Cycle).map_err(|error| error.to_string())?;
    let probe = send(fixture, &ask(&key, 0, 9)).await?;
    expect_status(&probe, 200)?;
    let remaining = probe.header("x-ratelimit-remaining-tokens").and_then(|left| left.parse::<u64>().ok());
    let remaining = remaining.ok_or("no x-ratelimit-remaining-tokens")?;
    let charged = LIMIT - remaining - (INPUT + 9);
    ensure((used..=used + left * INPUT).contains(&charged), || {
        format!("{charged} tokens are charged, {used} were used, {left} clients left")
    })
}

/// One client's requests; how many of them it left.
async fn client(fixture: &Fixture, key: &str, number: usize) -> Result<u64, Failure> {
    let mut connection = Connection::open(fixture.gateway.address, None).await?;
    let mut left = 0;
    for turn in 0..EACH {
        let ask = ask(key, turn, (number * EACH + turn) % 500 + 1);
        if turn % 6 == 5 {
            let after = Duration::from_millis(turn as u64 % 7);
            client::leave_in(fixture.gateway.address, &ask, after).await?;
            left += 1;
            continue;
        }
        let status = connection.send(&ask).await?.status;
        ensure([200, 500].contains(&status), || format!("HTTP {status}"))?;
    }
    Ok(left)
}

fn ask(key: &str, turn: usize, most: usize) -> Ask {
    let body = json!({"model": "varied", "messages": [{"role": "user", "content": "Hello"}],
        "stream": turn % 2 == 1, "disable_fallbacks": true, "max_tokens": most});
    Ask::post("/v1/chat/completions", key, &body)
}

/// The tokens of every row of the key, once all are there.
async fn used(fixture: &Fixture, key: &str) -> Result<u64, Failure> {
    let hash = info(fixture, key).await?["token"].as_str().unwrap_or_default().to_owned();
    let path = format!("/spend/logs?api_key={hash}&page_size=1000");
    let all = |rows: &Value| rows.as_array().is_some_and(|rows| rows.len() == CLIENTS * EACH);
    let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, &path, all).await?;
    Ok(rows.as_array().into_iter().flatten().filter_map(|row| row["total_tokens"].as_u64()).sum())
}
