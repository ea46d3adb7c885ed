//! Large bodies.

use mock_providers::After;
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::pattern;

use super::ensure;

/// Half a megabyte waits to be held or not when all the rest comes at once, more than Envoy's buffers have room for.
const BURST: &str = "large=3000000,chunk=500000,pause=20";
/// How much of it is there when the worker looks is chance.
const BURSTS: usize = 5;

fn chat(fixture: &Fixture, model: &str, bytes: usize) -> Ask {
    let body = json!({"model": model, "messages": [{"role": "user", "content": "a".repeat(bytes)}]});
    Ask::post("/v1/chat/completions", fixture.key("alice"), &body)
}

/// Envoy replays the buffered body to the fallback, whole.
pub async fn six_megabytes(fixture: &Fixture) -> Result<(), Failure> {
    let bytes = 6 * 1024 * 1024;
    let answer = client::send(fixture.gateway.address, &chat(fixture, "failing", bytes)).await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    let received = fixture.gateway.mocks.received();
    let sizes: Vec<usize> = received.iter().map(|request| request.body.len()).collect();
    ensure(sizes.len() == 4 && sizes.iter().all(|size| *size > bytes), || {
        format!("upstream bodies: {sizes:?}")
    })
}

/// The limit of the suite's configuration is 8 MiB.
pub async fn past_the_limit(fixture: &Fixture) -> Result<(), Failure> {
    let ask = chat(fixture, "plain", 9 * 1024 * 1024);
    let answer = client::send(fixture.gateway.address, &ask).await?;
    ensure(answer.status == 413, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    ensure(fixture.gateway.mocks.received().is_empty(), || "an upstream was asked".to_owned())?;
    let expected = json!({"error": {
        "message": "The request body is larger than 8388608 bytes.",
        "type": "invalid_request_error", "param": null, "code": "request_too_large"}});
    pattern::check(&expected, &answer.json())?;
    let kind = answer.header("content-type");
    ensure(kind == Some("application/json"), || format!("content-type: {kind:?}"))
}

/// Envoy never answers for the filter, however large the pieces are that an answer comes in, behind a second hop too.
pub async fn too_much_at_once(fixture: &Fixture) -> Result<(), Failure> {
    for model in ["usual", "hasty"] {
        let set = fixture.gateway.mocks.set_script(model, &[BURST], After::Cycle);
        set.map_err(|error| error.to_string())?;
        let trail = format!("{model}/openai-1=answer_too_large, spare/azure-1=200");
        for _ in 0..BURSTS {
            let answer = client::send(fixture.gateway.address, &chat(fixture, model, 9)).await?;
            let told = answer.header("x-spillway-attempts");
            ensure(told == Some(&trail), || format!("HTTP {}, {told:?}", answer.status))?;
        }
    }
    Ok(())
}
