//! A table of so many entries, by their hashes, that forgets.
//!
//! In sets of a few: a full set forgets what was not asked for the longest. So what somebody sends without end makes a
//! worker forget, and never takes its memory.

/// Entries of one set.
const WAYS: usize = 4;

/// What is known of the texts of one length that have the same words in a few places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// One came, and nothing was found in it.
    Alike,
    /// One with this hash came, and nothing was found in it.
    Clean {
        /// Of all of it.
        digest: [u64; 2],
        /// Whether it is JSON that was looked into.
        is_document: bool,
    },
}

/// An entry, if there is one.
type Slot = Option<(u64, State)>;

/// States by hashes.
#[derive(Debug)]
pub(super) struct Table {
    /// How many sets there are to be.
    most: usize,
    /// None before there is something for one. In each, the latest first.
    sets: Vec<[Slot; WAYS]>,
}

impl Table {
    /// A table of so many entries, rounded up to whole sets.
    pub(super) fn new(entries: usize) -> Self {
        Self { most: entries.div_ceil(WAYS), sets: Vec::new() }
    }

    /// Whether it never has an entry.
    pub(super) fn is_none(&self) -> bool {
        self.most == 0
    }

    /// The entry with this hash; it is then the latest.
    pub(super) fn find(&mut self, hash: u64) -> Option<State> {
        let set = self.set(hash)?;
        let place = place(set, hash)?;
        set.get_mut(..=place)?.rotate_right(1);
        set[0].map(|(_, state)| state)
    }

    /// Puts an entry in the place of an earlier one with this hash, or of the set's oldest.
    pub(super) fn put(&mut self, hash: u64, state: State) {
        if self.sets.is_empty() {
            self.sets.resize(self.most, [None; WAYS]);
        }
        let Some(set) = self.set(hash) else { return };
        let place = place(set, hash).unwrap_or(WAYS - 1);
        if let Some(later) = set.get_mut(..=place) {
            later.rotate_right(1);
        }
        set[0] = Some((hash, state));
    }

    fn set(&mut self, hash: u64) -> Option<&mut [Slot; WAYS]> {
        // As far from the first to the last as the hash is from the least to the greatest.
        let index = ((hash >> 32) * self.sets.len() as u64) >> 32;
        self.sets.get_mut(usize::try_from(index).ok()?)
    }
}

fn place(set: &[Slot; WAYS], hash: u64) -> Option<usize> {
    set.iter().position(|slot| slot.is_some_and(|(of, _)| of == hash))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn an_entry_stays_until_its_set_is_full_of_later_ones() {
        let mut table = Table::new(1);
        let ways = WAYS as u64;
        assert_eq!(table.find(0), None);
        (0..ways).for_each(|hash| table.put(hash, State::Alike));
        // Asked for, the oldest is the latest.
        assert_eq!(table.find(0), Some(State::Alike));
        let clean = State::Clean { digest: [1, 2], is_document: false };
        table.put(ways, clean);
        let found: Vec<u64> = (0..=ways).filter(|hash| table.find(*hash).is_some()).collect();
        let expected: Vec<u64> = (0..=ways).filter(|hash| *hash != 1).collect();
        assert_eq!(found, expected);
        assert_eq!(table.find(ways), Some(clean));
    }

    #[test]
    fn an_entry_takes_the_place_of_the_one_before_it() {
        let mut table = Table::new(WAYS);
        let clean = |digest| State::Clean { digest, is_document: true };
        for state in [State::Alike, clean([1, 1]), clean([2, 2]), State::Alike] {
            table.put(7, state);
            assert_eq!(table.find(7), Some(state));
        }
        (10..10 + WAYS as u64 - 1).for_each(|hash| table.put(hash, State::Alike));
        assert!(table.find(7).is_some());
    }

    #[test]
    fn it_never_has_more_than_it_may() {
        let mut table = Table::new(1_000);
        assert!(!table.is_none());
        assert_eq!(table.sets.capacity(), 0);
        (0..100_000_u64).for_each(|hash| table.put(hash.wrapping_mul(0x9e37_79b9_7f4a_7c15), State::Alike));
        assert_eq!(table.sets.len() * WAYS, 1_000);
        assert!(table.sets.iter().flatten().all(Option::is_some));
        // As docs/ARCHITECTURE.md says.
        assert_eq!(size_of::<Slot>(), 32);
    }

    #[test]
    fn one_of_no_entries_keeps_none() {
        let mut table = Table::new(0);
        table.put(1, State::Alike);
        assert!(table.is_none() && table.find(1).is_none());
    }
}
