//! Values in shared memory: little-endian bytes behind a version, and the swap around each change.

use crate::memory::{self, Change, Fields, Shared};

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

/// [`memory::swap`] of the value at `key`. `None` where other workers were faster again and again: what is lost then is
/// one count or one cooldown, and the next failure brings it back.
pub(super) fn swap<S: Stored, T>(
    shared: &dyn Shared,
    key: &str,
    mut change: impl FnMut(&mut S) -> Step<T>,
) -> Option<T> {
    memory::swap(shared, key, |bytes| {
        let mut value = bytes.and_then(S::decode).unwrap_or_default();
        match change(&mut value) {
            Step::Keep(result) => Change::Keep(result),
            Step::Store(result) => Change::Store(value.encode(), result),
        }
    })
}
