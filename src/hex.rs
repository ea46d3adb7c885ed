//! Bytes as lower-case hexadecimal digits: of hashes, for every request.

/// Two digits for each byte.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' - 10 + value };
    let mut digits = vec![0; bytes.len() * 2];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 0xf)];
    }
    // Digits are text.
    String::from_utf8(digits).unwrap_or_default()
}

/// 128 bits as a UUID is written (RFC 9562 §4).
#[must_use]
pub fn uuid(bits: u128) -> String {
    let digits = encode(&bits.to_be_bytes());
    let mut out = String::with_capacity(digits.len() + 4);
    for group in [0..8, 8..12, 12..16, 16..20, 20..32] {
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(digits.get(group).unwrap_or_default());
    }
    out
}

/// So many bytes out of twice as many digits, of either case; `None` for any other text.
#[must_use]
pub fn decode<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != BYTES || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{decode, encode, uuid};

    #[test]
    fn every_byte_has_its_digits_and_is_read_from_them() {
        for byte in 0..=u8::MAX {
            assert_eq!(encode(&[byte]), format!("{byte:02x}"));
            assert_eq!(decode(&format!("{byte:02x}{byte:02X}")), Some([byte, byte]));
        }
        assert_eq!(encode(&[]), "");
    }

    #[test]
    fn a_uuid_has_five_groups() {
        assert_eq!(uuid(0), "00000000-0000-0000-0000-000000000000");
        let bits = 0x0123_4567_89ab_7cde_8f01_2345_6789_abcd;
        assert_eq!(uuid(bits), "01234567-89ab-7cde-8f01-23456789abcd");
    }

    #[test]
    fn what_is_not_as_many_digits_is_not_read() {
        for text in ["", "0", "000", "00000", "+0+0", "00 0", "0g00", "é00"] {
            assert_eq!(decode::<2>(text), None, "{text}");
        }
    }
}
