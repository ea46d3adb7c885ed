//! Where accounts stand in shared memory, which forgets no key: in a fixed number of slots.
//!
//! A scope's name hashes to a slot, and its account stands in that slot or one of the next few. A slot is never
//! emptied, only given to another scope, so a search ends at the first slot that nobody has used. Where all of
//! them are taken, the scope that nobody has used for longest gives its slot up (see [`Account::is_idle`]).
//!
//! Two workers that look for the same new scope see the same slots, and the second finds its swap refused. Only if
//! a slot becomes idle just between their looks may a scope get two; then the first counts, and what was lost is
//! made up for when the ledger tells next.

use super::account::Account;
use crate::memory::{ABSENT, ROUNDS, Shared};

/// How many scopes a gateway remembers at a time, of 572 bytes each: 300 MB if all are taken. Only scopes that somebody
/// gave a budget take them. With 100,000 of those, hardly any finds all of its slots taken.
pub(super) const SLOTS: u128 = 1 << 19;
/// How many slots a scope may stand in.
pub(super) const PROBES: u128 = 8;

/// The hash of a scope's name: FNV-1a, 128 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>). Names come from the
/// configuration and from the ledger, never from callers, so nobody can look for two with the same.
pub(super) fn hash(name: &str) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    name.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// The keys of the slots that an account may stand in, in order.
pub(super) fn keys(name: u128) -> impl Iterator<Item = String> {
    (0..PROBES).map(move |step| format!("budgets/{}", (name % SLOTS + step) % SLOTS))
}

/// An account as it was read, and where it is to be written.
pub(super) struct Held {
    key: String,
    version: u32,
    pub(super) account: Account,
}

impl Held {
    /// The account of a scope, or a new one that begins in the period from `period_ms`; `None` if every slot is
    /// taken by a scope in use.
    pub(super) fn find(shared: &dyn Shared, name: u128, period_ms: u64, now_ms: u64) -> Option<Self> {
        let new = |key, version| Self { key, version, account: Account::new(name, period_ms) };
        let mut idle: Option<(u64, Self)> = None;
        for key in keys(name) {
            let (value, version) = shared.load(&key);
            let version = version.unwrap_or(ABSENT);
            match value.and_then(|bytes| Account::decode(&bytes)) {
                None => return Some(new(key, version)),
                Some(account) if account.name() == name => return Some(Self { key, version, account }),
                Some(other) if other.is_idle(now_ms) => {
                    let touched = other.touched_ms();
                    if idle.as_ref().is_none_or(|(least, _)| touched < *least) {
                        idle = Some((touched, new(key, version)));
                    }
                }
                Some(_) => {}
            }
        }
        idle.map(|(_, held)| held)
    }

    /// Whether it was written: not if somebody else wrote since [`Held::find`].
    pub(super) fn store(&self, shared: &dyn Shared) -> bool {
        shared.store(&self.key, &self.account.encode(), Some(self.version))
    }
}

/// Swaps in what `change` made of a scope's account; `change` says whether it made anything. False if there is no
/// slot, or other workers were faster too often.
pub(super) fn change(
    shared: &dyn Shared,
    scope: &str,
    period_ms: u64,
    now_ms: u64,
    change: impl Fn(&mut Account) -> bool,
) -> bool {
    let name = hash(scope);
    for _ in 0..ROUNDS {
        let Some(mut held) = Held::find(shared, name, period_ms, now_ms) else { return false };
        if !change(&mut held.account) || held.store(shared) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(hash("foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }

    #[test]
    fn slots_wrap_around() {
        let keys: Vec<String> = keys(SLOTS - 2).collect();
        assert_eq!(keys.first().unwrap(), "budgets/524286");
        assert_eq!(keys.get(2).unwrap(), "budgets/0");
        assert_eq!(keys.len(), 8);
    }
}
