//! A panic of the module, injected by a build that only this test uses (feature `test-panic`).

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::root;

use super::ensure;

/// Panics, each twice: alone, and beside other requests.
const ROUNDS: usize = 10;

/// Requests of each client beside a panic.
const EACH: usize = 20;

/// Where `make module-test-panic` puts that build.
const MODULE: &str = "target/test-panic/wasm32-wasip1/release/spillway_filter.wasm";

/// A panic costs its own request; every request that begins after it is answered. What else is on the same
/// worker at that instant shares its VM and is lost with it: at most one request of each client.
pub fn one_request() -> Result<(), Failure> {
    let wasm = root().join(MODULE);
    ensure(wasm.exists(), || format!("{} is missing; run `make module-test-panic`", wasm.display()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::start(Some(wasm)).await?;
        let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
        let fine = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
        let mut fatal = fine.clone();
        fatal.headers.push(("x-spillway-test-panic".to_owned(), "1".to_owned()));
        for round in 0..ROUNDS {
            panic_alone(&fixture, &fatal, &fine)
                .await
                .map_err(|failure| format!("round {round}: {failure}"))?;
            panic_beside(&fixture, &fatal, &fine)
                .await
                .map_err(|failure| format!("round {round}: {failure}"))?;
        }
        fixture.check_leaks()?;
        fixture.gateway.stop().await
    })
}

async fn panic_alone(fixture: &Fixture, fatal: &Ask, fine: &Ask) -> Result<(), Failure> {
    let broken = client::send(fixture.gateway.address, fatal).await;
    let failed = broken.as_ref().map_or(true, |answer| answer.status >= 500);
    ensure(failed, || format!("the panic was not one: {broken:?}"))?;
    for _ in 0..4 {
        let answer = client::send(fixture.gateway.address, fine).await?;
        ensure(answer.status == 200, || format!("afterwards: HTTP {}: {}", answer.status, answer.text()))?;
    }
    Ok(())
}

async fn panic_beside(fixture: &Fixture, fatal: &Ask, fine: &Ask) -> Result<(), Failure> {
    let client = async || {
        let mut lost = 0;
        for _ in 0..EACH {
            let answered =
                client::send(fixture.gateway.address, fine).await.is_ok_and(|one| one.status == 200);
            lost += usize::from(!answered);
        }
        lost
    };
    let beside = async { tokio::join!(client(), client(), client(), client()) };
    let (lost, broken) = tokio::join!(beside, client::send(fixture.gateway.address, fatal));
    ensure(broken.map_or(true, |answer| answer.status >= 500), || "the panic was not one".to_owned())?;
    let (a, b, c, d) = lost;
    ensure([a, b, c, d].iter().all(|lost| *lost <= 1), || format!("lost beside one panic: {lost:?}"))
}
