//! Several gateways that deliver as fast as they are acknowledged.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use super::Options;
use super::events::Events;
use super::side::{Side, TOKEN};
use crate::Failure;
use crate::client::{Ask, Connection};

/// Part of the load.
#[derive(Clone, Copy, Debug)]
pub struct Delivered {
    /// Events that were acknowledged.
    pub events: u64,
    /// How long that took.
    pub took: Duration,
    /// CPU time of the ledger.
    pub ledger: Duration,
    /// CPU time of the database's server, where it has one.
    pub server: Duration,
}

impl Delivered {
    /// Events a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.events as f64 / self.took.as_secs_f64()
    }

    /// Microseconds of CPU of the ledger and of the server for an event.
    #[must_use]
    pub fn cpu_us(&self) -> (f64, f64) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / self.events as f64;
        (each(self.ledger), each(self.server))
    }
}

/// Delivers the events of these numbers and waits until each is acknowledged as stored.
///
/// # Errors
/// A batch was refused, or an event of it was there before.
pub async fn deliver(
    side: &Side,
    options: &Options,
    events: &Arc<Events>,
    numbers: Range<u64>,
) -> Result<Delivered, Failure> {
    let next = Arc::new(AtomicU64::new(numbers.start));
    let before = side.cpu()?;
    let began = Instant::now();
    let mut gateways = JoinSet::new();
    for gateway in 0..options.gateways {
        let (events, next, options, end) =
            (Arc::clone(events), Arc::clone(&next), options.clone(), numbers.end);
        let mut connection = Connection::open(side.address, None).await?;
        gateways.spawn(async move {
            loop {
                let from = next.fetch_add(options.batch, Ordering::Relaxed);
                if from >= end {
                    return Ok::<_, Failure>(());
                }
                let batch = from..end.min(from + options.batch);
                let body = events.batch(batch.clone(), gateway);
                post(&mut connection, body, batch.end - batch.start).await?;
            }
        });
    }
    while let Some(done) = gateways.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    let (took, after) = (began.elapsed(), side.cpu()?);
    Ok(Delivered {
        events: numbers.end - numbers.start,
        took,
        ledger: after.0.saturating_sub(before.0),
        server: after.1.saturating_sub(before.1),
    })
}

async fn post(connection: &mut Connection, body: Vec<u8>, events: u64) -> Result<(), Failure> {
    let headers =
        [("authorization", format!("Bearer {TOKEN}")), ("content-type", "application/json".to_owned())];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let ask = Ask { method: "POST".to_owned(), path: "/v1/events".to_owned(), headers, body };
    let answer = connection.send(&ask).await?;
    if answer.status == 200 && answer.json().get("stored").and_then(Value::as_u64) == Some(events) {
        return Ok(());
    }
    Err(format!("HTTP {}: {}", answer.status, answer.text()))
}
