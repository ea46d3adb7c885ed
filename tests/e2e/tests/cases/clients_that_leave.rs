//! A client that goes away.

use std::time::Duration;

use serde_json::{Value, json};
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;

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
    ensure(fixture.gateway.mocks.until(Duration::from_secs(10), closed).await, || {
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
