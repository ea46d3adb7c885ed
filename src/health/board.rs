//! The board: every deployment that is cooled down, due, or being probed; nothing of the others.
//!
//! One value for all deployments, because a request looks at all deployments of its groups, and each look at
//! shared memory is a call to the host that copies.

mod entry;

use crate::cause::Cause;
use crate::memory::{Fields, Shared};

use super::stored::{Step, Stored, swap};
use entry::Entry;
pub(super) use entry::hash;

/// Where the board stands in shared memory.
const KEY: &str = "health/board";

/// Most deployments on the board. One more takes the place of the one that has been due back longest.
const MOST: usize = 1024;

/// Whether a deployment is to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As ever.
    Well,
    /// Its cooldown is over, and nobody has tried it since: [`claim`] decides who does.
    Due,
    /// Not before this time.
    Cooled {
        /// Milliseconds since the epoch: the end of its cooldown, or of the probe that somebody has.
        until_ms: u64,
    },
}

/// All cooldowns at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Ascending by hash, each once, at most [`MOST`].
    entries: Vec<Entry>,
}

impl Board {
    /// The board as it is now. Bytes that are none read as an empty one.
    #[must_use]
    pub fn load(shared: &dyn Shared) -> Self {
        Stored::load(shared, KEY)
    }

    /// How a deployment stood when the board was loaded, as seen at `now_ms`.
    #[must_use]
    pub fn standing(&self, id: &str, now_ms: u64) -> Standing {
        // Healthy deployments cost no hash as long as nothing is cooled at all.
        if self.entries.is_empty() {
            return Standing::Well;
        }
        self.find(id).map_or(Standing::Well, |entry| entry.standing(now_ms))
    }

    /// Until when a deployment is [`Standing::Cooled`], and why it was cooled last.
    pub(super) fn rest(&self, id: &str, now_ms: u64) -> Option<(u64, Cause)> {
        match (self.standing(id, now_ms), self.find(id)) {
            (Standing::Cooled { until_ms }, Some(entry)) => Some((until_ms, entry.cause)),
            _ => None,
        }
    }

    fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.get(self.at(hash(id))?)
    }

    fn at(&self, hash: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&hash, |entry| entry.hash).ok()
    }

    fn entry(&mut self, id: &str) -> Option<&mut Entry> {
        let at = self.at(hash(id))?;
        self.entries.get_mut(at)
    }

    fn insert(&mut self, entry: Entry) {
        if self.entries.len() >= MOST {
            let longest_due = self.entries.iter().enumerate().min_by_key(|(_, other)| other.until_ms);
            if let Some((at, _)) = longest_due {
                self.entries.remove(at);
            }
        }
        let at = self.entries.partition_point(|other| other.hash < entry.hash);
        self.entries.insert(at, entry);
    }
}

impl Stored for Board {
    const FORMAT: u8 = 2;

    fn write(&self, bytes: &mut Vec<u8>) {
        self.entries.iter().for_each(|entry| entry.write(bytes));
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut entries: Vec<Entry> = Vec::new();
        while !fields.is_empty() {
            let entry = Entry::read(fields)?;
            let ascends = entries.last().is_none_or(|last| last.hash < entry.hash);
            if !ascends || entries.len() >= MOST {
                return None;
            }
            entries.push(entry);
        }
        Some(Self { entries })
    }
}

/// Takes the one probe of a deployment that is [`Standing::Due`]: for `lease_ms`, it is cooled for everybody
/// else. Of any number that claim it, one gets `true`. End it with [`super::succeeded`], [`super::failed`] or
/// [`release`]; one that never ends is over with its lease.
pub fn claim(shared: &dyn Shared, id: &str, lease_ms: u64, now_ms: u64) -> bool {
    let claimed = swap(shared, KEY, |board: &mut Board| match board.entry(id) {
        Some(entry) if entry.standing(now_ms) == Standing::Due => {
            entry.lend(lease_ms, now_ms);
            Step::Store(true)
        }
        _ => Step::Keep(false),
    });
    claimed.unwrap_or(false)
}

/// Gives back a probe that has no outcome, because the client left or the provider was not asked: the deployment is
/// due again.
pub fn release(shared: &dyn Shared, id: &str, now_ms: u64) {
    swap(shared, KEY, |board: &mut Board| match board.entry(id) {
        Some(entry) if entry.is_lent(now_ms) => {
            entry.take_back();
            Step::Store(())
        }
        _ => Step::Keep(()),
    });
}

/// A cooldown to begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    /// When it ends, in milliseconds since the epoch.
    pub until_ms: u64,
    /// The provider itself named the time: it may lengthen a cooldown that is under way. A failure of a try
    /// that began before the cooldown tells nothing new, and does not.
    pub named: bool,
    /// The failed try was the probe, which ends with this.
    pub probe: bool,
    /// Why.
    pub cause: Cause,
}

/// Cools a deployment down; whether it is cooled now.
pub(super) fn cool(shared: &dyn Shared, id: &str, rest: Rest, now_ms: u64) -> bool {
    let cooled = swap(shared, KEY, |board: &mut Board| match board.entry(id) {
        Some(entry) => {
            if entry.rest(rest, now_ms) {
                Step::Store(())
            } else {
                Step::Keep(())
            }
        }
        None => {
            board.insert(Entry::new(id, rest, now_ms));
            Step::Store(())
        }
    });
    cooled.is_some()
}

/// Takes a deployment off the board: it is well.
pub(super) fn recover(shared: &dyn Shared, id: &str) {
    swap(shared, KEY, |board: &mut Board| match board.at(hash(id)) {
        Some(at) => {
            board.entries.remove(at);
            Step::Store(())
        }
        None => Step::Keep(()),
    });
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::memory::Memory;

    fn rest(until_ms: u64) -> Rest {
        Rest { until_ms, named: false, probe: false, cause: Cause::RateLimit }
    }

    fn board(count: u64) -> Board {
        let mut board = Board::default();
        for (number, cause) in (0..count).zip(Cause::ALL.into_iter().cycle()) {
            let rest = Rest { cause, ..rest(10_000 + number) };
            board.insert(Entry::new(&format!("d{number}"), rest, 0));
        }
        board
    }

    #[test]
    fn a_board_survives_its_encoding() {
        for count in [0, 1, 2, 100, MOST as u64] {
            let board = board(count);
            assert_eq!(board.entries.len() as u64, count);
            assert_eq!(Board::decode(&board.encode()), Some(board), "{count}");
        }
    }

    #[test]
    fn what_is_no_board_is_an_empty_one() {
        let good = board(2).encode();
        let entry = (good.len() - 1) / 2;
        let swapped = [&good[..1], &good[1 + entry..], &good[1..1 + entry]].concat();
        let twice = [&good[..], &good[1 + entry..]].concat();
        let mut newer = good.clone();
        newer[0] += 1;
        let mut uncaused = good.clone();
        *uncaused.last_mut().unwrap() = Cause::ALL.len() as u8;
        let mut hostile = vec![vec![], swapped, twice, newer, uncaused, [&good[..], b"!"].concat()];
        hostile.extend(
            (2..good.len()).filter(|len| !(len - 1).is_multiple_of(entry)).map(|len| good[..len].to_vec()),
        );
        for bytes in hostile {
            assert_eq!(Board::decode(&bytes), None, "{bytes:?}");
            let memory = Memory::default();
            memory.store(KEY, &bytes, None);
            assert_eq!(Board::load(&memory), Board::default());
            assert!(cool(&memory, "d", rest(5), 0), "it is replaced");
            assert_eq!(Board::load(&memory).standing("d", 0), Standing::Cooled { until_ms: 5 });
        }
    }

    #[test]
    fn a_board_of_too_many_is_none() {
        let mut bytes = vec![Board::FORMAT];
        for hash in 0..=MOST as u64 {
            let mut entry = Entry::new("", rest(1), 0);
            entry.hash = hash;
            entry.write(&mut bytes);
        }
        assert_eq!(Board::decode(&bytes), None);
        bytes.truncate(bytes.len() - bytes.len() / (MOST + 1));
        assert!(Board::decode(&bytes).is_some());
    }

    #[test]
    fn a_full_board_drops_what_has_been_due_longest() {
        let mut board = board(MOST as u64);
        board.insert(Entry::new("new", rest(20_000), 0));
        assert_eq!(board.entries.len(), MOST);
        assert_eq!(board.standing("d0", 0), Standing::Well);
        assert_eq!(board.standing("d1", 0), Standing::Cooled { until_ms: 10_001 });
        assert_eq!(board.standing("new", 0), Standing::Cooled { until_ms: 20_000 });
    }
}
