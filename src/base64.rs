//! Base64, both alphabets of RFC 4648: for the plan's header, for embeddings, for ids.

/// Which letters, and whether the end is filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// §4: `+`, `/`, padded with `=`.
    Standard,
    /// §5: `-`, `_`, not padded.
    Url,
}

/// Writes bytes.
#[must_use]
pub fn encode(alphabet: Alphabet, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(symbol(alphabet, group >> (18 - 6 * place) & 0x3f));
            } else if alphabet == Alphabet::Standard {
                out.push('=');
            }
        }
    }
    out
}

/// Reads text; `None` for text that [`encode`] does not write: another letter, a length that no bytes have, or
/// bits at the end that stand for nothing. The standard alphabet's padding may be missing.
#[must_use]
pub fn decode(alphabet: Alphabet, text: &str) -> Option<Vec<u8>> {
    let text = if alphabet == Alphabet::Standard { text.trim_end_matches('=') } else { text };
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for place in 0..4 {
            group = group << 6 | chunk.get(place).map_or(Some(0), |letter| value(alphabet, *letter))?;
        }
        let [_, bytes @ ..] = group.to_be_bytes();
        let (kept, rest) = bytes.split_at_checked(chunk.len().checked_sub(1)?)?;
        if kept.is_empty() || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend_from_slice(kept);
    }
    Some(out)
}

fn symbol(alphabet: Alphabet, sextet: u32) -> char {
    let code = match (sextet, alphabet) {
        (0..=25, _) => u32::from('A') + sextet,
        (26..=51, _) => u32::from('a') + sextet - 26,
        (52..=61, _) => u32::from('0') + sextet - 52,
        (62, Alphabet::Standard) => u32::from('+'),
        (62, Alphabet::Url) => u32::from('-'),
        (_, Alphabet::Standard) => u32::from('/'),
        (_, Alphabet::Url) => u32::from('_'),
    };
    char::from_u32(code).unwrap_or('=')
}

fn value(alphabet: Alphabet, letter: u8) -> Option<u32> {
    let value = match (letter, alphabet) {
        (b'A'..=b'Z', _) => letter - b'A',
        (b'a'..=b'z', _) => letter - b'a' + 26,
        (b'0'..=b'9', _) => letter - b'0' + 52,
        (b'+', Alphabet::Standard) | (b'-', Alphabet::Url) => 62,
        (b'/', Alphabet::Standard) | (b'_', Alphabet::Url) => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Alphabet, decode, encode};

    #[test]
    fn as_in_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(encode(Alphabet::Standard, plain.as_bytes()), coded);
            assert_eq!(encode(Alphabet::Url, plain.as_bytes()), coded.trim_end_matches('='));
        }
        assert_eq!(encode(Alphabet::Standard, &[0xfb, 0xff, 0xbf]), "+/+/");
        assert_eq!(encode(Alphabet::Url, &[0xfb, 0xff, 0xbf]), "-_-_");
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            let text = encode(Alphabet::Url, &bytes[..length]);
            assert_eq!(decode(Alphabet::Url, &text).as_deref(), Some(&bytes[..length]), "{text}");
        }
    }

    #[test]
    fn what_nobody_writes_is_not_read() {
        for text in ["Z", "Zg==", "Zh", "Zm9", "Zm9vY", "+/+/", "a b_", "é"] {
            assert_eq!(decode(Alphabet::Url, text), None, "{text}");
        }
    }

    #[test]
    fn the_standard_alphabet_is_read_with_and_without_its_padding() {
        for (text, bytes) in [
            ("", Some("")),
            ("Zg==", Some("f")),
            ("Zm8=", Some("fo")),
            ("Zm9vYmE", Some("fooba")),
            ("Z", None),
            ("Zh==", None),
            ("Zm9v\n", None),
            ("Zm-v", None),
        ] {
            let bytes = bytes.map(|bytes| bytes.as_bytes().to_vec());
            assert_eq!(decode(Alphabet::Standard, text), bytes, "{text}");
        }
    }
}
