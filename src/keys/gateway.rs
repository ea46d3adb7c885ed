//! The gateway's id: as old as its Envoy process, and the same for all of its workers.

use crate::memory::{ABSENT, Shared};

const KEY: &str = "gateway/id";
const DIGITS: usize = 32;

/// The id, 32 hexadecimal digits: made of `random` by whoever asks first.
#[must_use]
pub fn gateway_id(shared: &dyn Shared, random: u128) -> String {
    if let Some(id) = stored(shared) {
        return id;
    }
    let id = format!("{random:032x}");
    if shared.store(KEY, id.as_bytes(), Some(ABSENT)) {
        return id;
    }
    stored(shared).unwrap_or(id)
}

fn stored(shared: &dyn Shared) -> Option<String> {
    let id = String::from_utf8(shared.load(KEY).0?).ok()?;
    (id.len() == DIGITS).then_some(id)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::memory::Memory;

    #[test]
    fn whoever_asks_first_makes_the_id_of_all() {
        let memory = Memory::default();
        assert_eq!(gateway_id(&memory, 0xabc), format!("{:0>32}", "abc"));
        assert_eq!(gateway_id(&memory, 7), gateway_id(&memory, 8));
    }
}
