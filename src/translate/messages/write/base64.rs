//! Base64 → bytes (RFC 4648, §4), for documents of text: the API takes them as text.

/// The bytes; `None` for what is no base64. Padding may be missing, as some clients leave it out.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        bits = (bits << 6) | value(digit)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    // What is left over is less than a byte, and nothing.
    (bits == 0 && held < 6).then_some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::decode;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_standards_examples() {
        for (text, bytes) in [
            ("", Some("")),
            ("Zg==", Some("f")),
            ("Zm8=", Some("fo")),
            ("Zm9v", Some("foo")),
            ("Zm9vYmE", Some("fooba")),
            ("Z", None),
            ("Zh==", None),
            ("Zm9v\n", None),
            ("Zm-v", None),
        ] {
            assert_eq!(decode(text), bytes.map(|bytes| bytes.as_bytes().to_vec()), "{text}");
        }
    }
}
