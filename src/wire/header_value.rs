//! What a header's value may be.

use std::borrow::Cow;

/// The value with `?` for each byte that RFC 9110 (5.5) does not allow in one: CR, LF and NUL would end it, and what follows would
/// be a header, or an answer, of whoever wrote it. Envoy takes a filter's values as they are.
#[must_use]
pub fn header_value(value: &str) -> Cow<'_, str> {
    if !value.bytes().any(is_forbidden) {
        return Cow::Borrowed(value);
    }
    let allowed = |char: char| if char.is_ascii() && is_forbidden(char as u8) { '?' } else { char };
    Cow::Owned(value.chars().map(allowed).collect())
}

fn is_forbidden(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn nothing_ends_a_value_early() {
        for (value, expected) in [
            ("", ""),
            ("openai/gpt-4.1, a=200\tb", "openai/gpt-4.1, a=200\tb"),
            ("päivää 東京", "päivää 東京"),
            ("a\r\nset-cookie: b", "a??set-cookie: b"),
            ("ä\0\u{1f}\u{7f}\u{80}", "ä???\u{80}"),
        ] {
            assert_eq!(header_value(value), expected, "{value:?}");
        }
    }
}
