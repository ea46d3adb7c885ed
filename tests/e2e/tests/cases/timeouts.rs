//! Timeouts: each fires when it should, closes the provider's connection, and lets the next deployment answer.

use std::time::Duration;

use mock_providers::After;
use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;
use super::load::{join_all, storm};

/// A bound of one model, in milliseconds: that of a whole answer, and that of a stream's first content.
const MODELS: [(&str, u64, u64); 2] = [("usual", 2_000, 1_000), ("hasty", 800, 600)];
/// How a provider takes its time: with no word, after its response headers, in the middle of its answer, or after
/// events of a stream that hold no content.
const SCRIPTS: [&str; 3] = ["stall", "stall-after-headers", "stall-after=1"];
/// A machine that does something else meanwhile is late, never early: so often it may be.
const ROUNDS: usize = 3;
/// Clients that leave around the 600 ms of their tries, one after another.
const LEAVERS: u32 = 300;
const FIRST_LEAVES: Duration = Duration::from_millis(570);
const BETWEEN_LEAVERS: Duration = Duration::from_micros(200);
/// How soon a connection that is given up must be closed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every timeout fires within a tenth of itself, whoever's it is and however the provider stalls.
pub async fn fire_in_time(fixture: &Fixture) -> Result<(), Failure> {
    for (model, answer_ms, first_token_ms) in MODELS {
        for script in SCRIPTS {
            for (stream, bound_ms) in [(false, answer_ms), (true, first_token_ms)] {
                in_time(fixture, model, script, stream, bound_ms)
                    .await
                    .map_err(|failure| format!("{model}, {script}, stream {stream}: {failure}"))?;
            }
        }
    }
    Ok(())
}

async fn in_time(
    fixture: &Fixture,
    model: &str,
    script: &str,
    stream: bool,
    bound_ms: u64,
) -> Result<(), Failure> {
    let mut late_us = 0;
    for _ in 0..ROUNDS {
        let took_us = stalled(fixture, model, script, stream).await?;
        ensure(took_us >= bound_ms * 900, || format!("{took_us} us, sooner than {bound_ms} ms"))?;
        if took_us <= bound_ms * 1_100 {
            return Ok(());
        }
        late_us = took_us;
    }
    Err(format!("{late_us} us instead of {bound_ms} ms, {ROUNDS} times"))
}

/// One request at a deployment that stalls, answered by the next; how long the first try took.
async fn stalled(fixture: &Fixture, model: &str, script: &str, stream: bool) -> Result<u64, Failure> {
    let mocks = &fixture.gateway.mocks;
    mocks.clear();
    mocks.set_script(model, &[script], After::Cycle).map_err(|error| error.to_string())?;
    let answer = client::send(fixture.gateway.address, &ask(fixture, model, stream)).await?;
    let trail = format!("{model}/openai-1=timeout, spare/azure-1=200");
    ensure(answer.status == 200 && answer.header("x-spillway-attempts") == Some(&trail), || {
        format!("HTTP {} {:?}: {}", answer.status, answer.headers, answer.text())
    })?;
    ensure(answer.spoken() == "Hello from azure/spare.", || answer.text())?;
    let closed = |mocks: &mock_providers::Handle| mocks.received().iter().any(|one| one.client_left());
    ensure(mocks.until(PATIENCE, closed).await, || "the provider's connection stays open".to_owned())?;
    let first = attempts(fixture, &answer).await?[0].clone();
    ensure(first["cause"] == "timeout", || first.to_string())?;
    first["duration_us"].as_u64().ok_or_else(|| first.to_string())
}

/// A stream whose content has begun may take longer than any bound of its first content, behind a second hop too;
/// and the hop adds nothing to what the provider sees.
pub async fn spare_streams_that_go_on(fixture: &Fixture) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for (model, ..) in MODELS {
        let script = "events=15,pause=100";
        let mocks = &fixture.gateway.mocks;
        mocks.set_script(model, &[script], After::Cycle).map_err(|error| error.to_string())?;
        let answer = client::send(fixture.gateway.address, &ask(fixture, model, true)).await?;
        let whole = answer.events().last().is_some_and(|event| event.data == "[DONE]");
        ensure(answer.status == 200 && whole, || format!("{model}: {}", answer.text()))?;
        let trail = format!("{model}/openai-1=200");
        ensure(answer.header("x-spillway-attempts") == Some(&trail), || format!("{:?}", answer.headers))?;
        let received = mocks.received();
        let request = received.last().ok_or("nothing was received")?;
        let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        seen.push(names);
    }
    ensure(seen.windows(2).all(|pair| pair[0] == pair[1]), || format!("headers differ: {seen:?}"))
}

/// A provider's own errors pass the second hop as they are, and a connection that fails behind it is told as one.
pub async fn leave_other_failures_alone(fixture: &Fixture) -> Result<(), Failure> {
    for (model, script, trail) in [
        ("hasty", "status=503", "hasty/openai-1=503, spare/azure-1=200"),
        ("hasty", "status=504", "hasty/openai-1=504, spare/azure-1=200"),
        ("hasty", "cut", "hasty/openai-1=connection, spare/azure-1=200"),
        // Were the hop slow to pass this on, the bound would be over first.
        ("hasty", "cut-after=1", "hasty/openai-1=connection, spare/azure-1=200"),
        ("hasty-and-dead", "", "hasty-and-dead/openai-1=connection, spare/azure-1=200"),
    ] {
        let mocks = &fixture.gateway.mocks;
        mocks.set_script(model, &[script], After::Cycle).map_err(|error| error.to_string())?;
        let answer = client::send(fixture.gateway.address, &ask(fixture, model, false)).await?;
        ensure(answer.header("x-spillway-attempts") == Some(trail), || {
            format!("{model} {script}: HTTP {} {:?}", answer.status, answer.headers)
        })?;
    }
    Ok(())
}

/// Clients leave just when the time of their tries is up. Where Envoy learns of both at once, whoever wakes the try
/// wakes one that is over, and takes the filter's VM with it, or Envoy. No condition tells that moment, so many
/// clients leave in the milliseconds around it.
pub async fn forget_clients_that_left(fixture: &Fixture) -> Result<(), Failure> {
    let mocks = &fixture.gateway.mocks;
    mocks.set_script("hasty", &["stall-after-headers"], After::Cycle).map_err(|error| error.to_string())?;
    let ask = ask(fixture, "hasty", true);
    let leaver = async |number: u32| {
        let moment = async {
            tokio::time::sleep(FIRST_LEAVES + BETWEEN_LEAVERS * number).await;
            true
        };
        client::leave_after(fixture.gateway.address, &ask, moment).await
    };
    for _ in 0..ROUNDS {
        let leavers: Vec<_> = (0..LEAVERS).map(|number| Box::pin(leaver(number))).collect();
        for left in join_all(leavers).await {
            left?;
        }
    }
    ensure(mocks.until(PATIENCE, |mocks| mocks.in_flight() == 0).await, || {
        "upstream requests of clients that left go on".to_owned()
    })?;
    // A VM that is gone is counted when the next request of its worker needs one.
    storm(fixture.gateway.address, 16, 1, &ask).await?;
    let ask = Ask::get("/stats?format=json&filter=vm_reload|spillway.panics", "");
    let stats = client::send(fixture.gateway.admin, &ask).await?.json();
    let counters = stats["stats"].as_array().cloned().unwrap_or_default();
    ensure(counters.len() > 1 && counters.iter().all(|counter| counter["value"] == 0), || stats.to_string())
}

fn ask(fixture: &Fixture, model: &str, stream: bool) -> Ask {
    let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": stream});
    Ask::post("/v1/chat/completions", fixture.key("alice"), &body)
}

async fn attempts(fixture: &Fixture, answer: &Answer) -> Result<Vec<Value>, Failure> {
    let id = answer.header("x-litellm-call-id").unwrap_or_default();
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let attempts = row["metadata"]["spillway_attempts"].as_array().cloned();
    attempts.filter(|attempts| attempts.len() == 2).ok_or_else(|| format!("two attempts in {row}"))
}
