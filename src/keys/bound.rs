//! A bound on how often one gateway asks the ledger, over all of its workers.

use crate::memory::{Change, Fields, Shared, swap};

/// Who is asked for. Keys that exist have a bound of their own, so that a flood of invented ones does not keep the
/// ledger from being asked for one that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key that the ledger has told of before.
    Known,
    /// Any other.
    New,
}

impl Kind {
    fn counter(self) -> &'static str {
        match self {
            Self::Known => "keys/lookups/known",
            Self::New => "keys/lookups/new",
        }
    }
}

/// What was asked within one second of the wall clock.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    second: u64,
    count: u32,
}

/// Takes one of the lookups that may be made in this second; false where there is none left.
pub fn take(shared: &dyn Shared, kind: Kind, most: u32, now_ms: u64) -> bool {
    let taken = swap(shared, kind.counter(), |bytes| {
        let asked = Asked::at(bytes, now_ms);
        if asked.count >= most {
            return Change::Keep(false);
        }
        Change::Store(Asked { count: asked.count.saturating_add(1), ..asked }.encode(), true)
    });
    taken.unwrap_or(false)
}

/// Whether this second has a lookup left.
pub fn has_room(shared: &dyn Shared, kind: Kind, most: u32, now_ms: u64) -> bool {
    Asked::at(shared.load(kind.counter()).0.as_deref(), now_ms).count < most
}

impl Asked {
    /// What counts at `now_ms`: of any other second, nothing.
    fn at(bytes: Option<&[u8]>, now_ms: u64) -> Self {
        let second = now_ms / 1_000;
        let stored = bytes.and_then(|bytes| {
            let mut fields = Fields(bytes);
            Some(Self { second: fields.u64()?, count: fields.u32()? })
        });
        stored.filter(|asked| asked.second == second).unwrap_or(Self { second, count: 0 })
    }

    fn encode(self) -> Vec<u8> {
        [&self.second.to_le_bytes()[..], &self.count.to_le_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::memory::Memory;

    #[test]
    fn a_second_has_as_many_lookups_as_it_may_and_the_next_one_again() {
        let memory = Memory::default();
        let granted = |now_ms| (0..10).filter(|_| take(&memory, Kind::New, 3, now_ms)).count();
        assert_eq!((granted(5_000), granted(5_999), granted(6_000)), (3, 0, 3));
        assert!(has_room(&memory, Kind::New, 4, 6_500) && has_room(&memory, Kind::Known, 1, 6_500));
        assert!(!has_room(&memory, Kind::New, 3, 6_500) && has_room(&memory, Kind::New, 3, 7_000));
    }
}
