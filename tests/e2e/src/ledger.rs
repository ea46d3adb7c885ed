//! Reads the ledger, waiting until what must be there is there.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;
use crate::client::{self, Ask};

/// Events are flushed several times a second; a row that is not there by then is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// The spend row of one request.
///
/// # Errors
/// There is none in time, or the ledger refuses.
pub async fn row(ledger: SocketAddr, master_key: &str, request_id: &str) -> Result<Value, Failure> {
    let path = format!("/spend/logs?request_id={request_id}");
    let rows =
        until(ledger, master_key, &path, |rows| rows.as_array().is_some_and(|rows| !rows.is_empty())).await?;
    Ok(rows.get(0).cloned().unwrap_or(Value::Null))
}

/// Asks until the answer is as it must be.
///
/// # Errors
/// It never was; the text holds the last answer.
pub async fn until(
    ledger: SocketAddr,
    master_key: &str,
    path: &str,
    holds: impl Fn(&Value) -> bool,
) -> Result<Value, Failure> {
    let began = Instant::now();
    loop {
        let last = match client::send(ledger, &Ask::get(path, master_key)).await {
            Ok(answer) if answer.status == 200 && holds(&answer.json()) => return Ok(answer.json()),
            Ok(answer) => format!("HTTP {}: {}", answer.status, answer.text()),
            Err(error) => error,
        };
        if began.elapsed() > PATIENCE {
            return Err(format!("the ledger's {path} is not as expected after {PATIENCE:?}: {last}"));
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
