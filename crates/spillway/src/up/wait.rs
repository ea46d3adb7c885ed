//! Waiting for a child to say that it is well, and for Envoy to have nothing left to do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::process::Process;
use crate::failure::Failure;
use crate::local_http::ask;

/// Between two questions.
const INTERVAL: Duration = Duration::from_millis(50);
/// A start includes compiling the filter's module.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// For requests that are still being answered when we are told to stop.
const DRAIN_PATIENCE: Duration = Duration::from_secs(15);
/// For services that events wait for, and for events that the ledger has not taken, when the last request is over.
const DELIVERY_PATIENCE: Duration = Duration::from_secs(10);
/// What Envoy is doing: see [`Work`].
const WORK: &str = "/stats?usedonly&filter=^(http\\.gateway\\.downstream_rq_(active|total)\
    |wasmcustom\\.spillway\\.(outbox_bytes|workers_awaiting_services))$";

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

/// Has Envoy take no new connections, close those that it has with their next answer, and waits until it has answered
/// what it has, within a bound. Clients that keep connections would go on asking on them: stopping the listeners
/// alone does not end that, a failed health check does.
pub async fn until_drained(admin: SocketAddr) {
    for path in ["/healthcheck/fail", "/drain_listeners"] {
        // An Envoy that does not answer has nothing to drain.
        if ask("POST", admin, path).await.is_err() {
            return;
        }
    }
    until_idle(admin, DRAIN_PATIENCE, |work| work.active == 0).await;
}

/// Waits until the ledger has taken all events, those too that wait for a service first, within a bound.
pub async fn until_delivered(admin: SocketAddr) {
    until_idle(admin, DELIVERY_PATIENCE, Work::is_delivered).await;
}

/// Waits until `idle` holds at two looks between which no request came: between two requests of a client that keeps
/// asking, nothing is under way either.
async fn until_idle(admin: SocketAddr, patience: Duration, idle: fn(&Work) -> bool) {
    let deadline = Instant::now() + patience;
    let mut before = None;
    while Instant::now() < deadline {
        let Ok(answer) = ask("GET", admin, WORK).await else { return };
        let work = Work::read(&answer.body);
        if idle(&work) && before == Some(work.total) {
            return;
        }
        before = Some(work.total);
        sleep(INTERVAL).await;
    }
}

/// Waits until `path` answers 200.
pub async fn answers(address: SocketAddr, path: &str) {
    while !matches!(ask("GET", address, path).await, Ok(answer) if answer.status == 200) {
        sleep(INTERVAL).await;
    }
}

/// What Envoy's statistics say of its work; 0 where nothing is said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Work {
    /// Requests that it is working on.
    active: u64,
    /// Requests so far.
    total: u64,
    /// Bytes of events that wait for the ledger.
    waiting: u64,
    /// Workers that have asked or told services something for requests that are over. An event that waits for an answer
    /// is not among those that wait for the ledger yet.
    awaiting: u64,
}

impl Work {
    /// Reads lines of `name: number`; others are those of a chunked body.
    fn read(stats: &str) -> Self {
        let mut work = Self::default();
        for (name, number) in stats.lines().filter_map(|line| line.rsplit_once(": ")) {
            let number = number.trim().parse().unwrap_or(0);
            match name {
                "http.gateway.downstream_rq_active" => work.active = number,
                "http.gateway.downstream_rq_total" => work.total = number,
                "wasmcustom.spillway.outbox_bytes" => work.waiting = number,
                "wasmcustom.spillway.workers_awaiting_services" => work.awaiting = number,
                _ => {}
            }
        }
        work
    }

    /// Whether nothing is under way that an event may come of, or is one.
    fn is_delivered(&self) -> bool {
        self.active == 0 && self.waiting == 0 && self.awaiting == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Work;

    #[test]
    fn work_is_read_from_statistics() {
        let stats = "2a\r\nhttp.gateway.downstream_rq_active: 3\nhttp.gateway.downstream_rq_total: 40\n\
                     wasmcustom.spillway.outbox_bytes: 512\n\
                     wasmcustom.spillway.workers_awaiting_services: 2\n\r\n0\r\n";
        assert_eq!(Work::read(stats), Work { active: 3, total: 40, waiting: 512, awaiting: 2 });
        assert_eq!(Work::read(""), Work::default());
    }

    #[test]
    fn what_waits_for_a_service_is_not_delivered() {
        for (line, is_delivered) in [
            ("http.gateway.downstream_rq_total: 1\n", true),
            ("http.gateway.downstream_rq_active: 1\n", false),
            ("wasmcustom.spillway.outbox_bytes: 1\n", false),
            ("wasmcustom.spillway.workers_awaiting_services: 1\n", false),
        ] {
            assert_eq!(Work::read(line).is_delivered(), is_delivered, "{line}");
        }
    }
}
