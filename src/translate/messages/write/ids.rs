//! Ids of calls, as the API takes them: `^[a-zA-Z0-9_-]+$`.
//!
//! Other makers' ids may have other characters. Such an id is written as its bytes in hexadecimal digits behind
//! [`ENCODED`]: two ids stay two, and a call and its result stay together. An id that begins with those letters
//! by itself is written that way too, or it could be taken for another one.

use std::fmt::Write as _;

use crate::translate::conversation::Words;

/// What an id begins with that is written in hexadecimal digits.
const ENCODED: &str = "call_x";

/// An id in the API's letters.
pub(super) fn id<'a>(id: &Words<'a>) -> Words<'a> {
    let text = id.text();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !text.is_empty() && text.bytes().all(plain) && !text.starts_with(ENCODED) {
        return id.clone();
    }
    let mut encoded = ENCODED.to_owned();
    for byte in text.bytes() {
        // Writing to a `String` cannot fail.
        let _ = write!(encoded, "{byte:02x}");
    }
    Words::from(encoded)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn ids_stay_apart_and_are_in_the_apis_letters() {
        let ids = ["call_1", "toolu_01-A", "a.b", "a:b", "", "é", "call_x612e62", "call_x", "fc|call_1"];
        let written: BTreeSet<String> =
            ids.iter().map(|text| id(&Words::from(*text)).text().into_owned()).collect();
        assert_eq!(written.len(), ids.len());
        for text in written {
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)), "{text}");
        }
        assert_eq!(id(&Words::from("call_1")).text(), "call_1");
        assert_eq!(id(&Words::from("a.b")).text(), "call_x612e62");
    }
}
