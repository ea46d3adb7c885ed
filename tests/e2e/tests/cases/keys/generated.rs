//! A key's life: made, used, changed, revoked.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::client::{Ask, Patient};
use spillway_e2e::fixture::Fixture;

use super::{administer, chat, ensure, expect_status, generate, send};

/// Within this, every worker refuses a key that was revoked.
const TAKES_EFFECT: Duration = Duration::from_secs(2);
/// Enough connections that no worker goes without one.
const CONNECTIONS: usize = 16;

/// A key with limits, on a chain whose first provider refuses its credential, and then whose second fails as well.
pub async fn chain_holds(fixture: &Fixture) -> Result<(), Failure> {
    let limits = json!({"tpm_limit": 100_000, "rpm_limit": 1_000, "key_alias": "canary-chain"});
    let key = generate(fixture, &limits).await?;
    for (script, trail, answered) in [
        ("", "chain/gemini-1=401, chain-second/openai-1=200", "Hello from openai/chain-second."),
        (
            "status=500",
            "chain/gemini-1=401, chain-second/openai-1=500, chain-third/anthropic-1=200",
            "Hello from anthropic/chain-third.",
        ),
    ] {
        let scripts = [script];
        let set = fixture.gateway.mocks.set_script("chain-second", &scripts, mock_providers::After::Cycle);
        set.map_err(|error| error.to_string())?;
        for (path, body) in in_each_dialect("chain") {
            let answer = send(fixture, &Ask::post(path, &key, &body)).await?;
            expect_status(&answer, 200).map_err(|failure| format!("{path}: {failure}"))?;
            let found = answer.header("x-spillway-attempts").unwrap_or_default();
            ensure(found == trail, || format!("{path}: {found}"))?;
            ensure(answer.spoken() == answered, || format!("{path}: {}", answer.text()))?;
            for (name, value) in [("requests", "1000"), ("tokens", "100000")] {
                let header = answer.header(&format!("x-ratelimit-limit-{name}"));
                ensure(header == Some(value), || format!("{path}: limit of {name}: {header:?}"))?;
            }
        }
    }
    Ok(())
}

fn in_each_dialect(model: &str) -> Vec<(&'static str, Value)> {
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let mut all = Vec::new();
    for stream in [false, true] {
        all.extend([
            ("/v1/chat/completions", json!({"model": model, "messages": messages, "stream": stream})),
            ("/v1/responses", json!({"model": model, "input": "Hello", "stream": stream})),
            (
                "/v1/messages",
                json!({"model": model, "messages": messages, "max_tokens": 64, "stream": stream}),
            ),
        ]);
    }
    all
}

/// Blocked, unblocked, changed, regenerated, deleted: in force on every connection, so on every worker, in time.
pub async fn changes_take_effect(fixture: &Fixture) -> Result<(), Failure> {
    let key = generate(fixture, &json!({"key_alias": "canary-changing"})).await?;
    let mut connections: Vec<Patient> =
        (0..CONNECTIONS).map(|_| Patient::to(fixture.gateway.address)).collect();
    everywhere(&mut connections, &key, "plain", 200).await?;
    for (path, change, status) in [
        ("/key/block", json!({"key": key}), 401),
        ("/key/unblock", json!({"key": key}), 200),
        ("/key/update", json!({"key": key, "models": ["slow"]}), 403),
        ("/key/update", json!({"key": key, "models": []}), 200),
        ("/key/update", json!({"key": key, "duration": "1s"}), 401),
    ] {
        administer(fixture, path, &change).await?;
        everywhere(&mut connections, &key, "plain", status)
            .await
            .map_err(|failure| format!("{path} {change}: {failure}"))?;
    }
    let renewed = administer(fixture, "/key/regenerate", &json!({"key": key, "duration": "1h"})).await?;
    let renewed = renewed["key"].as_str().unwrap_or_default().to_owned();
    everywhere(&mut connections, &key, "plain", 401).await?;
    everywhere(&mut connections, &renewed, "plain", 200).await?;
    administer(fixture, "/key/delete", &json!({"keys": [renewed]})).await?;
    everywhere(&mut connections, &renewed, "plain", 401).await
}

/// Asks on each connection until all answer with this status.
async fn everywhere(connections: &mut [Patient], key: &str, model: &str, status: u16) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let asked = Instant::now();
        let mut others = Vec::new();
        for connection in connections.iter_mut() {
            let answer = connection.send(&chat(key, model)).await?;
            if answer.status != status {
                others.push(answer.status);
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        ensure(asked.duration_since(began) <= TAKES_EFFECT, || {
            format!("after {:?}, HTTP {others:?} instead of {status}", began.elapsed())
        })?;
    }
}

/// A team's rules hold for its keys together, and an end user's for that end user alone.
pub async fn scopes_hold(fixture: &Fixture) -> Result<(), Failure> {
    let team = json!({"team_alias": "canary-team", "rpm_limit": 4});
    let team = administer(fixture, "/team/new", &team).await?["team_id"].clone();
    let first = generate(fixture, &json!({"team_id": team})).await?;
    let second = generate(fixture, &json!({"team_id": team})).await?;
    for key in [&first, &second, &first, &second] {
        expect_status(&send(fixture, &chat(key, "plain")).await?, 200)?;
    }
    for key in [&first, &second] {
        let refused = send(fixture, &chat(key, "plain")).await?;
        expect_status(&refused, 429)?;
        ensure(refused.text().contains("canary-team"), || refused.text())?;
    }

    let key = generate(fixture, &json!({})).await?;
    let of = |end_user: &str| {
        let body =
            json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}], "user": end_user});
        Ask::post("/v1/chat/completions", &key, &body)
    };
    for status in [200, 200, 200, 429] {
        expect_status(&send(fixture, &of("ann")).await?, status)?;
    }
    expect_status(&send(fixture, &of("bob")).await?, 200)
}

/// A model's own limit sends the request to the model's fallback, and refuses where that one's is used up, too.
pub async fn model_limits_fall_back(fixture: &Fixture) -> Result<(), Failure> {
    let limits = json!({"model_rpm_limit": {"varied": 1, "spare": 2}});
    let key = generate(fixture, &limits).await?;
    for trail in ["varied/openai-1=200", "spare/openai-1=200", "spare/openai-1=200"] {
        let answer = send(fixture, &chat(&key, "varied")).await?;
        expect_status(&answer, 200)?;
        let found = answer.header("x-spillway-attempts");
        ensure(found == Some(trail), || format!("{found:?} instead of {trail}"))?;
    }
    let refused = send(fixture, &chat(&key, "varied")).await?;
    expect_status(&refused, 429)?;
    ensure(refused.text().contains("varied"), || refused.text())
}
