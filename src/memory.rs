//! The memory that workers share: its shape, the change of a value by compare-and-swap, and values read from bytes.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

/// Memory shared by every worker: a value and its version per key.
///
/// The shape of Envoy's shared data, which has no expiry and no deletion.
pub trait Shared {
    /// The value of `key` and its version; both `None` where nothing was ever stored.
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>);

    /// Writes `value`, and returns whether it did. With a `cas`, an existing value is replaced only if that is its
    /// version, and a missing value is created whatever it says; without one, it is always written.
    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool;
}

/// A version that no stored value has: storing with it creates a key, and never replaces one. Without it
/// two workers that both find a key missing would both write, and what one of them wrote would be lost. (Envoy
/// counts versions up from 1, over all keys.)
pub const ABSENT: u32 = u32::MAX;

/// A queue shared by every worker: first in, first out.
///
/// The shape of Envoy's shared queue, which has no bound, no look at what is in it, and outlives a VM.
pub trait Queue {
    /// Adds an item at its end, and returns whether it did.
    fn put(&self, item: &[u8]) -> bool;

    /// Takes the oldest item out.
    fn take(&self) -> Option<Vec<u8>>;
}

/// Bound of a compare-and-swap loop. A round is lost only when another worker has won it, so this many losses
/// in a row need more workers in step than an Envoy has.
pub(crate) const ROUNDS: usize = 64;

/// What a look at a value leads to.
pub(crate) enum Change<T> {
    /// The value stays as it was.
    Keep(T),
    /// These bytes take its place.
    Store(Vec<u8>, T),
}

/// Changes the value at `key`, beginning anew with the new value where another worker stored one meanwhile.
/// `None`, and nothing is stored, if that happened [`ROUNDS`] times in a row.
pub(crate) fn swap<T>(
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

/// The rest of a stored value, read field by field; numbers are little endian.
pub(crate) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that was not read.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// [`Shared`] and a [`Queue`] within one thread: what Envoy's do, for tests and native programs.
#[derive(Debug, Default)]
pub struct Memory {
    values: RefCell<HashMap<String, (Vec<u8>, u32)>>,
    versions: RefCell<u32>,
    queue: RefCell<VecDeque<Vec<u8>>>,
}

impl Memory {
    fn next_version(&self) -> u32 {
        let mut version = self.versions.borrow_mut();
        *version = version.wrapping_add(1).max(1);
        *version
    }
}

impl Shared for Memory {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        match self.values.borrow().get(key) {
            Some((value, version)) => (Some(value.clone()), Some(*version)),
            None => (None, None),
        }
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        let mut values = self.values.borrow_mut();
        let stale = match (cas, values.get(key)) {
            (Some(cas), Some((_, version))) => cas != *version,
            _ => false,
        };
        if !stale {
            values.insert(key.to_owned(), (value.to_vec(), self.next_version()));
        }
        !stale
    }
}

impl Queue for Memory {
    fn put(&self, item: &[u8]) -> bool {
        self.queue.borrow_mut().push_back(item.to_vec());
        true
    }

    fn take(&self) -> Option<Vec<u8>> {
        self.queue.borrow_mut().pop_front()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_stale_version_is_refused() {
        let memory = Memory::default();
        assert_eq!(memory.load("a"), (None, None));
        assert!(memory.store("a", b"1", Some(ABSENT)), "a missing key is created");
        assert!(!memory.store("a", b"2", Some(ABSENT)), "an existing one is not");
        let (value, version) = memory.load("a");
        assert_eq!(value.as_deref(), Some(&b"1"[..]));
        assert!(memory.store("a", b"2", version));
        assert!(!memory.store("a", b"3", version));
        assert_eq!(memory.load("a").0.as_deref(), Some(&b"2"[..]));
    }
}
