//! The outbox: events that the ledger has not acknowledged yet.
//!
//! Knows bytes and times; the host sends. One outbox serves the whole gateway: what waits stands in memory that
//! outlives a VM ([`Store`]), so neither a trap nor a configuration update costs an event. Every worker is a courier
//! ([`Outbox`]): it takes the oldest events out of the queue, leaves them as its batch under a lease, posts them, and
//! gives them up when the ledger has acknowledged them. A batch whose lease has run out belongs to a VM that is
//! gone, and any other takes it over. So the ledger sees events at least once, and stores each once by its id.
//!
//! ```text
//! push ─▶ queue ─▶ batch, leased ─▶ post ─┬─ 2xx: forgotten
//!           ▲ full: the oldest go         ├─ 400, 413, 422: halved until the event at fault is left, which goes
//!                                         └─ else: again, after a pause that grows
//! ```
//!
//! | module | room |
//! |---|---|
//! | `store` | what waits, and how many bytes it has, within a bound |
//! | `leases` | whose batch is whose |
//! | `batch` | events under way; the body that is posted |
//! | `pause` | how long to wait after a failure |

mod batch;
mod leases;
mod pause;
mod store;
#[cfg(test)]
mod tests;

use batch::Batch;
use leases::LEASE_MS;
use pause::Pause;
pub use store::{Store, is_full};

/// So many bytes of events are posted as soon as the batch before them is acknowledged. Fewer wait for the next tick, and for
/// more: each batch costs the gateway a call and the ledger a transaction, however few events it has.
const PROMPT_BYTES: u64 = 256 * 1024;

/// How often a courier looks for batches that nobody has, in milliseconds.
const LOOK_MS: u64 = 1_000;

/// What has become of events so far, for the gateway's statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken into the queue.
    pub queued: u64,
    /// Acknowledged by the ledger.
    pub delivered: u64,
    /// Batches that had to be sent again.
    pub retried: u64,
    /// Lost: the queue was full, or the ledger refused the event as malformed.
    pub dropped: u64,
}

/// A courier: one worker's part in the delivery.
pub struct Outbox {
    /// Who this is, among all that ever were.
    courier: u64,
    /// What it has taken out of the queue.
    batch: Option<Batch>,
    /// A post is not answered yet.
    under_way: bool,
    pause: Pause,
    look_at_ms: u64,
    counts: Counts,
}

impl Outbox {
    /// A courier, by a random number that no other has.
    #[must_use]
    pub fn new(courier: u64) -> Self {
        Self {
            courier: courier.max(1),
            batch: None,
            under_way: false,
            pause: Pause::default(),
            look_at_ms: 0,
            counts: Counts::default(),
        }
    }

    /// Takes an event, serialised as JSON without line breaks. Where the store has no room, the oldest that wait give
    /// way; an event that is larger than the whole store is dropped, and not those that wait.
    pub fn push(&mut self, store: &Store<'_>, event: &[u8]) {
        self.counts.queued += 1;
        self.counts.dropped += store.put(event);
    }

    /// The next batch to post, as [`crate::event::Batch`] in JSON; `None` while one is under way, after a failure, or
    /// when there is nothing to send. Every batch must be answered by [`Self::answered`].
    pub fn batch(&mut self, store: &Store<'_>, now_ms: u64) -> Option<Vec<u8>> {
        if self.under_way || self.pause.holds(now_ms) {
            return None;
        }
        if !self.keeps_batch(store, now_ms) {
            self.batch = self.adopt(store, now_ms).or_else(|| self.collect(store, now_ms));
        }
        let body = self.batch.as_mut()?.body();
        self.under_way = true;
        Some(body)
    }

    /// Whether the next batch is to be posted at once, and not at the next tick: there is enough for it, or the ledger
    /// has refused a batch and the rest of it is still here.
    #[must_use]
    pub fn is_due(&self, store: &Store<'_>) -> bool {
        // A small outbox is not to run over while it waits for more.
        let enough = PROMPT_BYTES.min(store.most_bytes / 4);
        !self.under_way && (self.batch.is_some() || store.bytes() >= enough.max(1))
    }

    /// The ledger's answer to the batch under way: its status, `None` where none came. `dice` spreads the workers'
    /// tries. Returns an event that the ledger refused for good, which is dropped.
    pub fn answered(
        &mut self,
        store: &Store<'_>,
        status: Option<u16>,
        now_ms: u64,
        dice: u64,
    ) -> Option<Vec<u8>> {
        self.under_way = false;
        match status {
            Some(200..=299) => {
                self.pause = Pause::default();
                self.counts.delivered += self.shorten(store, now_ms).len() as u64;
                None
            }
            Some(400 | 413 | 422) => self.refused(store, now_ms),
            _ => {
                self.counts.retried += 1;
                self.pause.extend(now_ms, dice);
                None
            }
        }
    }

    /// Leaves the batch to whoever comes next: this courier ends.
    pub fn leave(&mut self, store: &Store<'_>) {
        self.under_way = false;
        if let Some(batch) = self.batch.take() {
            store.leases().let_go(batch.slot, self.courier);
        }
    }

    /// What has become of events so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Renews the lease of the batch, if there is one. Where it has run out and another courier has the batch, it is
    /// that one's.
    fn keeps_batch(&mut self, store: &Store<'_>, now_ms: u64) -> bool {
        let keeps = |batch: &Batch| store.leases().renew(batch.slot, self.courier, now_ms + LEASE_MS);
        let kept = self.batch.as_ref().is_some_and(keeps);
        if !kept {
            self.batch = None;
        }
        kept
    }

    /// A batch that nobody has any more.
    fn adopt(&mut self, store: &Store<'_>, now_ms: u64) -> Option<Batch> {
        // A look further ahead than that was planned by a clock that was set back since.
        if (1..=LOOK_MS).contains(&self.look_at_ms.saturating_sub(now_ms)) {
            return None;
        }
        self.look_at_ms = now_ms + LOOK_MS;
        let slot = store.leases().adopt(self.courier, now_ms, now_ms + LEASE_MS)?;
        self.filled(store, Batch::new(slot, store.batch(slot)))
    }

    /// The oldest events of the queue.
    fn collect(&mut self, store: &Store<'_>, now_ms: u64) -> Option<Batch> {
        if store.bytes() == 0 {
            return None;
        }
        let slot = store.leases().claim(self.courier, now_ms + LEASE_MS)?;
        let batch = Batch::new(slot, store.take(batch::EVENTS, batch::BYTES));
        store.keep_batch(slot, batch.events());
        let filled = self.filled(store, batch);
        if filled.is_none() {
            store.settle();
        }
        filled
    }

    /// A batch that has events; the slot of one that has none is free again.
    fn filled(&self, store: &Store<'_>, batch: Batch) -> Option<Batch> {
        if batch.is_empty() {
            store.leases().free(batch.slot, self.courier);
            return None;
        }
        Some(batch)
    }

    /// The ledger takes a batch whole or not at all. The event at fault is found by halving.
    fn refused(&mut self, store: &Store<'_>, now_ms: u64) -> Option<Vec<u8>> {
        if self.batch.as_mut().is_some_and(Batch::halve) {
            return None;
        }
        let refused = self.shorten(store, now_ms).pop()?;
        self.counts.dropped += 1;
        Some(refused)
    }

    /// Takes what was posted out of the batch, for good. Nothing, where another courier has the batch by now.
    fn shorten(&mut self, store: &Store<'_>, now_ms: u64) -> Vec<Vec<u8>> {
        if !self.keeps_batch(store, now_ms) {
            return Vec::new();
        }
        let Some(batch) = &mut self.batch else { return Vec::new() };
        let posted = batch.shorten();
        store.keep_batch(batch.slot, batch.events());
        store.release(posted.iter().map(Vec::len).sum());
        if batch.is_empty() {
            store.leases().free(batch.slot, self.courier);
            self.batch = None;
        }
        posted
    }
}
