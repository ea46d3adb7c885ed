//! Ids of scopes that this VM has seen lately: to look one up costs a tenth of SHA-256, which each name takes twice.

use std::cell::RefCell;

use super::scope_id::ScopeId;

const BITS: u32 = 8;
/// How many are kept, each in a place of its own: about 40 KB.
const PLACES: usize = 1 << BITS;
/// Longest name that is kept, in bytes.
const LONGEST: usize = 160;

thread_local! {
    static SEEN: RefCell<Vec<(String, ScopeId)>> = const { RefCell::new(Vec::new()) };
}

/// The id of a name; made by `make` where it was not seen, or another one has taken its place since.
pub(super) fn id(name: &str, make: impl FnOnce() -> ScopeId) -> ScopeId {
    if name.is_empty() || name.len() > LONGEST {
        return make();
    }
    let place = place(name);
    let known = |seen: &RefCell<Vec<(String, ScopeId)>>| {
        let seen = seen.try_borrow().ok()?;
        seen.get(place).filter(|(of, _)| of == name).map(|(_, id)| *id)
    };
    SEEN.with(known).unwrap_or_else(|| {
        let id = make();
        SEEN.with(|seen| keep(seen, place, name, id));
        id
    })
}

fn keep(seen: &RefCell<Vec<(String, ScopeId)>>, place: usize, name: &str, id: ScopeId) {
    let Ok(mut seen) = seen.try_borrow_mut() else { return };
    // The empty name is nobody's, and never looked up.
    seen.resize_with(PLACES, || (String::new(), ScopeId::NOBODY));
    if let Some((of, known)) = seen.get_mut(place) {
        name.clone_into(of);
        *known = id;
    }
}

/// By what names differ in most: what follows their kind, which is a hash or an id, and their end.
fn place(name: &str) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let second = words.get(1).map_or(0, word);
    let last = rest
        .iter()
        .fold(words.last().map_or(0, word), |all, byte| (all ^ u64::from(*byte)).wrapping_mul(SPREAD));
    let both = (second.rotate_left(32) ^ last).wrapping_mul(SPREAD);
    let mixed = (both ^ (both >> 32)).wrapping_mul(SPREAD);
    // The upper bits depend on all others.
    usize::try_from(mixed >> (u64::BITS - BITS)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn made(number: u8) -> ScopeId {
        ScopeId([number; 16])
    }

    #[test]
    fn a_name_has_the_id_that_was_made_for_it() {
        assert_eq!(id("key/a", || made(1)), made(1));
        assert_eq!(id("key/a", || made(2)), made(1));
        assert_eq!(id("key/b", || made(3)), made(3));
        let long = "x".repeat(LONGEST + 1);
        assert_eq!((id(&long, || made(4)), id(&long, || made(5))), (made(4), made(5)));
    }

    #[test]
    fn names_that_share_a_place_do_not_share_an_id() {
        for round in 0..3 {
            for number in 0..2_000_u16 {
                let [high, low] = number.to_be_bytes();
                let own = ScopeId([high, low, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
                assert_eq!(id(&format!("team/{number}"), || own), own, "{round}");
            }
        }
    }

    #[test]
    fn names_spread_over_the_places() {
        let places =
            |name: fn(u32) -> String| (0..1_000).map(name).map(|name| place(&name)).collect::<BTreeSet<_>>();
        for name in [
            |number| format!("team/team-{number}"),
            |number: u32| {
                format!(
                    "key/{:064x}",
                    u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
                )
            },
            |number| format!("key/{}/model/gpt-{number}", "ab".repeat(32)),
        ] {
            assert!(places(name).len() > PLACES * 3 / 4, "{} of {}", places(name).len(), name(7));
        }
    }
}
