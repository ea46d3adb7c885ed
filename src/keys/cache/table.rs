//! A fixed number of slots in shared memory, two of which may hold an entry.
//!
//! Envoy's shared data knows no deletion: the names of slots are all that there will ever be.

use super::entry::{Entry, Hash};
use crate::memory::{ABSENT, Change, ROUNDS, Shared, swap};

/// Slots with a common beginning of their names.
pub(super) struct Table {
    pub prefix: &'static str,
    pub slots: u32,
}

/// A slot that holds what was looked for.
pub(super) struct Slot {
    pub number: u32,
    /// Different for each value that was ever stored.
    pub version: u32,
    bytes: Vec<u8>,
}

impl Slot {
    pub fn entry(&self) -> Option<Entry<'_>> {
        Entry::decode(&self.bytes)
    }
}

impl Table {
    fn name(&self, slot: u32) -> String {
        format!("{}{slot}", self.prefix)
    }

    fn candidates(&self, hash: &Hash) -> [u32; 2] {
        hash.numbers().map(|number| number % self.slots)
    }

    /// Where a hash's entry stands.
    pub fn find(&self, shared: &dyn Shared, hash: &Hash) -> Option<Slot> {
        self.candidates(hash).into_iter().find_map(|number| {
            let (bytes, version) = shared.load(&self.name(number));
            let slot = Slot { number, version: version?, bytes: bytes? };
            let holds = slot.entry().is_some_and(|entry| entry.hash == *hash);
            holds.then_some(slot)
        })
    }

    /// Stores an entry: in the slot that has one of this hash, else in an empty one, else in that of the older
    /// entry, which is lost.
    pub fn put(&self, shared: &dyn Shared, entry: &Entry<'_>) {
        for _ in 0..ROUNDS {
            let candidates = self.candidates(&entry.hash).map(|number| {
                let name = self.name(number);
                let (bytes, version) = shared.load(&name);
                let rank = rank(bytes.as_deref().and_then(Entry::decode), &entry.hash);
                (rank, name, version.unwrap_or(ABSENT))
            });
            let best = candidates.iter().min_by_key(|(rank, ..)| *rank);
            let Some((_, name, version)) = best else { return };
            if shared.store(name, &entry.encode(), Some(*version)) {
                return;
            }
        }
    }

    /// Changes a hash's entry, wherever it stands; nothing where it stands nowhere.
    pub fn change(&self, shared: &dyn Shared, hash: &Hash, change: impl Fn(Entry<'_>) -> Vec<u8>) -> bool {
        self.candidates(hash).into_iter().all(|number| {
            let changed = swap(shared, &self.name(number), |bytes| {
                match bytes.and_then(Entry::decode).filter(|entry| entry.hash == *hash) {
                    Some(entry) => Change::Store(change(entry), ()),
                    None => Change::Keep(()),
                }
            });
            changed.is_some()
        })
    }

    /// Empties the slot of a hash; false if others were faster each time.
    pub fn clear(&self, shared: &dyn Shared, hash: &Hash) -> bool {
        self.change(shared, hash, |_| Vec::new())
    }
}

/// The slot with the lowest rank takes a new entry of `hash`.
fn rank(held: Option<Entry<'_>>, hash: &Hash) -> (u8, u64) {
    match held {
        Some(entry) if entry.hash == *hash => (0, 0),
        None => (1, 0),
        Some(entry) => (2, entry.asked_ms),
    }
}
