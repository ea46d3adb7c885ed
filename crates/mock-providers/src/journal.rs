//! The bounded keep of requests, and the tickets that record how each answer ended.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::received::{Ended, Received};

/// How many requests are kept; past it the oldest goes.
pub const MOST_REQUESTS: usize = 10_000;
/// How many bytes of requests are kept; past it the oldest goes.
pub const MOST_BYTES: usize = 256 << 20;

/// What one server has received.
#[derive(Debug)]
pub struct Journal {
    kept: Mutex<Kept>,
    in_flight: AtomicUsize,
    connections: AtomicUsize,
    /// Counts up at every change, so that a test can wait for one.
    changes: watch::Sender<u64>,
    stopped: watch::Receiver<bool>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<Received>,
    bytes: usize,
    evicted: u64,
    next: u64,
}

impl Journal {
    /// An empty journal; `stopped` tells that the server is being shut down.
    pub fn new(stopped: watch::Receiver<bool>) -> Self {
        Self {
            kept: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            changes: watch::Sender::new(0),
            stopped,
        }
    }

    /// Every request that is kept, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.kept().requests.iter().cloned().collect()
    }

    /// Forgets every request and the count of those that were evicted.
    pub fn clear(&self) {
        let mut kept = self.kept();
        *kept = Kept { next: kept.next, ..Kept::default() };
        drop(kept);
        self.changed();
    }

    /// Takes out every request whose answer has ended, oldest first. Those under way stay.
    pub fn take(&self) -> Vec<Received> {
        let mut kept = self.kept();
        let (ended, under_way): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut kept.requests).into_iter().partition(|request| request.ended.is_some());
        kept.bytes = under_way.iter().map(Received::size).sum();
        kept.requests = under_way;
        ended.into()
    }

    /// How many requests were let go because the keep was full.
    pub fn evicted(&self) -> u64 {
        self.kept().evicted
    }

    /// Requests whose answer is under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Waits until `condition` holds, looking again at every change.
    pub async fn until(&self, condition: impl Fn() -> bool) {
        let mut changes = self.changes.subscribe();
        while !condition() {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Everything as JSON; only requests with a sequence number of `since` or more.
    pub fn to_json(&self, since: u64) -> Value {
        let kept = self.kept();
        let received: Vec<Value> =
            kept.requests.iter().filter(|request| request.sequence >= since).map(Received::to_json).collect();
        json!({
            "received": received,
            "evicted": kept.evicted,
            "kept_bytes": kept.bytes,
            "most_requests": MOST_REQUESTS,
            "most_bytes": MOST_BYTES,
            "in_flight": self.in_flight(),
            "connections": self.connections(),
        })
    }

    /// Records the head of a request. Dropping the ticket records the end of its answer.
    pub fn open(self: &Arc<Self>, method: String, target: String, headers: Vec<(String, Vec<u8>)>) -> Ticket {
        let mut kept = self.kept();
        let sequence = kept.next;
        kept.next += 1;
        let received_at = SystemTime::now();
        let body = Bytes::new();
        kept.add(Received {
            sequence,
            method,
            target,
            headers,
            body,
            received_at,
            status: None,
            ended: None,
        });
        drop(kept);
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        self.changed();
        Ticket { journal: Arc::clone(self), sequence, end: None }
    }

    /// Counts a connection until the guard is dropped.
    pub fn connection(self: &Arc<Self>) -> Connection {
        self.connections.fetch_add(1, Ordering::SeqCst);
        self.changed();
        Connection { journal: Arc::clone(self) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn update(&self, sequence: u64, change: impl FnOnce(&mut Received)) {
        let mut kept = self.kept();
        if let Ok(index) = kept.requests.binary_search_by_key(&sequence, |request| request.sequence)
            && let Some(request) = kept.requests.get_mut(index)
        {
            let before = request.size();
            change(request);
            let after = request.size();
            kept.bytes = kept.bytes - before + after;
            kept.evict();
        }
        drop(kept);
        self.changed();
    }
}

impl Kept {
    fn add(&mut self, request: Received) {
        self.bytes += request.size();
        self.requests.push_back(request);
        self.evict();
    }

    fn evict(&mut self) {
        while self.requests.len() > MOST_REQUESTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.requests.pop_front() else { return };
            self.bytes -= oldest.size();
            self.evicted += 1;
        }
    }
}

/// One request whose answer is under way.
#[derive(Debug)]
pub struct Ticket {
    journal: Arc<Journal>,
    sequence: u64,
    end: Option<Ended>,
}

impl Ticket {
    /// Records the body.
    pub fn body(&self, body: Bytes) {
        self.journal.update(self.sequence, |request| request.body = body);
    }

    /// Records the status of the answer.
    pub fn status(&self, status: u16) {
        self.journal.update(self.sequence, |request| request.status = Some(status));
    }

    /// Says how the answer ends. Without this, a ticket that is dropped was left by its client.
    pub fn ends(&mut self, how: Ended) {
        self.end = Some(how);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let left = if *self.journal.stopped.borrow() { Ended::ServerStopped } else { Ended::ClientLeft };
        let end = (self.end.unwrap_or(left), SystemTime::now());
        self.journal.in_flight.fetch_sub(1, Ordering::SeqCst);
        self.journal.update(self.sequence, |request| request.ended = Some(end));
    }
}

/// One connection that is open.
#[derive(Debug)]
pub struct Connection {
    journal: Arc<Journal>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.journal.connections.fetch_sub(1, Ordering::SeqCst);
        self.journal.changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Arc<Journal> {
        Arc::new(Journal::new(watch::channel(false).1))
    }

    #[test]
    fn the_oldest_goes_and_is_counted() {
        let journal = journal();
        for number in 0..=MOST_REQUESTS {
            drop(journal.open("GET".into(), format!("/{number}"), Vec::new()));
        }
        assert_eq!(journal.evicted(), 1);
        assert_eq!(journal.received().len(), MOST_REQUESTS);
        assert_eq!(journal.received()[0].target, "/1");
        journal.clear();
        assert_eq!((journal.evicted(), journal.received().len()), (0, 0));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let journal = journal();
        for _ in 0..3 {
            journal.open("POST".into(), "/".into(), Vec::new()).body(Bytes::from(vec![b'x'; MOST_BYTES / 2]));
        }
        assert_eq!((journal.received().len(), journal.evicted()), (1, 2));
    }

    #[test]
    fn what_has_ended_can_be_taken_out() {
        let journal = journal();
        let first = journal.open("POST".into(), "/first".into(), Vec::new());
        drop(journal.open("POST".into(), "/second".into(), Vec::new()));
        let targets = || journal.take().into_iter().map(|request| request.target).collect::<Vec<_>>();
        assert_eq!(targets(), ["/second"]);
        assert!(targets().is_empty());
        drop(first);
        assert_eq!(targets(), ["/first"]);
    }

    #[test]
    fn a_ticket_that_is_dropped_early_was_left_by_the_client() {
        let journal = journal();
        let left = journal.open("POST".into(), "/".into(), Vec::new());
        let mut whole = journal.open("POST".into(), "/".into(), Vec::new());
        assert_eq!(journal.in_flight(), 2);
        whole.ends(Ended::Whole);
        drop((left, whole));
        let ends: Vec<_> =
            journal.received().iter().map(|request| request.ended.map(|(how, _)| how)).collect();
        assert_eq!(ends, [Some(Ended::ClientLeft), Some(Ended::Whole)]);
        assert_eq!(journal.in_flight(), 0);
    }
}
