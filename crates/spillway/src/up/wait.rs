//! Waiting for a child to say that it is well, and for Envoy to have nothing left to do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::http::ask;
use super::process::Process;
use crate::failure::Failure;

/// Between two questions.
const INTERVAL: Duration = Duration::from_millis(50);
/// A start includes compiling the filter's module.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// For requests that are still being answered when we are told to stop.
const DRAIN_PATIENCE: Duration = Duration::from_secs(15);
/// For events that the ledger has not taken when the last request is over.
const DELIVERY_PATIENCE: Duration = Duration::from_secs(10);
/// Events that wait for the ledger.
const WAITING: &str = "/stats?usedonly&filter=^wasmcustom\\.spillway\\.outbox_bytes$";
/// Requests that Envoy is working on.
const ACTIVE: &str = "/stats?usedonly&filter=^http\\.gateway\\.downstream_rq_active$";

/// Waits until `path` answers 200.
///
/// # Errors
/// When the process ends first, or too much time passes.
pub async fn until_well(process: &mut Process, address: SocketAddr, path: &str) -> Result<(), Failure> {
    tokio::select! {
        () = answers(address, path) => Ok(()),
        failure = process.ended() => Err(failure),
        () = sleep(START_PATIENCE) => Err(Failure::new(format!(
            "http://{address}{path} does not answer 200 after {} s; {}",
            START_PATIENCE.as_secs(),
            process.log().tail(),
        ))),
    }
}

/// Has Envoy take no new connections and waits until it has answered what it has, within a bound.
pub async fn until_drained(admin: SocketAddr) {
    // An Envoy that does not answer has nothing to drain.
    if ask("POST", admin, "/drain_listeners").await.is_err() {
        return;
    }
    until_none(admin, ACTIVE, DRAIN_PATIENCE).await;
}

/// Waits until the ledger has taken all events, within a bound.
pub async fn until_delivered(admin: SocketAddr) {
    until_none(admin, WAITING, DELIVERY_PATIENCE).await;
}

async fn until_none(admin: SocketAddr, stats: &str, patience: Duration) {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        match ask("GET", admin, stats).await {
            Ok(answer) if active(&answer.body) > 0 => sleep(INTERVAL).await,
            _ => return,
        }
    }
}

async fn answers(address: SocketAddr, path: &str) {
    while !matches!(ask("GET", address, path).await, Ok(answer) if answer.status == 200) {
        sleep(INTERVAL).await;
    }
}

fn active(stats: &str) -> u64 {
    let numbers = stats.lines().filter_map(|line| line.rsplit_once(": "));
    numbers.filter_map(|(_, number)| number.trim().parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::active;

    #[test]
    fn active_requests() {
        assert_eq!(active("http.gateway.downstream_rq_active: 3\n"), 3);
        assert_eq!(active("2a\r\nhttp.gateway.downstream_rq_active: 3\n\r\n0\r\n"), 3);
        assert_eq!(active(""), 0);
    }
}
