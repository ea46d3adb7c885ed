//! Carries the outbox's batches to the ledger's cluster. The ledger's credential is added there, by Envoy.

use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use super::ledger::{Answer, CLUSTER};
use super::state;
use crate::event::Event;
use crate::exchange::outbox::{Counts, Outbox};

const PATH: &str = "/v1/events";
/// A batch that is not acknowledged within this is sent again.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The outbox of one worker and what it is counted by.
pub struct Courier {
    outbox: Outbox,
    /// Envoy's number of the call that carries the batch under way.
    under_way: Option<u32>,
    told: Counts,
    counters: [Option<u32>; 4],
}

impl Courier {
    pub fn new(most_bytes: u32) -> Self {
        let counter = |name| hostcalls::define_metric(MetricType::Counter, name).ok();
        Self {
            outbox: Outbox::new(most_bytes as usize),
            under_way: None,
            told: Counts::default(),
            counters: [
                counter("spillway.events_queued"),
                counter("spillway.events_delivered"),
                counter("spillway.event_batches_retried"),
                counter("spillway.events_dropped"),
            ],
        }
    }

    /// Takes an event.
    pub fn push(&mut self, event: &Event) {
        match serde_json::to_vec(event) {
            Ok(bytes) => self.outbox.push(bytes),
            Err(error) => log::error!("spillway: an event could not be written: {error}"),
        }
    }

    /// Posts the next batch, if there is one to post.
    pub fn flush(&mut self) {
        let now_ms = state::now_us() / 1_000;
        if let Some(batch) = self.outbox.batch(now_ms) {
            let headers = vec![
                (":method", "POST"),
                (":path", PATH),
                (":authority", CLUSTER),
                ("content-type", "application/json"),
            ];
            #[cfg(feature = "test-panic")]
            super::injected::panic_in_posting();
            match hostcalls::dispatch_http_call(CLUSTER, headers, Some(&batch), vec![], TIMEOUT) {
                Ok(call) => self.under_way = Some(call),
                Err(_) => self.outbox.answered(None, now_ms, state::dice()),
            }
        }
        self.tell();
    }

    /// The answer to a call. It counts for the batch under way only: one that [`Self::recover`] gave up has been
    /// put back into the queue.
    pub fn answered(&mut self, answer: Answer) {
        if self.under_way != Some(answer.call) {
            return;
        }
        self.under_way = None;
        self.outbox.answered(answer.status(), state::now_us() / 1_000, state::dice());
        self.flush();
    }

    /// After a panic in any of the above: what became of the batch under way is not known, so it is sent again.
    pub fn recover(&mut self) {
        self.under_way = None;
        self.outbox.answered(None, state::now_us() / 1_000, state::dice());
    }

    /// Brings Envoy's counters up to date.
    fn tell(&mut self) {
        let now = self.outbox.counts();
        let grown = [
            now.queued - self.told.queued,
            now.delivered - self.told.delivered,
            now.retried - self.told.retried,
            now.dropped - self.told.dropped,
        ];
        for (counter, grown) in self.counters.iter().zip(grown) {
            if let (Some(counter), 1..) = (counter, grown) {
                let _ = hostcalls::increment_metric(*counter, i64::try_from(grown).unwrap_or(i64::MAX));
            }
        }
        self.told = now;
    }
}
