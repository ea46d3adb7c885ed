//! LEB128, WebAssembly's numbers: <https://webassembly.github.io/spec/core/binary/values.html#integers>.

/// Writes an unsigned number.
pub fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    out.push(low_bits(number));
}

/// Writes a length, and then the bytes that have it.
pub fn prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn low_bits(number: u64) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}
