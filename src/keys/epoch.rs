//! How far this gateway has taken over what changed in the ledger.
//!
//! A lookup that was asked before a change, and answered after the gateway heard of that change, brings what is
//! no longer true. So each lookup notes the epoch in which it was asked, each change that is heard begins another one
//! *before* any entry is touched, and an answer is kept only if its epoch is still the present one: looked at once
//! more after the entry was written, because a change may have been heard in between.

use crate::memory::{Change, Fields, Shared, swap};

const KEY: &str = "keys/epoch";

/// A point in the sequence of changes that this gateway has heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch {
    /// Grows when everything that is kept must be asked for again.
    pub(super) generation: u32,
    /// Grows when single keys must be.
    pub(super) changes: u64,
}

impl Epoch {
    /// The present one.
    #[must_use]
    pub fn load(shared: &dyn Shared) -> Self {
        shared.load(KEY).0.and_then(|bytes| Self::decode(&bytes)).unwrap_or_default()
    }

    /// Begins the next one because single keys changed; false if it could not be stored.
    pub(super) fn keys_changed(shared: &dyn Shared) -> bool {
        Self::advance(shared, |now| Self { changes: now.changes.wrapping_add(1), ..now })
    }

    /// Begins the next one because anything may have changed; false if it could not be stored.
    pub(super) fn all_changed(shared: &dyn Shared) -> bool {
        Self::advance(shared, |now| Self { generation: now.generation.wrapping_add(1), ..now })
    }

    fn advance(shared: &dyn Shared, next: impl Fn(Self) -> Self) -> bool {
        let changed = swap(shared, KEY, |bytes| {
            let now = bytes.and_then(Self::decode).unwrap_or_default();
            Change::Store(next(now).encode(), ())
        });
        changed.is_some()
    }

    fn encode(self) -> Vec<u8> {
        [&self.generation.to_le_bytes()[..], &self.changes.to_le_bytes()].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        Some(Self { generation: fields.u32()?, changes: fields.u64()? })
    }
}

/// When a lookup was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// In which epoch.
    pub epoch: Epoch,
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
}

impl Asked {
    /// Now. To be made *before* the question goes out.
    #[must_use]
    pub fn now(shared: &dyn Shared, at_ms: u64) -> Self {
        Self { epoch: Epoch::load(shared), at_ms }
    }

    /// Whether nothing was heard to have changed since.
    #[must_use]
    pub fn is_current(&self, shared: &dyn Shared) -> bool {
        Epoch::load(shared) == self.epoch
    }
}
