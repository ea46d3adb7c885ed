//! What the process counts of its own work, for Prometheus.
//!
//! Names and labels are bounded: every label's values stand in this program, and none comes from a caller. Counters are
//! of this process and begin at 0 with it. Knows no HTTP and no database.

mod histogram;
mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use histogram::Histogram;
pub(crate) use text::Text;

/// Endpoints that are told apart; the program has fewer.
const ENDPOINTS: usize = 128;

/// Why a batch was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has more bytes than a batch may.
    TooLarge,
    /// It is not what a gateway sends.
    Malformed,
    /// Too much was under way already.
    Busy,
    /// The database did not store it.
    Storage,
}

impl Refusal {
    /// All of them with the values of the label `reason`.
    const ALL: [(Self, &'static str); 4] = [
        (Self::TooLarge, "too_large"),
        (Self::Malformed, "malformed"),
        (Self::Busy, "busy"),
        (Self::Storage, "storage"),
    ];
}

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    batches: AtomicU64,
    stored: AtomicU64,
    duplicates: AtomicU64,
    refused: [AtomicU64; Refusal::ALL.len()],
    requests: Mutex<BTreeMap<String, Arc<Histogram>>>,
}

impl Metrics {
    /// A batch is on the disk.
    pub(crate) fn taken(&self, stored: u64, duplicates: u64) {
        for (counter, by) in [(&self.batches, 1), (&self.stored, stored), (&self.duplicates, duplicates)] {
            counter.fetch_add(by, Ordering::Relaxed);
        }
    }

    /// A batch is not.
    pub(crate) fn refused(&self, why: Refusal) {
        for ((refusal, _), counter) in Refusal::ALL.iter().zip(&self.refused) {
            counter.fetch_add((*refusal == why).into(), Ordering::Relaxed);
        }
    }

    /// A request to an endpoint was answered. `endpoint` is a pattern of the router's, not what a caller wrote.
    pub(crate) fn answered(&self, endpoint: &str, took: Duration) {
        let histogram = {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            match requests.get(endpoint) {
                Some(known) => Arc::clone(known),
                None if requests.len() < ENDPOINTS => {
                    Arc::clone(requests.entry(endpoint.to_owned()).or_default())
                }
                None => return,
            }
        };
        histogram.observe(took);
    }

    /// Writes them.
    pub(crate) fn write(&self, text: &mut Text) {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        text.counter("spillway_ledger_batches_total", "Batches of events that were stored.");
        text.value(&[], get(&self.batches));
        text.counter(
            "spillway_ledger_events_total",
            "Events of stored batches: new ones, and those known already.",
        );
        text.value(&[("result", "stored")], get(&self.stored));
        text.value(&[("result", "duplicate")], get(&self.duplicates));
        text.counter("spillway_ledger_batches_refused_total", "Batches of which nothing was stored.");
        for ((_, reason), counter) in Refusal::ALL.iter().zip(&self.refused) {
            text.value(&[("reason", reason)], get(counter));
        }
        text.histogram(
            "spillway_ledger_request_duration_seconds",
            "How long requests took until their answer began.",
        );
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (endpoint, histogram) in &requests {
            text.buckets(&[("endpoint", endpoint)], histogram);
        }
    }
}
