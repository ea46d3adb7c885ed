//! Where in shared memory a scope is looked for.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Scope;

/// How many values shared memory holds for limits at most; 16 bits number them.
#[cfg(test)]
pub(super) const SLOTS: usize = 65_536;
/// How many slots a scope may use, one at a time.
const PROBES: u16 = 8;
/// The bit of a slot's number, and of an id, that tells the half of the table.
const HALF: u16 = 1 << 15;

/// A scope's name in 128 bits: of SHA-256, so that nobody finds two names with one id, but for the bit that
/// tells who made the name up.
///
/// Its first bytes say which slots the scope may use. A caller can look for names that share slots with
/// another's, which is why the names that callers make up have their own half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ScopeId(pub(super) [u8; 16]);

impl ScopeId {
    /// Of an entry that is given up.
    pub(super) const NOBODY: Self = Self([0; 16]);

    pub(super) fn of(scope: &Scope<'_>) -> Self {
        let digest = Sha256::digest(scope.name.as_bytes());
        let mut id: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
        let [_, half, ..] = &mut id;
        *half = (*half & 0x7f) | (u8::from(scope.named_by_caller) << 7);
        Self(id)
    }

    /// The slots that it may use, all different, in the order in which they are tried.
    pub(super) fn probes(self) -> impl Iterator<Item = u16> {
        let [start_low, start_high, step_low, step_high, ..] = self.0;
        let start = u16::from_le_bytes([start_low, start_high]);
        // Odd: it shares no factor with the half's size, so that no slot comes twice.
        let step = u16::from_le_bytes([step_low, step_high]) | 1;
        (0..PROBES).map(move |probe| (start & HALF) | (start.wrapping_add(step.wrapping_mul(probe)) & !HALF))
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
    fn probes_differ_and_stay_in_their_half() {
        for number in 0..1_000 {
            for (by_caller, half) in [(false, 0..32_768), (true, 32_768..65_536)] {
                let probes: HashSet<u16> = id(&format!("key/{number}"), by_caller).probes().collect();
                assert_eq!(probes.len(), usize::from(PROBES));
                assert!(probes.iter().all(|slot| half.contains(&u32::from(*slot))));
            }
        }
    }

    #[test]
    fn names_spread_over_the_whole_table() {
        let names = (0..40_000).map(|number| id(&format!("key/{number}"), number % 2 == 0));
        let used: HashSet<u16> = names.flat_map(ScopeId::probes).collect();
        // 320,000 draws of 65,536 leave out 0.8 % of them.
        assert!((SLOTS * 98 / 100..=SLOTS).contains(&used.len()), "{}", used.len());
    }
}
