//! The load: requests by a schedule that waits for nobody (an open loop).
//!
//! Request number *n* is due *n*/rate seconds after the beginning, however long others take. Where clients have fallen
//! behind they send at once until they have caught up, so a stretch in which the machine was busy elsewhere changes
//! when requests are sent, and not how many.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use spillway_e2e::Failure;
use spillway_e2e::client::{Ask, Patient};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::ensure;

/// Requests per second.
pub const RATE: u64 = 500;
/// The slowest pace that counts as this load, over the whole run: 90 % of [`RATE`]. A machine that does other things beside
/// may be allowed another, by the variable.
const FLOOR: f64 = 450.0;
const FLOOR_VARIABLE: &str = "SPILLWAY_CHAOS_FLOOR";
/// Connections, and so requests under way. An answer takes a few milliseconds; these are for when it does not.
const CLIENTS: usize = 64;
/// No disturbance keeps the gateway from answering for this long.
const PATIENCE: Duration = Duration::from_secs(90);

/// What was sent, and what became of it.
#[derive(Debug, Default)]
pub struct Told {
    /// Requests that were sent, or could not be.
    pub sent: u64,
    /// Ids of those that were answered with 200 and a whole body.
    pub answered: BTreeSet<String>,
    /// Why the others were not, the first few.
    pub failures: Vec<Failure>,
    /// Between the first request and the last answer.
    pub lasted: Duration,
}

/// Failures that are kept for the message.
const FAILURES: usize = 3;

impl Told {
    /// Requests per second.
    pub fn pace(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
        let sent = self.sent as f64;
        sent / self.lasted.as_secs_f64()
    }

    /// Whether this was the load that the scenario is about.
    ///
    /// # Errors
    /// The machine could not keep the pace.
    pub fn check_pace(&self) -> Result<(), Failure> {
        let named = std::env::var(FLOOR_VARIABLE).ok().and_then(|floor| floor.parse().ok());
        let floor: f64 = named.unwrap_or(FLOOR);
        ensure(self.pace() >= floor, || {
            let (pace, sent, lasted) = (self.pace(), self.sent, self.lasted);
            format!(
                "{pace:.0} requests/s ({sent} in {lasted:.1?}), expected {floor}; everything else is right. Run it on a \
                 machine that is idle, or name a lower floor in {FLOOR_VARIABLE}"
            )
        })
    }

    fn add(&mut self, other: Self) {
        self.answered.extend(other.answered);
        let room = FAILURES.saturating_sub(self.failures.len());
        self.failures.extend(other.failures.into_iter().take(room));
    }

    fn count(&mut self, answer: Result<String, Failure>) {
        match answer {
            Ok(id) => drop(self.answered.insert(id)),
            Err(failure) if self.failures.len() < FAILURES => self.failures.push(failure),
            Err(_) => {}
        }
    }
}

/// What clients share.
struct Schedule {
    to: SocketAddr,
    ask: Ask,
    began: Instant,
    next: AtomicU64,
    ended: AtomicBool,
    answered: watch::Sender<u64>,
}

/// A load that is under way. Dropping it ends it.
pub struct Load {
    schedule: Arc<Schedule>,
    clients: JoinSet<Told>,
}

impl Load {
    /// Begins to send.
    pub fn begin(to: SocketAddr, ask: Ask) -> Self {
        let (next, ended) = (AtomicU64::new(0), AtomicBool::new(false));
        let answered = watch::Sender::new(0);
        let schedule = Arc::new(Schedule { to, ask, began: Instant::now(), next, ended, answered });
        let clients = (0..CLIENTS).map(|_| client(Arc::clone(&schedule))).collect();
        Self { schedule, clients }
    }

    /// Waits until so many further requests have been answered.
    ///
    /// # Errors
    /// They never were.
    pub async fn answers(&self, further: u64) -> Result<(), Failure> {
        let mut answered = self.schedule.answered.subscribe();
        let enough = *answered.borrow_and_update() + further;
        // What is seen locks the number until it is dropped: before anybody else looks.
        let seen =
            timeout(PATIENCE, answered.wait_for(|now| *now >= enough)).await.is_ok_and(|seen| seen.is_ok());
        ensure(seen, || {
            let now = *self.schedule.answered.borrow();
            format!("{now} requests were answered after {PATIENCE:?}, not {enough}")
        })
    }

    /// Sends no further request; what became of all.
    pub async fn end(self) -> Told {
        self.schedule.ended.store(true, Ordering::SeqCst);
        let mut told = Told::default();
        for part in self.clients.join_all().await {
            told.add(part);
        }
        told.lasted = self.schedule.began.elapsed();
        // Each client has drawn one number after the end.
        told.sent = self.schedule.next.load(Ordering::SeqCst) - CLIENTS as u64;
        told
    }
}

async fn client(schedule: Arc<Schedule>) -> Told {
    let mut connection = Patient::to(schedule.to);
    let mut told = Told::default();
    loop {
        let number = schedule.next.fetch_add(1, Ordering::SeqCst);
        let due = schedule.began + Duration::from_micros(number * 1_000_000 / RATE);
        sleep_until(due.into()).await;
        if schedule.ended.load(Ordering::SeqCst) {
            return told;
        }
        let id = send(&mut connection, &schedule.ask).await;
        if id.is_ok() {
            schedule.answered.send_modify(|count| *count += 1);
        }
        told.count(id);
    }
}

/// The id of a request that was answered.
async fn send(connection: &mut Patient, ask: &Ask) -> Result<String, Failure> {
    let answer = connection.send(ask).await?;
    ensure(answer.status == 200 && answer.complete, || {
        format!("HTTP {}, complete: {}: {}", answer.status, answer.complete, answer.text())
    })?;
    answer.header("x-litellm-call-id").map(str::to_owned).ok_or_else(|| "an answer without an id".to_owned())
}
