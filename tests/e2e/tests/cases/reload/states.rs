//! What a change of the file changes, and what outlives it.

use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::Fixture;

use super::super::ensure;
use super::file::{File, PHRASE};
use super::gateway;

/// The name of a model is part of its answer.
const SLOW: &str = "Hello from openai/slow~events=40,pause=50.";

/// Requests under way end as they began; limits, cooldowns and connections go on; the rest is as the file says.
pub async fn kept() -> Result<(), Failure> {
    let fixture = gateway(File::FIRST).await?;
    let mut kept = Connection::open(fixture.gateway.address, None).await?;
    use_limit(&fixture, &mut kept).await?;
    cool(&fixture, &mut kept).await?;
    let (slow, leaving) =
        (under_way(&fixture, "slow", true).await?, under_way(&fixture, "leaving", false).await?);

    let told = edit(&fixture, File { leaving: false, added: true, guarded: true, rpm: 7_000, ..File::FIRST })
        .await?;
    ensure(told.contains("added model group added, removed model groups slow, leaving"), || told)?;
    expect(&ask(&fixture, &mut kept, "added").await?, 200, "Hello from groq/added.")?;
    let gone = refused(&fixture, "slow", "Hello").await?;
    ensure(gone.status == 400 && gone.json()["error"]["code"] == "model_not_found", || describe(&gone))?;
    let blocked = refused(&fixture, "plain", PHRASE).await?;
    ensure(blocked.status == 400, || describe(&blocked))?;
    expect_limit(&fixture, &mut kept, "7000").await?;
    expect(&slow.await.map_err(|error| error.to_string())??, 200, SLOW)?;
    let leaving = leaving.await.map_err(|error| error.to_string())??;
    if keeps_deployments(&fixture)? {
        expect(&leaving, 200, "Hello from azure/haven.")?;
    } else {
        let told = leaving.text().contains("no longer configured");
        ensure(leaving.status == 503 && told, || describe(&leaving))?;
    }

    nothing_of_a_bad_edit(&fixture, &mut kept).await?;

    let told = edit(&fixture, File { durable: true, rpm: 8_000, ..File::FIRST }).await?;
    ensure(told.contains("spillway_settings.durable_events needs a restart"), || told)?;
    expect_limit(&fixture, &mut kept, "8000").await?;
    expect(&said(&fixture, &mut kept, "plain", PHRASE).await?, 200, "Hello from openai/plain.")?;
    still_limited_and_cooled(&fixture, &mut kept).await?;
    another_listener(&fixture, &mut kept).await?;
    fixture.check_leaks()?;
    fixture.gateway.stop().await
}

/// Whether a deployment that a change takes away is there for the next try of a request that was planned before: not
/// with Envoys that all tries go to one cluster of. docs/ENVOY_VERSIONS.md says so.
fn keeps_deployments(fixture: &Fixture) -> Result<bool, Failure> {
    let rendered = fixture.gateway.data.join("envoy.yaml");
    let text =
        std::fs::read_to_string(&rendered).map_err(|error| format!("{}: {error}", rendered.display()))?;
    Ok(!text.contains("spillway-tries"))
}

/// What cannot be used is told, and everything stays.
async fn nothing_of_a_bad_edit(fixture: &Fixture, kept: &mut Connection) -> Result<(), Failure> {
    let good = File { leaving: false, added: true, guarded: true, rpm: 7_000, ..File::FIRST }.text();
    for (text, problem) in [
        (good.replace("model_list:", "model_list: ["), "gateway.yaml:"),
        (good.replace("E2E_GROQ_KEY", "E2E_KEY_THAT_IS_NOT_SET"), "E2E_KEY_THAT_IS_NOT_SET"),
        (String::new(), "gateway.yaml"),
    ] {
        let told = fixture.gateway.reconfigure(&text, true).await?;
        let is_told = told.contains("the old configuration stays") && told.contains(problem);
        ensure(is_told && told.contains("error"), || format!("told of {problem}: {told}"))?;
        expect(&ask(fixture, kept, "added").await?, 200, "Hello from groq/added.")?;
    }
    Ok(())
}

/// A change of the listener itself: Envoy closes the old one's connections in its time, none under a request.
async fn another_listener(fixture: &Fixture, kept: &mut Connection) -> Result<(), Failure> {
    fixture.check_received(&fixture.gateway.mocks.take())?;
    let slow = under_way(fixture, "slow", true).await?;
    edit(fixture, File { leaving: false, largest: 4 << 20, ..File::FIRST }).await?;
    let next = chat(fixture.key("survivor"), "plain", "Hello", false);
    expect(&client::send(fixture.gateway.address, &next).await?, 200, "Hello from openai/plain.")?;
    expect(&kept.send(&next).await?, 200, "Hello from openai/plain.")?;
    expect(&slow.await.map_err(|error| error.to_string())??, 200, SLOW)
}

/// Two of three requests a minute.
async fn use_limit(fixture: &Fixture, kept: &mut Connection) -> Result<(), Failure> {
    for _ in 0..2 {
        let answer = kept.send(&chat(fixture.key("three"), "plain", "Hello", false)).await?;
        expect(&answer, 200, "Hello from openai/plain.")?;
    }
    Ok(())
}

async fn cool(fixture: &Fixture, kept: &mut Connection) -> Result<(), Failure> {
    let after = mock_providers::After::Cycle;
    fixture.gateway.mocks.set_script("cooled", &["status=500"], after).map_err(|error| error.to_string())?;
    expect_tries(&ask(fixture, kept, "cooled").await?, "cooled/openai-1=500, cooled/azure-1=200")
}

/// Only one request is left of the limit, and the deployment rests, though it would answer.
async fn still_limited_and_cooled(fixture: &Fixture, kept: &mut Connection) -> Result<(), Failure> {
    fixture.gateway.mocks.unset_script(None);
    expect_tries(&ask(fixture, kept, "cooled").await?, "cooled/azure-1=200")?;
    let limited = chat(fixture.key("three"), "plain", "Hello", false);
    let statuses = [kept.send(&limited).await?.status, kept.send(&limited).await?.status];
    ensure(statuses == [200, 429], || format!("the third and fourth of three a minute: HTTP {statuses:?}"))
}

/// A request that has arrived at its provider, and is not answered yet.
async fn under_way(
    fixture: &Fixture,
    model: &'static str,
    stream: bool,
) -> Result<tokio::task::JoinHandle<Result<Answer, Failure>>, Failure> {
    let (to, request) = (fixture.gateway.address, chat(fixture.key("survivor"), model, "Hello", stream));
    let answer = tokio::spawn(async move { client::send(to, &request).await });
    let arrived = |mocks: &mock_providers::Handle| {
        let of_model = |one: &mock_providers::Received| {
            one.json()["model"].as_str().is_some_and(|name| name.starts_with(model))
        };
        mocks.received().iter().any(of_model)
    };
    ensure(fixture.gateway.mocks.until(client::PATIENCE, arrived).await, || {
        format!("no request for {model} arrived")
    })?;
    Ok(answer)
}

async fn edit(fixture: &Fixture, file: File) -> Result<String, Failure> {
    let told = fixture.gateway.reconfigure(&file.text(), false).await?;
    ensure(told.contains("reloaded in"), || told.clone())?;
    Ok(told)
}

fn chat(key: &str, model: &str, text: &str, stream: bool) -> Ask {
    let body: Value =
        json!({"model": model, "stream": stream, "messages": [{"role": "user", "content": text}]});
    Ask::post("/v1/chat/completions", key, &body)
}

async fn ask(fixture: &Fixture, kept: &mut Connection, model: &str) -> Result<Answer, Failure> {
    said(fixture, kept, model, "Hello").await
}

async fn said(fixture: &Fixture, kept: &mut Connection, model: &str, text: &str) -> Result<Answer, Failure> {
    let sent = kept.send(&chat(fixture.key("survivor"), model, text, false)).await;
    let answer = sent.map_err(|failure| format!("{model} on the kept connection: {failure}"))?;
    ensure(answer.header("connection").is_none(), || format!("not kept: {}", describe(&answer)))?;
    Ok(answer)
}

/// On a connection of its own, for Envoy closes one whose request it refuses before it has all of it.
async fn refused(fixture: &Fixture, model: &str, text: &str) -> Result<Answer, Failure> {
    client::send(fixture.gateway.address, &chat(fixture.key("survivor"), model, text, false)).await
}

async fn expect_limit(fixture: &Fixture, kept: &mut Connection, limit: &str) -> Result<(), Failure> {
    let answer = ask(fixture, kept, "plain").await?;
    let told = answer.header("x-ratelimit-limit-requests");
    ensure(told == Some(limit), || format!("not {limit} requests a minute: {}", describe(&answer)))
}

fn expect(answer: &Answer, status: u16, spoken: &str) -> Result<(), Failure> {
    let is_as_expected = answer.status == status && answer.complete && answer.spoken() == spoken;
    ensure(is_as_expected, || format!("expected {status} {spoken:?}: {}", describe(answer)))
}

fn expect_tries(answer: &Answer, tries: &str) -> Result<(), Failure> {
    let told = answer.header("x-spillway-attempts");
    ensure(told == Some(tries), || format!("expected {tries}: {}", describe(answer)))
}

fn describe(answer: &Answer) -> String {
    format!("HTTP {} {:?}: {}", answer.status, answer.headers, answer.text())
}
