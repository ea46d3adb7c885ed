//! Values in shared memory: little-endian bytes behind a version, and the swap around each change.

use crate::memory::{ABSENT, Shared};

/// Bound of every compare-and-swap loop. A round is lost only when another worker has won it, so this many
/// losses in a row need more workers in step than an Envoy has. What is lost then is one count or one
/// cooldown: the next failure brings it back.
pub(super) const ROUNDS: usize = 64;

/// A value with a form in shared memory.
pub(super) trait Stored: Default {
    /// First byte of the form. Another one is of an older or a newer program, and reads as nothing.
    const FORMAT: u8;

    /// Appends the value.
    fn write(&self, bytes: &mut Vec<u8>);

    /// The value that [`Stored::write`] wrote; `None` if it did not write these bytes.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;

    /// The value as it is stored.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![Self::FORMAT];
        self.write(&mut bytes);
        bytes
    }

    /// The stored value; `None` where the bytes are none.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let known = fields.u8()? == Self::FORMAT;
        let value = Self::read(&mut fields)?;
        (known && fields.is_empty()).then_some(value)
    }

    /// What stands at `key`; the default where nothing or something else does.
    fn load(shared: &dyn Shared, key: &str) -> Self {
        shared.load(key).0.and_then(|bytes| Self::decode(&bytes)).unwrap_or_default()
    }
}

/// What a look at a value leads to.
pub(super) enum Step<T> {
    /// The value stays as it was.
    Keep(T),
    /// The changed value is stored.
    Store(T),
}

/// Changes the value at `key`, beginning anew with the new value where another worker stored one meanwhile.
/// `None`, and nothing is stored, if that happened [`ROUNDS`] times in a row.
pub(super) fn swap<S: Stored, T>(
    shared: &dyn Shared,
    key: &str,
    mut change: impl FnMut(&mut S) -> Step<T>,
) -> Option<T> {
    for _ in 0..ROUNDS {
        let (bytes, version) = shared.load(key);
        let mut value = bytes.and_then(|bytes| S::decode(&bytes)).unwrap_or_default();
        match change(&mut value) {
            Step::Keep(result) => return Some(result),
            Step::Store(result) => {
                if shared.store(key, &value.encode(), Some(version.unwrap_or(ABSENT))) {
                    return Some(result);
                }
            }
        }
    }
    None
}

/// The rest of a stored value, read number by number.
pub(super) struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*number)
    }
}
