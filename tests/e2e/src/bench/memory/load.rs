//! Requests, so many.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::task::JoinSet;

use crate::Failure;
use crate::bench::loads::Load;
use crate::bench::running::{KEY, PATH, Running};
use crate::bench::{table, wrk};
use crate::client::{Ask, Connection};

/// Connections of wrk.
const CONNECTIONS: u32 = 16;
/// Seconds of load at a time, at first and at most.
const SECONDS: u32 = 10;
/// Progress is told as often.
const TOLD_EACH: u64 = 100_000;

/// Exactly so many, of these in turns, at once on so many connections. The size of the largest body.
///
/// # Errors
/// An answer was not 200.
pub async fn some(
    gateway: &Running,
    loads: &[&Load],
    requests: u32,
    at_once: usize,
) -> Result<usize, Failure> {
    let asks: Result<Vec<Ask>, Failure> =
        loads.iter().map(|load| Ok(Ask::post(PATH, KEY, &load.body()?))).collect();
    let asks = Arc::new(asks?);
    let next = Arc::new(AtomicU32::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..at_once {
        let (asks, next, to) = (Arc::clone(&asks), Arc::clone(&next), gateway.address);
        clients.spawn(async move {
            let mut connection = Connection::open(to, None).await?;
            for ask in asks.iter().cycle() {
                if next.fetch_add(1, Ordering::Relaxed) >= requests {
                    break;
                }
                let answer = connection.send(ask).await?;
                if answer.status != 200 {
                    return Err(format!("HTTP {}: {}", answer.status, answer.text()));
                }
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    Ok(asks.iter().map(|ask| ask.body.len()).max().unwrap_or_default())
}

/// At least so many, as fast as wrk sends them.
///
/// # Errors
/// An answer was not a success, or an event was lost.
pub async fn many(
    gateway: &Running,
    load: &Load,
    folder: &Path,
    requests: u32,
    say: fn(&str),
) -> Result<(), Failure> {
    let body = load.write(folder, gateway.side.name, None)?;
    let (mut done, mut seconds) = (0_u64, 1);
    while done < u64::from(requests) {
        let load = wrk::Load { path: PATH, body: &body, headers: "", connections: CONNECTIONS, seconds };
        let figures = wrk::run(gateway.address, KEY, &load).await?;
        gateway.settle().await?;
        let before = done;
        done += figures.requests;
        if before / TOLD_EACH < done / TOLD_EACH {
            say(&format!("  {} requests", table::number(done as f64, 0)));
        }
        let left = u64::from(requests).saturating_sub(done) as f64;
        let a_second = figures.requests as f64 * 1e6 / figures.duration_us.max(1.0);
        seconds = ((left / a_second).ceil() as u32).clamp(1, SECONDS);
    }
    Ok(())
}
