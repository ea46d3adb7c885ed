//! What health promises; here is what its tests share.

mod flapping;
mod outcomes;
mod races;
mod traffic;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::*;
use crate::cause::Cause;
use crate::memory::{Memory, Shared};

const ID: &str = "fast-eu";
const NOW: u64 = 1_700_000_000_000;

fn cooldown() -> Cooldown {
    Cooldown { length_ms: 5_000, ..Cooldown::default() }
}

fn failure(cause: Cause) -> Failure {
    Failure { cause, retry_after_ms: None, probe: false }
}

fn standing(shared: &dyn Shared, now_ms: u64) -> Standing {
    Board::load(shared).standing(ID, now_ms)
}

/// A deployment that was cooled until `NOW`.
fn due() -> Memory {
    let memory = Memory::default();
    assert!(failed(&memory, ID, &cooldown(), &failure(Cause::RateLimit), NOW - 5_000));
    assert_eq!(standing(&memory, NOW - 1), Standing::Cooled { until_ms: NOW });
    assert_eq!(standing(&memory, NOW), Standing::Due);
    memory
}

/// [`Memory`] that counts its calls and remembers its keys, and where `rival` acts between a load and a
/// store, as often as `rivals` says.
struct Watched<'a> {
    memory: &'a Memory,
    rivals: Cell<u64>,
    rival: &'a dyn Fn(&Memory),
    loads: Cell<u64>,
    stores: Cell<u64>,
    keys: RefCell<BTreeSet<String>>,
}

impl<'a> Watched<'a> {
    fn new(memory: &'a Memory, rivals: u64, rival: &'a dyn Fn(&Memory)) -> Self {
        let (loads, stores, keys) = (Cell::new(0), Cell::new(0), RefCell::default());
        Self { memory, rivals: Cell::new(rivals), rival, loads, stores, keys }
    }

    /// Loads and stores since the last look.
    fn calls(&self) -> (u64, u64) {
        (self.loads.take(), self.stores.take())
    }
}

impl Shared for Watched<'_> {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.loads.set(self.loads.get() + 1);
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        assert!(cas.is_some(), "every store is a swap");
        self.stores.set(self.stores.get() + 1);
        self.keys.borrow_mut().insert(key.to_owned());
        if self.rivals.get() > 0 {
            self.rivals.set(self.rivals.get() - 1);
            (self.rival)(self.memory);
        }
        self.memory.store(key, value, cas)
    }
}
