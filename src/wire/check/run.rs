//! The inside of a string, many bytes at a time.
//!
//! A body's bytes are nearly all inside strings, and code in a prompt has an escape every few bytes. So a run goes
//! on over the escapes that are one letter long, without a branch for each; it leaves all else to the lexer.

/// Bytes that are looked at together: one bit of a word each.
const BLOCK: usize = 64;

const EVEN: u64 = 0x5555_5555_5555_5555;

/// How many bytes from the start need no closer look: what stands for itself, and whole escapes of one letter.
///
/// Behind the run stands a quote, a backslash or a control character, or the text ends.
pub(super) fn length(bytes: &[u8]) -> usize {
    let mut length = 0;
    // 1 after a block whose last byte begins an escape. It is all that the next block waits for: to step back by a
    // byte instead would make it wait for its own address.
    let mut carry = 0;
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    for block in blocks {
        let openers = openers(marks::backslashes(block) & !carry);
        let escaped = openers << 1 | carry;
        let mut stops = marks::ends(block) & !escaped;
        if escaped != 0 {
            stops |= escaped & marks::no_letters(block);
        }
        if stops != 0 {
            let stop = stops.trailing_zeros();
            // An escape begins a byte before what is escaped.
            return length + stop as usize - usize::from(escaped >> stop & 1 == 1);
        }
        carry = openers >> (BLOCK - 1);
        length += BLOCK;
    }
    if carry == 1 {
        return length - 1;
    }
    length + tail.iter().take_while(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\')).count()
}

/// Of the backslashes, those that begin an escape: in a row of them the first, the third and so on.
///
/// Rows that begin at an even place are told from others by a carry: their first bit, added, clears all of the
/// row and sets the bit behind it.
fn openers(backslashes: u64) -> u64 {
    let starts = backslashes & !(backslashes << 1);
    let from_even = backslashes & !backslashes.wrapping_add(starts & EVEN);
    (from_even & EVEN) | (backslashes & !from_even & !EVEN)
}

/// Which bytes of a block are what: one vector instruction for 16 of them.
#[cfg(target_feature = "simd128")]
mod marks {
    use std::arch::wasm32::{
        i8x16_lt, i8x16_splat, u8x16, u8x16_bitmask, u8x16_eq, u8x16_shr, u8x16_splat, u8x16_swizzle, u64x2,
        v128, v128_and, v128_xor,
    };

    use super::BLOCK;

    pub(super) fn backslashes(block: &[u8; BLOCK]) -> u64 {
        each(block, |bytes| u8x16_eq(bytes, u8x16_splat(b'\\')))
    }

    /// Quotes and control characters.
    ///
    /// The quote changes places with the space, which is next to the control characters; the sign is turned, too,
    /// because processors compare signed bytes in one step.
    pub(super) fn ends(block: &[u8; BLOCK]) -> u64 {
        const TURN: u8 = 0x80 | (b' ' ^ b'"');
        const LAST: i8 = (b' ' ^ 0x80).cast_signed();
        each(block, |bytes| i8x16_lt(v128_xor(bytes, u8x16_splat(TURN)), i8x16_splat(LAST + 1)))
    }

    /// What is no escape together with a backslash.
    ///
    /// By halves of the byte: for each lower half, the upper ones with which it is a letter of an escape, as bits.
    pub(super) fn no_letters(block: &[u8; BLOCK]) -> u64 {
        const UPPER: v128 = u8x16(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0);
        const LOWER: v128 = u8x16(0, 0, 1 | 4 | 8, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1);
        each(block, |bytes| {
            let lower = u8x16_swizzle(LOWER, v128_and(bytes, u8x16_splat(0x0f)));
            let upper = u8x16_swizzle(UPPER, u8x16_shr(bytes, 4));
            u8x16_eq(v128_and(lower, upper), u8x16_splat(0))
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

/// Which bytes of a block are what: a word of eight after the other.
#[cfg(not(target_feature = "simd128"))]
mod marks {
    use super::BLOCK;

    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f * ONES;

    pub(super) fn backslashes(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| is(word, b'\\'))
    }

    /// Quotes and control characters.
    pub(super) fn ends(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| is(word, b'"') | zero(word & (0xe0 * ONES)))
    }

    /// What is no escape together with a backslash.
    pub(super) fn no_letters(block: &[u8; BLOCK]) -> u64 {
        each(block, |word| !b"\"\\/bfnrt".iter().fold(0, |all, letter| all | is(word, *letter)))
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

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{BLOCK, length, marks};
    use crate::exchange::random::Random;

    const LETTERS: &[u8] = b"\"\\/bfnrt";

    /// What a run is, byte by byte.
    fn slowly(bytes: &[u8]) -> usize {
        let mut at = 0;
        loop {
            match bytes.get(at..).unwrap_or_default() {
                [b'\\', letter, ..] if LETTERS.contains(letter) => at += 2,
                [] | [0..0x20 | b'"' | b'\\', ..] => return at,
                _ => at += 1,
            }
        }
    }

    /// The same, which may stop at any escape in the last, incomplete block.
    fn assert_run(bytes: &[u8]) {
        let (run, whole) = (length(bytes), slowly(bytes));
        let shorter = run < whole && bytes[run] == b'\\' && bytes.len() - run < 2 * BLOCK;
        assert!(run == whole || shorter, "{run}, not {whole}: {}", bytes.escape_ascii());
        assert_eq!(slowly(&bytes[..run]), run, "inside an escape: {}", bytes.escape_ascii());
    }

    #[test]
    fn every_byte_is_marked_as_what_it_is() {
        for byte in 0..=255_u8 {
            for place in 0..BLOCK {
                let mut block = [b'a'; BLOCK];
                block[place] = byte;
                let mark = |is: bool| u64::from(is) << place;
                assert_eq!(marks::backslashes(&block), mark(byte == b'\\'), "{byte:#x} at {place}");
                assert_eq!(marks::ends(&block), mark(byte == b'"' || byte < 0x20), "{byte:#x} at {place}");
                assert_eq!(!marks::no_letters(&block), mark(LETTERS.contains(&byte)), "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn any_byte_at_any_place_escaped_or_not() {
        for byte in 0..=255_u8 {
            for place in 0..2 * BLOCK {
                for backslashes in 0..4 {
                    let mut bytes = [b'a'; 3 * BLOCK];
                    bytes[place..place + backslashes].fill(b'\\');
                    bytes[place + backslashes] = byte;
                    assert_run(&bytes);
                }
            }
        }
    }

    #[test]
    fn whatever_stands_together() {
        const BYTES: &[u8] = b"\\\\\\\\\\\\\\\\\\\\\\\\\"\"nnttrbf//uaz \x00\x1f\x20\x7f\x80\xff";
        let mut random = Random::seeded([1, 2, 3, 4]);
        for _ in 0..2_000 {
            let sparse = random.draw() % 8;
            let bytes: Vec<u8> = (0..random.draw() % 300)
                .map(|_| match random.draw() {
                    drawn if drawn % 8 < sparse => b'x',
                    drawn => BYTES[(drawn >> 8) as usize % BYTES.len()],
                })
                .collect();
            let mut at = 0;
            while at < bytes.len() {
                assert_run(&bytes[at..]);
                at += length(&bytes[at..]) + 1;
            }
        }
    }
}
