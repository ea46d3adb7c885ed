//! Small values in shared memory: little-endian fields, changed by compare-and-swap.

use crate::memory::{ABSENT, Shared};

/// Bound of every compare-and-swap loop. A round is lost only when another worker has won it, so this many losses
/// in a row need more workers in step than an Envoy has.
pub(super) const ROUNDS: usize = 64;

/// What a look at a value leads to.
pub(super) enum Change<T> {
    /// The value stays as it was.
    Keep(T),
    /// These bytes take its place.
    Store(Vec<u8>, T),
}

/// Changes the value at `key`, beginning anew with the new value where another worker stored one meanwhile.
/// `None`, and nothing is stored, if that happened [`ROUNDS`] times in a row.
pub(super) fn swap<T>(
    shared: &dyn Shared,
    key: &str,
    mut change: impl FnMut(Option<&[u8]>) -> Change<T>,
) -> Option<T> {
    for _ in 0..ROUNDS {
        let (bytes, version) = shared.load(key);
        match change(bytes.as_deref()) {
            Change::Keep(result) => return Some(result),
            Change::Store(bytes, result) => {
                if shared.store(key, &bytes, Some(version.unwrap_or(ABSENT))) {
                    return Some(result);
                }
            }
        }
    }
    None
}

/// The rest of a stored value, read field by field.
pub(super) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// Everything that was not read.
    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }
}
