//! What waits for the ledger, in memory that outlives a VM.
//!
//! The queue holds one event an item; the batches that couriers have taken stand beside it, one a slot. Both count
//! into one number of bytes, which is kept within the bound. That number is changed before the queue is, so a VM
//! that dies in between leaves it too large; when nothing waits at all, it is set right ([`Store::settle`]).

use super::leases::Leases;
use crate::memory::{Change, Queue, Shared, swap};

/// Key of the number of bytes that wait, in the queue and in batches; a little-endian u64.
const BYTES: &str = "outbox/bytes";

/// The events of all workers.
pub struct Store<'a> {
    /// Events that no courier has.
    pub queue: &'a dyn Queue,
    /// Batches, leases, and the number of bytes.
    pub shared: &'a dyn Shared,
    /// Bound of the events that wait, in bytes.
    pub most_bytes: u64,
}

/// Whether so much waits that new requests are to be refused: half of the bound. The other half is for the
/// events of requests that are under way by then.
#[must_use]
pub fn is_full(shared: &dyn Shared, most_bytes: u32) -> bool {
    waiting(shared) >= u64::from(most_bytes) / 2
}

fn waiting(shared: &dyn Shared) -> u64 {
    number(shared.load(BYTES).0.as_deref())
}

fn number(bytes: Option<&[u8]>) -> u64 {
    bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
}

impl<'a> Store<'a> {
    /// How many bytes wait.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        waiting(self.shared)
    }

    /// Adds an event once there is room for it: the oldest that no courier has go. Where all that waits is under
    /// way, it goes itself. Returns how many were dropped.
    pub(super) fn put(&self, event: &[u8]) -> u64 {
        let size = event.len() as u64;
        if size > self.most_bytes {
            return 1;
        }
        let mut dropped = 0;
        while !self.reserve(size) {
            let Some(oldest) = self.queue.take() else { return dropped + 1 };
            self.release(oldest.len());
            dropped += 1;
        }
        if !self.queue.put(event) {
            self.release(event.len());
            dropped += 1;
        }
        dropped
    }

    /// Counts so many bytes, if they are within the bound: it holds at every moment, for all workers together.
    fn reserve(&self, size: u64) -> bool {
        let reserved = swap(self.shared, BYTES, |bytes| {
            let now = number(bytes).saturating_add(size);
            if now > self.most_bytes {
                return Change::Keep(false);
            }
            Change::Store(now.to_le_bytes().to_vec(), true)
        });
        reserved.unwrap_or(false)
    }

    /// Takes out the oldest events, up to so many, and no more once they have so many bytes.
    pub(super) fn take(&self, most_events: usize, most_bytes: usize) -> Vec<Vec<u8>> {
        let (mut events, mut bytes) = (Vec::new(), 0);
        while events.len() < most_events && bytes < most_bytes {
            let Some(event) = self.queue.take() else { break };
            bytes += event.len();
            events.push(event);
        }
        events
    }

    /// So many bytes do not wait any more.
    pub(super) fn release(&self, bytes: usize) {
        self.count(|waiting| waiting.saturating_sub(bytes as u64));
    }

    /// Sets the number of bytes right, after the queue was found empty: where no courier has a batch, it is 0. An
    /// event that comes at this very moment may stay uncounted, which lets the bound be exceeded by it.
    pub(super) fn settle(&self) {
        if self.leases().are_free() {
            self.count(|_| 0);
        }
    }

    pub(super) fn leases(&self) -> Leases<'a> {
        Leases(self.shared)
    }

    /// What a slot's batch holds.
    pub(super) fn batch(&self, slot: usize) -> Vec<Vec<u8>> {
        let (bytes, _) = self.shared.load(&batch_key(slot));
        let bytes = bytes.unwrap_or_default();
        bytes.split(|byte| *byte == b'\n').filter(|event| !event.is_empty()).map(<[u8]>::to_vec).collect()
    }

    /// Keeps what is left of a slot's batch, one event a line; nothing of it takes no memory.
    pub(super) fn keep_batch(&self, slot: usize, events: &[Vec<u8>]) {
        self.shared.store(&batch_key(slot), &events.join(&b'\n'), None);
    }

    /// Changes the number of bytes.
    fn count(&self, change: impl Fn(u64) -> u64) {
        swap(self.shared, BYTES, |bytes| Change::Store(change(number(bytes)).to_le_bytes().to_vec(), ()));
    }
}

fn batch_key(slot: usize) -> String {
    format!("outbox/batch/{slot}")
}
