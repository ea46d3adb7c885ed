//! A client that goes away.

use std::time::Duration;

use serde_json::{Value, json};
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger, pattern};

use super::ensure;

/// For what must happen at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// The client leaves a stream that has begun: the upstream connection closes at once, and the event says so.
pub async fn mid_stream(fixture: &Fixture) -> Result<(), Failure> {
    let body = json!({"model": "long", "messages": [{"role": "user", "content": "Hello"}], "stream": true,
        "user": "leaver"});
    let mut ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
    ask.headers.push(("user-agent".to_owned(), "leaver".to_owned()));
    client::leave_when(fixture.gateway.address, &ask, |seen| {
        seen.windows(9).any(|window| window == b"\"content\"")
    })
    .await?;
    let closed =
        |mocks: &mock_providers::Handle| mocks.received().iter().any(mock_providers::Received::client_left);
    ensure(fixture.gateway.mocks.until(PATIENCE, closed).await, || {
        "the upstream attempt goes on".to_owned()
    })?;
    let left = |row: &Value| {
        row["end_user"] == "leaver" && row["metadata"]["error_information"]["error_code"] == "499"
    };
    let rows = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().any(left));
    ledger::until(fixture.gateway.ledger, MASTER_KEY, "/spend/logs?status=failure&page_size=100", rows)
        .await?;
    Ok(())
}

/// The client leaves while the provider is silent: the attempt ends at once and is recorded as what it was, and
/// nothing of it counts against the deployment, which one failure would cool down for a minute.
pub async fn before_an_answer(fixture: &Fixture) -> Result<(), Failure> {
    let mocks = &fixture.gateway.mocks;
    let set = |script| mocks.set_script("left", &[script], mock_providers::After::Cycle);
    let body = json!({"model": "left", "messages": [{"role": "user", "content": "Hello"}], "user": "early"});
    let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
    set("stall").map_err(|error| error.to_string())?;
    client::leave_after(fixture.gateway.address, &ask, mocks.until(PATIENCE, |mocks| mocks.in_flight() == 1))
        .await?;
    ensure(mocks.until(PATIENCE, |mocks| mocks.in_flight() == 0).await, || {
        "the upstream attempt goes on".to_owned()
    })?;
    let received = mocks.received();
    ensure(received.len() == 1 && received.iter().all(mock_providers::Received::client_left), || {
        format!("upstream: {received:?}")
    })?;
    let left = |row: &&Value| row["end_user"] == "early";
    let is_there = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().any(|row| left(&row)));
    let path = "/spend/logs?status=failure&page_size=100";
    let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, path, is_there).await?;
    let row = rows.as_array().and_then(|rows| rows.iter().find(left)).cloned().unwrap_or_default();
    let expected = json!({
        "error_information": {"error_code": "499", "...": true},
        "spillway_attempts": [{"deployment": "left/openai-1", "cause": "client_disconnected", "...": true}],
        "spillway_client_disconnected": true,
        "...": true,
    });
    pattern::check(&expected, &row["metadata"])?;
    set("").map_err(|error| error.to_string())?;
    let next = client::send(fixture.gateway.address, &ask).await?;
    let trail = next.header("x-spillway-attempts");
    ensure(trail == Some("left/openai-1=200"), || format!("afterwards: HTTP {} {trail:?}", next.status))
}
