//! Where in shared memory a scope is looked for.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Scope, seen};

/// Slots of keys, teams, users and their models, the first of the table. Only scopes that somebody made fill them: with
/// 100,000 in use at once, one new scope in 600,000 finds all its slots in use.
pub(super) const KNOWN: u32 = 1 << 19;
/// Slots of scopes whose names callers make up, behind those: all that a flood of names can fill.
pub(super) const MADE_UP: u32 = 1 << 16;
/// How many slots a scope may use, one at a time.
const PROBES: u32 = 8;
/// Of an id's fourth byte: whether a caller made the name up.
const MADE_UP_BIT: u8 = 0x80;

/// A scope's name in 128 bits: of SHA-256, so that nobody finds two names with one id, but for the bit that
/// tells who made the name up.
///
/// Its first bytes say which slots the scope may use. A caller can look for names that share slots with
/// another's, which is why the names that callers make up have slots of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ScopeId(pub(super) [u8; 16]);

impl ScopeId {
    /// Of an entry that is given up.
    pub(super) const NOBODY: Self = Self([0; 16]);

    /// Of a name that nobody makes up, it is looked up first: the same few come again and again.
    pub(super) fn of(scope: &Scope<'_>) -> Self {
        if scope.named_by_caller {
            return Self::hashed(scope);
        }
        seen::id(scope.name, || Self::hashed(scope))
    }

    fn hashed(scope: &Scope<'_>) -> Self {
        let digest = Sha256::digest(scope.name.as_bytes());
        let mut id: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
        let [_, _, _, whose, ..] = &mut id;
        *whose = (*whose & !MADE_UP_BIT) | if scope.named_by_caller { MADE_UP_BIT } else { 0 };
        Self(id)
    }

    /// The slots that it may use, all different, in the order in which they are tried.
    pub(super) fn probes(self) -> impl Iterator<Item = u32> {
        let [s0, s1, s2, whose, t0, t1, t2, t3, ..] = self.0;
        let start = u32::from_le_bytes([s0, s1, s2, whose]);
        // Odd: it shares no factor with a number of slots, so that no slot comes twice.
        let step = u32::from_le_bytes([t0, t1, t2, t3]) | 1;
        let (first, slots) = if whose & MADE_UP_BIT == 0 { (0, KNOWN) } else { (KNOWN, MADE_UP) };
        (0..PROBES).map(move |probe| first + start.wrapping_add(step.wrapping_mul(probe)) % slots)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::limits::Limits;

    fn id(name: &str, named_by_caller: bool) -> ScopeId {
        ScopeId::of(&Scope { name, named_by_caller, label: "", limits: &Limits::default() })
    }

    #[test]
    fn probes_differ_and_stay_among_their_own() {
        for number in 0..1_000 {
            for (by_caller, slots) in [(false, 0..KNOWN), (true, KNOWN..KNOWN + MADE_UP)] {
                let probes: HashSet<u32> = id(&format!("key/{number}"), by_caller).probes().collect();
                assert_eq!(probes.len(), 8);
                assert!(probes.iter().all(|slot| slots.contains(slot)));
            }
        }
    }

    #[test]
    fn names_spread_over_the_whole_table() {
        let names = (0..60_000).map(|number| id(&format!("key/{number}"), number % 6 == 0));
        let used: HashSet<u32> = names.flat_map(ScopeId::probes).collect();
        let of = |slots: std::ops::Range<u32>| used.iter().filter(|slot| slots.contains(slot)).count();
        // 400,000 draws of 524,288, and 80,000 of 65,536: e to the power of minus 0.76, and of minus 1.22, stay unused.
        assert!((270_000..290_000).contains(&of(0..KNOWN)), "{}", of(0..KNOWN));
        let made_up = of(KNOWN..KNOWN + MADE_UP);
        assert!((45_000..48_000).contains(&made_up), "{made_up}");
    }
}
