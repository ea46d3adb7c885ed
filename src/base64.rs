//! Base64, both alphabets of RFC 4648: for the plan's header, for embeddings, for ids.

/// Which letters, and whether the end is filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// §4: `+`, `/`, padded with `=`.
    Standard,
    /// §5: `-`, `_`, not padded.
    Url,
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes bytes.
#[must_use]
pub fn encode(alphabet: Alphabet, bytes: &[u8]) -> String {
    let symbols = if alphabet == Alphabet::Standard { STANDARD } else { URL };
    let (groups, rest) = bytes.as_chunks();
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in groups {
        out.extend_from_slice(&letters(symbols, *group));
    }
    let last = match rest {
        [] => None,
        [one] => Some((letters(symbols, [*one, 0, 0]), 2)),
        [one, two, ..] => Some((letters(symbols, [*one, *two, 0]), 3)),
    };
    if let Some((letters, count)) = last {
        out.extend_from_slice(letters.get(..count).unwrap_or_default());
        if alphabet == Alphabet::Standard {
            out.resize(out.len().next_multiple_of(4), b'=');
        }
    }
    // Letters are text.
    String::from_utf8(out).unwrap_or_default()
}

/// Four letters for three bytes.
fn letters(symbols: &[u8; 64], [one, two, three]: [u8; 3]) -> [u8; 4] {
    let group = u32::from(one) << 16 | u32::from(two) << 8 | u32::from(three);
    let letter = |sextet: u32| symbols.get((sextet & 0x3f) as usize).copied().unwrap_or(b'=');
    [letter(group >> 18), letter(group >> 12), letter(group >> 6), letter(group)]
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
