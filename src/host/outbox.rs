//! Carries the outbox's batches to the ledger's cluster. The ledger's credential is added there, by Envoy.

use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;
use serde::Deserialize;

use super::ledger::{Answer, CLUSTER};
use super::memory::{SharedData, SharedQueue};
use super::state;
use crate::config::Delivery;
use crate::event::Event;
use crate::exchange::outbox::{Counts, Outbox, Store};

const PATH: &str = "/v1/events";
/// A batch that is not acknowledged within this is sent again.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The queue of events, one for all workers. It outlives their VMs.
const QUEUE: &str = "spillway.events";

/// Counters, in the order of [`grown`], and the gauge of bytes that wait.
const COUNTERS: [&str; 4] = [
    "spillway.events_queued",
    "spillway.events_delivered",
    "spillway.event_batches_retried",
    "spillway.events_dropped",
];
const REFUSED: &str = "spillway.requests_refused_outbox_full";
const WAITING: &str = "spillway.outbox_bytes";

thread_local! {
    /// Defined once per VM.
    static REFUSALS: Option<u32> = hostcalls::define_metric(MetricType::Counter, REFUSED).ok();
}

/// Counts a request that was refused because the outbox is full.
pub fn count_refused() {
    REFUSALS.with(|counter| counter.map(|counter| hostcalls::increment_metric(counter, 1)));
}

/// One worker's courier and what it is counted by.
pub struct Courier {
    /// Whose events these are.
    gateway: String,
    queue: SharedQueue,
    most_bytes: u64,
    outbox: Outbox,
    /// Envoy's number of the call that carries the batch under way.
    under_way: Option<u32>,
    told: Counts,
    counters: [Option<u32>; 4],
    waiting: Option<u32>,
    /// The gauge says that something waits.
    shows_work: bool,
}

impl Courier {
    /// To be called when a plugin is configured.
    pub fn new(delivery: Delivery, gateway: String) -> Self {
        REFUSALS.with(|_| ());
        Self {
            gateway,
            queue: SharedQueue::named(QUEUE),
            most_bytes: u64::from(delivery.outbox_bytes),
            outbox: Outbox::new(state::dice()),
            under_way: None,
            told: Counts::default(),
            counters: COUNTERS.map(|name| hostcalls::define_metric(MetricType::Counter, name).ok()),
            waiting: hostcalls::define_metric(MetricType::Gauge, WAITING).ok(),
            shows_work: false,
        }
    }

    /// Takes an event.
    pub fn push(&mut self, mut event: Box<Event>) {
        self.sign(&mut event);
        let Self { outbox, queue, most_bytes, .. } = self;
        if lend(&event, |json| outbox.push(&store(queue, *most_bytes), json)) {
            self.show_work();
        }
    }

    /// Who waits for the outbox to be empty must not take the moment before the next tick for that.
    fn show_work(&mut self) {
        if !self.shows_work {
            self.tell();
        }
    }

    /// Keeps an event in filter state, in a callback of its request.
    pub fn record(&self, mut event: Box<Event>) {
        self.sign(&mut event);
        lend(&event, |json| {
            if let Err(status) = hostcalls::set_property(vec![state::EVENT], Some(json)) {
                log::error!("spillway: the host keeps no event: {status:?}");
            }
        });
    }

    fn sign(&self, event: &mut Event) {
        event.gateway.clone_from(&self.gateway);
    }

    /// Posts the next batch, if there is one to post.
    pub fn flush(&mut self) {
        let now_ms = state::now_us() / 1_000;
        let batch = self.outbox.batch(&store(&self.queue, self.most_bytes), now_ms);
        if let Some(batch) = batch {
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
                Err(_) => self.take_answer(None),
            }
        }
        self.tell();
    }

    /// The answer to a call. It counts for the batch under way only: one that [`Self::recover`] gave up is sent again.
    pub fn answered(&mut self, answer: Answer) {
        if self.under_way != Some(answer.call) {
            return;
        }
        self.take_answer(answer.status());
        if self.outbox.is_due(&store(&self.queue, self.most_bytes)) {
            self.flush();
        } else {
            self.tell();
        }
    }

    /// After a panic in any of the above: what became of the batch under way is not known, so it is sent again.
    pub fn recover(&mut self) {
        self.take_answer(None);
    }

    /// Whether anything waits for the ledger, of whichever worker.
    pub fn has_work(&self) -> bool {
        store(&self.queue, self.most_bytes).bytes() > 0
    }

    /// Leaves what is under way to the other couriers.
    pub fn leave(&mut self) {
        self.under_way = None;
        self.outbox.leave(&store(&self.queue, self.most_bytes));
        self.tell();
    }

    fn take_answer(&mut self, status: Option<u16>) {
        self.under_way = None;
        let Self { outbox, queue, most_bytes, .. } = self;
        let now_ms = state::now_us() / 1_000;
        let refused = outbox.answered(&store(queue, *most_bytes), status, now_ms, state::dice());
        if let (Some(event), Some(status)) = (refused, status) {
            let id = request_id(&event);
            log::error!(
                "spillway: the ledger refuses the event of request {id} as malformed (HTTP {status}); it is dropped, \
                 and the events around it are not affected"
            );
        }
    }

    /// Brings Envoy's counters up to date.
    fn tell(&mut self) {
        let now = self.outbox.counts();
        for (counter, grown) in self.counters.iter().zip(grown(&now, &self.told)) {
            if let (Some(counter), 1..) = (counter, grown) {
                let _ = hostcalls::increment_metric(*counter, i64::try_from(grown).unwrap_or(i64::MAX));
            }
        }
        self.told = now;
        let waiting = store(&self.queue, self.most_bytes).bytes();
        self.shows_work = waiting > 0;
        if let Some(gauge) = self.waiting {
            let _ = hostcalls::record_metric(gauge, waiting);
        }
    }
}

/// Lends an event's JSON; false where it has none.
fn lend(event: &Event, to: impl FnOnce(&[u8])) -> bool {
    let lent = event.lend_json(to);
    lent.inspect_err(|error| log::error!("spillway: an event could not be written: {error}")).is_ok()
}

fn store(queue: &SharedQueue, most_bytes: u64) -> Store<'_> {
    Store { queue, shared: &SharedData, most_bytes }
}

fn grown(now: &Counts, told: &Counts) -> [u64; 4] {
    [
        now.queued - told.queued,
        now.delivered - told.delivered,
        now.retried - told.retried,
        now.dropped - told.dropped,
    ]
}

/// For the log.
fn request_id(event: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Named {
        request_id: String,
    }
    serde_json::from_slice(event).map_or_else(|_| "(unknown)".to_owned(), |named: Named| named.request_id)
}
