//! What the ledger told of keys, in memory that all workers share.
//!
//! Memory is bounded by slots, whatever is sent: [`KNOWN`] of them for keys that exist, and, apart from them so that
//! a flood of invented keys displaces none, [`REFUSED`] for those that do not.
//!
//! A key that changed is forgotten at once, and not kept for the time that the ledger is away: its rules are not
//! known then, so who sends it gets 503. Where nobody can tell what changed (see [`Cache::forget_all`]), entries
//! stay usable while the ledger is away, like those whose time is over.

mod entry;
mod table;

use std::cell::RefCell;
use std::rc::Rc;

use super::{Asked, Epoch, Key, LookupSettings};
use crate::memory::Shared;

use entry::{Entry, Hash};
use table::{Slot, Table};

/// Keys that exist.
const KNOWN: Table = Table { prefix: "keys/known/", slots: 32_768 };
/// Keys that do not.
const REFUSED: Table = Table { prefix: "keys/refused/", slots: 4_096 };

/// A larger entry is used once and not kept, in bytes.
const MOST_BYTES: usize = 16 * 1024;
/// How long a key goes unasked after the ledger was found to be away, in milliseconds: who waits for each try
/// are its clients.
const RETRY_MS: u64 = 1_000;
/// Keys that one worker holds ready.
const DECODED: usize = 1_024;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// To be used.
    Fresh(Rc<Key>),
    /// To be asked for again, and used if the ledger is away.
    Stale(Rc<Key>),
    /// The ledger said lately that there is no such key.
    Unknown,
    /// To be asked for.
    Missing,
}

/// One worker's view of what all workers share.
#[derive(Default)]
pub struct Cache {
    /// Keys in the form in which they are used, so that JSON is not read at every request. A key's place is its slot
    /// modulo their number.
    decoded: RefCell<Vec<Option<Decoded>>>,
}

struct Decoded {
    slot: u32,
    version: u32,
    key: Rc<Key>,
}

impl Cache {
    /// What is known of the key with this SHA-256.
    pub fn find(&self, shared: &dyn Shared, hash: &str, settings: &LookupSettings, now_ms: u64) -> Found {
        let Some(hash) = Hash::parse(hash) else { return Found::Missing };
        let generation = Epoch::load(shared).generation;
        if let Some(slot) = KNOWN.find(shared, &hash)
            && let Some(entry) = slot.entry()
            && entry.age_ms(now_ms) < settings.ttl_ms.saturating_add(settings.grace_ms)
            && let Some(key) = self.decode(&slot, &entry)
        {
            let fresh = is_fresh(&entry, generation, settings, now_ms);
            return if fresh { Found::Fresh(key) } else { Found::Stale(key) };
        }
        let refused = REFUSED.find(shared, &hash);
        let lately = refused.as_ref().and_then(Slot::entry).is_some_and(|entry| {
            entry.generation == generation && entry.age_ms(now_ms) < settings.refused_ttl_ms
        });
        if lately { Found::Unknown } else { Found::Missing }
    }

    /// Keeps what the ledger told, unless something changed since it was asked.
    pub fn keep(&self, shared: &dyn Shared, key: &Key, asked: &Asked) {
        let Some(hash) = Hash::parse(&key.hash) else { return };
        let Ok(json) = serde_json::to_vec(key) else { return };
        let entry = entry(hash, &json, asked);
        if entry.encode().len() <= MOST_BYTES {
            put(shared, &KNOWN, &entry, asked);
        } else {
            KNOWN.clear(shared, &hash);
        }
    }

    /// Keeps that there is no such key, unless something changed since the ledger was asked.
    pub fn keep_refused(&self, shared: &dyn Shared, hash: &str, asked: &Asked) {
        let Some(hash) = Hash::parse(hash) else { return };
        if asked.is_current(shared) {
            KNOWN.clear(shared, &hash);
        }
        put(shared, &REFUSED, &entry(hash, b"", asked), asked);
    }

    /// Whether the ledger is to be asked what a key has spent that stands in the gateway's file.
    pub fn is_due(&self, shared: &dyn Shared, hash: &str, settings: &LookupSettings, now_ms: u64) -> bool {
        let Some(hash) = Hash::parse(hash) else { return false };
        let generation = Epoch::load(shared).generation;
        let slot = KNOWN.find(shared, &hash);
        let fresh = slot
            .as_ref()
            .and_then(Slot::entry)
            .is_some_and(|entry| is_fresh(&entry, generation, settings, now_ms));
        !fresh
    }

    /// Keeps that the ledger told what such a key has spent.
    pub fn keep_told(&self, shared: &dyn Shared, hash: &str, asked: &Asked) {
        if let Some(hash) = Hash::parse(hash) {
            put(shared, &KNOWN, &entry(hash, b"", asked), asked);
        }
    }

    /// The ledger is away: who is known is used without asking for it at each request.
    pub fn postpone(&self, shared: &dyn Shared, hash: &str, now_ms: u64) {
        let Some(hash) = Hash::parse(hash) else { return };
        let retry_ms = now_ms.saturating_add(RETRY_MS);
        KNOWN.change(shared, &hash, |entry| Entry { retry_ms, ..entry }.encode());
    }

    /// The ledger is away: a key of the gateway's file, of which nothing may be kept yet, is used without asking for what it has
    /// spent at each request.
    pub fn postpone_told(&self, shared: &dyn Shared, hash: &str, now_ms: u64) {
        let Some(hash) = Hash::parse(hash) else { return };
        let retry_ms = now_ms.saturating_add(RETRY_MS);
        KNOWN.put(shared, &Entry { retry_ms, ..nothing(hash) });
    }

    /// Whether the ledger has told of this key before. It may have changed since, or be gone.
    pub fn knows_of(&self, shared: &dyn Shared, hash: &str) -> bool {
        Hash::parse(hash).is_some_and(|hash| KNOWN.find(shared, &hash).is_some())
    }

    /// Keys were made: that there are none is not true any more. What a gateway knows of them is: it asked later. False
    /// if that could not be stored.
    #[must_use]
    pub fn admit(&self, shared: &dyn Shared, hashes: &[String]) -> bool {
        if hashes.is_empty() {
            return true;
        }
        let mut done = Epoch::keys_changed(shared);
        for hash in hashes.iter().filter_map(|hash| Hash::parse(hash)) {
            done &= REFUSED.clear(shared, &hash);
        }
        done
    }

    /// Single keys changed: from now on nobody uses what was known of them. False if that could not be
    /// stored.
    #[must_use]
    pub fn forget(&self, shared: &dyn Shared, hashes: &[String]) -> bool {
        if hashes.is_empty() {
            return true;
        }
        // First of all: an answer that is on its way is not kept any more.
        let mut done = Epoch::keys_changed(shared);
        for hash in hashes.iter().filter_map(|hash| Hash::parse(hash)) {
            done &= KNOWN.change(shared, &hash, |entry| nothing(entry.hash).encode());
            done &= REFUSED.clear(shared, &hash);
        }
        done
    }

    /// Nobody can tell what changed: every key is asked for again, and usable while the ledger is away. False if
    /// that could not be stored.
    #[must_use]
    pub fn forget_all(&self, shared: &dyn Shared) -> bool {
        Epoch::all_changed(shared)
    }

    fn decode(&self, slot: &Slot, entry: &Entry<'_>) -> Option<Rc<Key>> {
        let mut decoded = self.decoded.borrow_mut();
        decoded.resize_with(DECODED, || None);
        let place = decoded.get_mut(slot.number as usize % DECODED)?;
        if let Some(held) = place
            && (held.slot, held.version) == (slot.number, slot.version)
        {
            return Some(Rc::clone(&held.key));
        }
        let key: Rc<Key> = Rc::new(serde_json::from_slice(entry.key).ok()?);
        *place = Some(Decoded { slot: slot.number, version: slot.version, key: Rc::clone(&key) });
        Some(key)
    }
}

fn entry<'k>(hash: Hash, key: &'k [u8], asked: &Asked) -> Entry<'k> {
    Entry { hash, asked_ms: asked.at_ms, retry_ms: 0, generation: asked.epoch.generation, key }
}

/// That there is, or was, such a key.
fn nothing(hash: Hash) -> Entry<'static> {
    Entry { hash, asked_ms: 0, retry_ms: 0, generation: 0, key: b"" }
}

fn is_fresh(entry: &Entry<'_>, generation: u32, settings: &LookupSettings, now_ms: u64) -> bool {
    let told = entry.generation == generation && entry.age_ms(now_ms) < settings.ttl_ms;
    // Further ahead is a clock that was set back.
    let waits = now_ms < entry.retry_ms && entry.retry_ms <= now_ms.saturating_add(RETRY_MS);
    told || waits
}

/// Stores an answer of the present epoch, and takes it back if that was over by the time that it was stored. A change
/// that is heard after this looks sees the entry; one that is heard before is seen here.
fn put(shared: &dyn Shared, table: &Table, entry: &Entry<'_>, asked: &Asked) {
    if !asked.is_current(shared) {
        return;
    }
    table.put(shared, entry);
    if !asked.is_current(shared) {
        table.clear(shared, &entry.hash);
    }
}

#[cfg(test)]
mod tests;
