//! What was written last, with the bytes that it became: whoever gets the same bytes next need not read them.
//!
//! The roles talk through filter state, which is bytes. Mostly the one that reads comes right after the one that wrote,
//! and in the same VM; then the bytes are compared, which costs next to nothing. Where another request came between, or
//! the VM is another one, they are read: nothing rests on this.

use std::cell::Cell;

/// One value, of whichever request wrote last. It is had once: whoever takes it leaves none.
pub(super) struct Last<T>(Cell<Option<(Vec<u8>, T)>>);

impl<T> Last<T> {
    /// Nothing was written yet.
    pub(super) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Keeps a value that these bytes stand for, in the place of the one before.
    pub(super) fn keep(&self, bytes: &[u8], value: T) {
        self.0.set(Some((bytes.to_vec(), value)));
    }

    /// The value that these bytes stand for, if it is the last one.
    pub(super) fn take(&self, bytes: &[u8]) -> Option<T> {
        let (of, value) = self.0.take()?;
        if of == bytes {
            return Some(value);
        }
        self.0.set(Some((of, value)));
        None
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Last;

    #[test]
    fn a_value_is_had_once_and_for_its_own_bytes() {
        let last = Last::new();
        assert_eq!(last.take(b""), None);
        last.keep(b"one", 1);
        assert_eq!(last.take(b"other"), None);
        assert_eq!(last.take(b"one"), Some(1), "it is still there");
        assert_eq!(last.take(b"one"), None);
        last.keep(b"one", 1);
        last.keep(b"two", 2);
        assert_eq!(last.take(b"one"), None, "only the last one is kept");
        assert_eq!(last.take(b"two"), Some(2));
    }
}
