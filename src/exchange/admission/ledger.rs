//! What the ledger is asked about keys, what becomes of its answers, and what it is told of cooldowns.

use std::rc::Rc;

use super::Setup;
use crate::budgets;
use crate::exchange::lookups::LookupOutcome;
use crate::health::report::{self, Report};
use crate::keys::bound::{self, Kind};
use crate::keys::sync::{self, Turn};
use crate::keys::{Asked, Changes, Key, Lookup};
use crate::memory::Shared;

/// Largest answer to a lookup, in bytes.
pub const MOST_LOOKUP_BYTES: usize = 256 * 1024;
/// Largest answer to the question what changed, in bytes.
pub const MOST_CHANGES_BYTES: usize = 4 * 1024 * 1024;

impl Setup {
    /// Takes one of the lookups that the gateway may make in this second; false where there is none left.
    pub fn may_look_up(&self, shared: &dyn Shared, hash: &str, now_ms: u64) -> bool {
        bound::take(shared, self.kind(shared, hash), self.settings.key_lookup.max_per_second, now_ms)
    }

    /// Whether there is one left.
    pub(super) fn could_look_up(&self, shared: &dyn Shared, hash: &str, now_ms: u64) -> bool {
        bound::has_room(shared, self.kind(shared, hash), self.settings.key_lookup.max_per_second, now_ms)
    }

    fn kind(&self, shared: &dyn Shared, hash: &str) -> Kind {
        let known = self.keys.contains_key(hash) || self.cache.knows_of(shared, hash);
        if known { Kind::Known } else { Kind::New }
    }

    /// Takes over the ledger's answer to a lookup: the body of a 200, `None` for anything else. To be called
    /// with an answer that is current (see [`Asked::is_current`]), or the last that will be asked for: nothing else is
    /// kept.
    ///
    /// # Errors
    /// What is wrong with the answer, for the log; the ledger then counts as away.
    pub fn looked_up(
        &self,
        shared: &dyn Shared,
        hash: &str,
        asked: &Asked,
        answer: Option<&[u8]>,
        now_ms: u64,
    ) -> Result<LookupOutcome, String> {
        let lookup = answer.map(|body| read_lookup(hash, body)).transpose();
        let is_static = self.keys.contains_key(hash);
        let Ok(Some(lookup)) = lookup else {
            match is_static {
                true => self.cache.postpone_told(shared, hash, now_ms),
                false => self.cache.postpone(shared, hash, now_ms),
            }
            return lookup.map(|_| LookupOutcome::Unreachable);
        };
        budgets::learn(shared, &lookup.balances, now_ms);
        Ok(match lookup.key {
            _ if is_static => {
                self.cache.keep_told(shared, hash, asked);
                LookupOutcome::Unknown
            }
            Some(key) => {
                self.cache.keep(shared, &key, asked);
                LookupOutcome::Known(Rc::new(*key))
            }
            None => {
                self.cache.keep_refused(shared, hash, asked);
                LookupOutcome::Unknown
            }
        })
    }

    /// Claims the turn to ask what changed, if it is anybody's.
    pub fn claim_turn(&self, shared: &dyn Shared, now_ms: u64) -> Option<Turn> {
        let settings = &self.settings.key_lookup;
        settings.enabled.then(|| sync::claim(shared, settings, now_ms)).flatten()
    }

    /// Takes over what the ledger told has changed: the body of a 200, `None` for anything else. Returns the next turn,
    /// where there is more to ask for at once.
    ///
    /// # Errors
    /// What is wrong with the answer, for the log; the same is asked for again later.
    pub fn changed(
        &self,
        shared: &dyn Shared,
        turn: Turn,
        answer: Option<&[u8]>,
        now_ms: u64,
    ) -> Result<Option<Turn>, String> {
        let settings = &self.settings.key_lookup;
        let changes = answer.map(read_changes).transpose();
        let Ok(Some(changes)) = changes else {
            turn.failed(shared, settings, now_ms);
            return changes.map(|_| None);
        };
        // Before the first answer, nobody listened: what was kept until then may have changed unheard.
        let unheard = turn.since.is_none() || changes.reset;
        let forgotten =
            (!unheard || self.cache.forget_all(shared)) && self.cache.forget(shared, &changes.keys);
        let forgotten = self.cache.admit(shared, &changes.made) && forgotten;
        budgets::learn(shared, &changes.balances, now_ms);
        if !forgotten {
            turn.failed(shared, settings, now_ms);
            return Ok(None);
        }
        Ok(turn.succeeded(shared, changes.cursor, changes.more, settings, now_ms))
    }
}

impl Setup {
    /// Claims the turn to tell the ledger which deployments are cooled, if there is one; the report, in JSON.
    pub fn cooldowns_to_tell(&self, shared: &dyn Shared, gateway: &str, now_ms: u64) -> Option<Vec<u8>> {
        let ids = self.settings.router.deployments.iter().map(|deployment| deployment.id.as_str());
        let cooled = report::claim(shared, ids, now_ms)?;
        serde_json::to_vec(&Report { gateway: gateway.to_owned(), at_ms: now_ms, cooled }).ok()
    }
}

fn read_lookup(hash: &str, body: &[u8]) -> Result<Lookup, String> {
    let lookup: Lookup =
        serde_json::from_slice(body).map_err(|error| format!("the ledger's answer about a key: {error}"))?;
    let is_another = |key: &Key| key.hash != hash;
    match lookup.key.as_deref().is_some_and(is_another) {
        true => Err("the ledger's answer is about another key than was asked for".to_owned()),
        false => Ok(lookup),
    }
}

fn read_changes(body: &[u8]) -> Result<Changes, String> {
    serde_json::from_slice(body).map_err(|error| format!("the ledger's answer about changes: {error}"))
}
