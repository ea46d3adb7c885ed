//! The table of slots in shared memory: which holds a scope's entry, and how a scope gets one.
//!
//! Shared memory has neither deletion nor expiry, and scopes are without number (end users). So they share
//! a fixed number of slots, `limits/0` to `limits/589823`. A scope may use eight of them, its probes, and uses
//! one at a time: the one that carries its id. A slot whose entry is idle (nothing counts, nobody runs) may be
//! taken by another scope; its own scope then has nothing to lose by beginning anew. Only where all
//! eight are in use by others, the scope has no room.
//!
//! Theory of operation. Memory swaps one value at a time, but a scope must never be counted in two slots, or
//! its limit would hold in each. While one worker finds a scope's first probe in use and goes on to its
//! second, that first one may become idle and be taken by another worker for the same scope. Therefore a slot is
//! taken in two steps. A worker that finds no entry of its scope
//! 1. writes a *claim* into the first probe that is free;
//! 2. reads the claim, then reads all other probes *again*, and voids the claims of its scope that it finds
//!    there. If none holds the scope's entry, it swaps the claim for the entry, which fails if somebody
//!    has touched the claim meanwhile.
//!
//! Any worker may do step 2 for any claim, so that a dead one blocks nobody. Why no two claims become entries: of
//! two that both did, let B be the one that was *written* after A's step 2 had read B's slot. (One of them is: if
//! A's step 2 had found B's claim or entry, it had voided it or given up.) A's claim had been read, thus
//! written, before that. So B's step 2, which reads later than B's claim was written, found A's claim or entry.
//! It voided the claim, and A failed; or it failed to, and B began again.
//!
//! A probe that was never written ends every search: no worker has ever passed over it, so that nothing of
//! the scope is behind it. Others leave a claim alone for a second, so that two scopes do not take the same slot
//! from each other over and over.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::scope_id::ScopeId;
use crate::memory::{ABSENT, ROUNDS, Shared};

/// Where a scope was counted: a slot, and its stay there. While the stay lasts it is found nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) id: ScopeId,
    slot: u32,
    epoch: u64,
}

/// Why nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unavailable {
    /// Every slot that the scope may use is in use by others.
    Full,
    /// Other workers were faster [`ROUNDS`] times in a row.
    Contended,
}

/// What a slot is to the scope that looks for its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It holds the entry.
    Firm,
    /// It is claimed for it.
    Claim,
    /// It may be claimed for it.
    Free,
}

/// The slot of a scope, as it was when it was read.
#[derive(Debug)]
pub(super) struct Found {
    /// An empty one where the slot holds none of the scope.
    pub(super) entry: Entry,
    slot: u32,
    version: u32,
    standing: Standing,
}

impl Found {
    /// The slot as one that holds its scope's entry, ready to be stored; none if it must be searched again.
    fn firm(self, shared: &dyn Shared) -> Option<Self> {
        match self.standing {
            Standing::Firm => Some(self),
            Standing::Claim => self.is_only_claim(shared).then_some(self),
            Standing::Free => {
                self.claim(shared);
                None
            }
        }
    }

    fn claim(&self, shared: &dyn Shared) {
        let claim = Entry::claim(self.entry.id, self.entry.epoch);
        shared.store(&key(self.slot), &claim.encode(), Some(self.version));
    }

    /// Step 2, but for the swap.
    fn is_only_claim(&self, shared: &dyn Shared) -> bool {
        for slot in self.entry.id.probes().filter(|slot| *slot != self.slot) {
            let (value, version) = shared.load(&key(slot));
            let Some(version) = version else { return true };
            let other = value.and_then(Entry::decode);
            let Some(other) = other.filter(|other| other.id == self.entry.id) else { continue };
            let void = Entry::empty(ScopeId::NOBODY, self.entry.epoch);
            if other.firm || !shared.store(&key(slot), &void.encode(), Some(version)) {
                return false;
            }
        }
        true
    }

    fn place(&self) -> Place {
        Place { id: self.entry.id, slot: self.slot, epoch: self.entry.epoch }
    }
}

/// The slot that holds the scope's entry; else the first that is claimed for it; else the first that may be.
pub(super) fn find(shared: &dyn Shared, id: ScopeId, clock_ms: u64) -> Result<Found, Unavailable> {
    let mut best: Option<Found> = None;
    for slot in id.probes() {
        let (stored, version) = read(shared, slot, clock_ms);
        let standing = match &stored {
            Some(entry) if entry.id == id && entry.firm => Standing::Firm,
            Some(entry) if entry.id == id => Standing::Claim,
            Some(entry) if !entry.is_idle() => continue,
            _ => Standing::Free,
        };
        let entry = stored.filter(|_| standing == Standing::Firm);
        let better = match standing {
            Standing::Firm => true,
            Standing::Claim => best.as_ref().is_none_or(|best| best.standing == Standing::Free),
            Standing::Free => best.is_none(),
        };
        if better {
            let entry = entry.unwrap_or_else(|| Entry::empty(id, clock_ms));
            best = Some(Found { entry, slot, version: version.unwrap_or(ABSENT), standing });
        }
        if standing == Standing::Firm || version.is_none() {
            break;
        }
    }
    best.ok_or(Unavailable::Full)
}

/// A slot's entry, brought to the wall clock's time, and its version. A value that is no entry counts as none.
fn read(shared: &dyn Shared, slot: u32, clock_ms: u64) -> (Option<Entry>, Option<u32>) {
    let key = key(slot);
    let once = || {
        let (value, version) = shared.load(&key);
        let mut entry = value.and_then(Entry::decode);
        let set_back = entry.as_mut().is_some_and(|entry| entry.advance(clock_ms));
        (entry, version, set_back)
    };
    let (entry, version, set_back) = once();
    if !set_back {
        return (entry, version);
    }
    // Whoever's it is: its scope may never come again, and no time would pass for it. Lost to another worker, it
    // was stored by that one.
    if let Some(entry) = entry {
        shared.store(&key, &entry.encode(), version);
    }
    let (entry, version, _) = once();
    (entry, version)
}

/// Swaps in what `change` makes of the scope's entry, wherever that is, and tells where. `change` says whether there
/// is anything to store; if not, nothing is, and there is no place. `first` is what was found already.
pub(super) fn update(
    shared: &dyn Shared,
    id: ScopeId,
    clock_ms: u64,
    mut first: Option<Found>,
    mut change: impl FnMut(&mut Entry) -> bool,
) -> Result<Option<Place>, Unavailable> {
    for _ in 0..ROUNDS {
        let found = first.take().map_or_else(|| find(shared, id, clock_ms), Ok)?;
        let Some(mut found) = found.firm(shared) else { continue };
        if !change(&mut found.entry) {
            return Ok(None);
        }
        let place = found.place();
        if shared.store(&key(found.slot), &found.entry.encode(), Some(found.version)) {
            return Ok(Some(place));
        }
    }
    Err(Unavailable::Contended)
}

/// Changes an entry that is still where it was found; `None` where it is not there any more. Else whether nothing had to be
/// stored, or it was.
pub(super) fn update_at(
    shared: &dyn Shared,
    place: &Place,
    clock_ms: u64,
    mut change: impl FnMut(&mut Entry) -> bool,
) -> Option<bool> {
    for _ in 0..ROUNDS {
        let (entry, version) = read(shared, place.slot, clock_ms);
        let same = |entry: &Entry| entry.firm && entry.id == place.id && entry.epoch == place.epoch;
        let mut entry = entry.filter(same)?;
        if !change(&mut entry) || shared.store(&key(place.slot), &entry.encode(), version) {
            return Some(true);
        }
    }
    Some(false)
}

/// A slot's key in shared memory.
pub(super) fn key(slot: u32) -> String {
    const TABLE: &str = "limits/";
    const DIGITS: usize = 6;
    let mut key = String::with_capacity(TABLE.len() + DIGITS);
    key.push_str(TABLE);
    key.push_str(&slot.to_string());
    key
}
