//! Which bytes of a text are what, many at a time: a bit of a word for each of [`BLOCK`] bytes.
//!
//! With vector instructions (`simd128`), which the module is built with, one of them looks at 16 bytes; without, a word at
//! eight.

/// Bytes that are looked at together.
pub const BLOCK: usize = 64;

/// Calls `found` for each byte that is marked, in their order. `marks` tells of a block which of its bytes are; what
/// does not fill the last block is filled up with zeros, which are not to be marked.
#[inline]
pub fn each(bytes: &[u8], marks: impl Fn(&[u8; BLOCK]) -> u64, mut found: impl FnMut(usize)) {
    let mut block_of = |start: usize, block: &[u8; BLOCK]| {
        let mut marked = marks(block);
        while marked != 0 {
            found(start + marked.trailing_zeros() as usize);
            marked &= marked - 1;
        }
    };
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    for (number, block) in blocks.iter().enumerate() {
        block_of(number * BLOCK, block);
    }
    let mut last = [0; BLOCK];
    for (byte, of_tail) in last.iter_mut().zip(tail) {
        *byte = *of_tail;
    }
    block_of(blocks.len() * BLOCK, &last);
}

/// One vector instruction for 16 bytes.
#[cfg(target_feature = "simd128")]
mod marks {
    use std::arch::wasm32::{
        i8x16_lt, i8x16_splat, u8x16, u8x16_bitmask, u8x16_eq, u8x16_ge, u8x16_lt, u8x16_shr, u8x16_splat,
        u8x16_sub, u8x16_swizzle, u64x2, v128, v128_and, v128_or, v128_xor,
    };

    use super::BLOCK;

    /// Backslashes.
    #[must_use]
    pub fn backslashes(block: &[u8; BLOCK]) -> u64 {
        each(block, |bytes| u8x16_eq(bytes, u8x16_splat(b'\\')))
    }

    /// Quotes and control characters: what a string of JSON cannot hold as it is, besides backslashes.
    ///
    /// The quote changes places with the space, which is next to the control characters; the sign is turned, too,
    /// because processors compare signed bytes in one step.
    #[must_use]
    pub fn ends(block: &[u8; BLOCK]) -> u64 {
        const TURN: u8 = 0x80 | (b' ' ^ b'"');
        const LAST: i8 = (b' ' ^ 0x80).cast_signed();
        each(block, |bytes| i8x16_lt(v128_xor(bytes, u8x16_splat(TURN)), i8x16_splat(LAST + 1)))
    }

    /// What is no escape together with a backslash.
    ///
    /// By halves of the byte: for each lower half, the upper ones with which it is a letter of an escape, as bits.
    #[must_use]
    pub fn no_letters(block: &[u8; BLOCK]) -> u64 {
        const UPPER: v128 = u8x16(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0);
        const LOWER: v128 = u8x16(0, 0, 1 | 4 | 8, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1);
        each(block, |bytes| {
            let lower = u8x16_swizzle(LOWER, v128_and(bytes, u8x16_splat(0x0f)));
            let upper = u8x16_swizzle(UPPER, u8x16_shr(bytes, 4));
            u8x16_eq(v128_and(lower, upper), u8x16_splat(0))
        })
    }

    /// What a digit of any script may begin with: ASCII's digits, and the first bytes of U+0640 to U+1FFF and of U+A000
    /// and higher.
    #[must_use]
    pub fn digit_beginnings(block: &[u8; BLOCK]) -> u64 {
        each(block, |bytes| {
            let ascii = u8x16_lt(u8x16_sub(bytes, u8x16_splat(b'0')), u8x16_splat(10));
            let low = u8x16_lt(u8x16_sub(bytes, u8x16_splat(0xd9)), u8x16_splat(9));
            v128_or(v128_or(ascii, low), u8x16_ge(bytes, u8x16_splat(0xea)))
        })
    }

    #[inline(always)]
    fn each(block: &[u8; BLOCK], is: impl Fn(v128) -> v128) -> u64 {
        let (quarters, _) = block.as_chunks::<16>();
        let bits = |quarter: &[u8; 16]| u64::from(u8x16_bitmask(is(vector(quarter))));
        quarters.iter().rev().fold(0, |all, quarter| all << 16 | bits(quarter))
    }

    #[inline(always)]
    fn vector(bytes: &[u8; 16]) -> v128 {
        let whole = u128::from_le_bytes(*bytes);
        u64x2(whole as u64, (whole >> 64) as u64)
    }
}

/// A word of eight bytes after the other.
#[cfg(not(target_feature = "simd128"))]
mod marks {
    use super::BLOCK;

    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f * ONES;

    /// Backslashes.
    #[must_use]
    pub fn backslashes(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| is(word, b'\\'))
    }

    /// Quotes and control characters: what a string of JSON cannot hold as it is, besides backslashes.
    #[must_use]
    pub fn ends(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| is(word, b'"') | zero(word & (0xe0 * ONES)))
    }

    /// What is no escape together with a backslash.
    #[must_use]
    pub fn no_letters(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| !b"\"\\/bfnrt".iter().fold(0, |all, letter| all | is(word, *letter)))
    }

    /// What a digit of any script may begin with: ASCII's digits, and the first bytes of U+0640 to U+1FFF and of U+A000
    /// and higher.
    #[must_use]
    pub fn digit_beginnings(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| {
            let high = word & !LOW;
            let low = word & LOW;
            let between = |from: u8, to: u8| at_least(low, from) & !at_least(low, to);
            let ascii = between(b'0', b'9' + 1) & !high;
            ascii | (between(0xd9 & 0x7f, 0xe2 & 0x7f) | at_least(low, 0xea & 0x7f)) & high
        })
    }

    /// The high bit of each byte of seven bits that is this or more.
    fn at_least(low: u64, least: u8) -> u64 {
        low.wrapping_add(u64::from(0x80 - least) * ONES) & !LOW
    }

    fn is(word: u64, byte: u8) -> u64 {
        zero(word ^ (u64::from(byte) * ONES))
    }

    /// The high bit of each byte that is zero: where neither it is set, nor a carry from the others into it.
    fn zero(word: u64) -> u64 {
        !(((word & LOW) + LOW) | word | LOW)
    }

    #[inline(always)]
    fn each(block: &[u8; BLOCK], marked: impl Fn(u64) -> u64) -> u64 {
        // The product brings the high bits of all bytes together in the highest byte.
        const TOGETHER: u64 = 0x0002_0408_1020_4081;
        let (words, _) = block.as_chunks::<8>();
        let bits = |word: &[u8; 8]| (marked(u64::from_le_bytes(*word)) & !LOW).wrapping_mul(TOGETHER) >> 56;
        words.iter().rev().fold(0, |all, word| all << 8 | bits(word))
    }
}

pub use marks::{backslashes, digit_beginnings, ends, no_letters};

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn every_byte_is_marked_as_what_it_is() {
        for byte in 0..=255_u8 {
            for place in 0..BLOCK {
                let mut block = [b'a'; BLOCK];
                block[place] = byte;
                let mark = |is: bool| u64::from(is) << place;
                let begins_digit = matches!(byte, b'0'..=b'9' | 0xd9..=0xe1 | 0xea..);
                assert_eq!(backslashes(&block), mark(byte == b'\\'), "{byte:#x} at {place}");
                assert_eq!(ends(&block), mark(byte == b'"' || byte < 0x20), "{byte:#x} at {place}");
                assert_eq!(!no_letters(&block), mark(b"\"\\/bfnrt".contains(&byte)), "{byte:#x} at {place}");
                assert_eq!(digit_beginnings(&block), mark(begins_digit), "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn each_marked_byte_is_found_once_and_in_order() {
        for length in [0, 1, 63, 64, 65, 200] {
            let bytes: Vec<u8> = (0..length).map(|at| if at % 7 == 0 { b'\\' } else { b'a' }).collect();
            let mut found = Vec::new();
            each(&bytes, backslashes, |at| found.push(at));
            assert_eq!(found, (0..length).filter(|at| at % 7 == 0).collect::<Vec<_>>(), "{length}");
        }
    }
}
