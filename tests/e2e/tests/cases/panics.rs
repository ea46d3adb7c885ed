//! A panic of the module, injected by a build that only this test uses (feature `test-panic`).

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::root;

use super::ensure;

/// Where `make wasm-test-panic` puts that build.
const MODULE: &str = "target/test-panic/wasm32-wasip1/release/spillway_filter.wasm";

/// Each panic costs its own request, and none of those that run beside it or follow.
pub fn one_request() -> Result<(), Failure> {
    let wasm = root().join(MODULE);
    ensure(wasm.exists(), || format!("{} is missing; run `make wasm-test-panic`", wasm.display()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::start(Some(wasm)).await?;
        let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
        let fine = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
        let mut fatal = fine.clone();
        fatal.headers.push(("x-spillway-test-panic".to_owned(), "1".to_owned()));
        for round in 0..10 {
            let broken = client::send(fixture.gateway.address, &fatal).await;
            let failed = broken.as_ref().map_or(true, |answer| answer.status >= 500);
            ensure(failed, || format!("round {round}: the panic was not one: {broken:?}"))?;
            for _ in 0..4 {
                let answer = client::send(fixture.gateway.address, &fine).await?;
                ensure(answer.status == 200, || format!("round {round}: HTTP {}: {}", answer.status, answer.text()))?;
            }
        }
        fixture.check_leaks()?;
        fixture.gateway.stop().await
    })
}
