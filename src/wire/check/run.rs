//! The inside of a string, many bytes at a time.
//!
//! A body's bytes are nearly all inside strings, and code in a prompt has an escape every few bytes. So a run goes
//! on over the escapes that are one letter long, without a branch for each; it leaves all else to the lexer.
//!
//! Most strings of a small body are names and words: those end before a block would be worth its work.

use std::num::NonZeroU64;

use crate::blocks::{BLOCK, backslashes, ends, no_letters};

const EVEN: u64 = 0x5555_5555_5555_5555;
/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// How many words of eight bytes are looked at for a short string's end.
const SHORT_WORDS: usize = 2;

/// How many bytes from the start need no closer look: what stands for itself, and whole escapes of one letter.
///
/// Behind the run stands a quote, a backslash or a control character, or the text ends.
#[inline]
pub(crate) fn length(bytes: &[u8]) -> usize {
    short(bytes).unwrap_or_else(|| long(bytes))
}

/// The run that ends within the first words; none that meets an escape there.
#[inline]
pub(crate) fn short(bytes: &[u8]) -> Option<usize> {
    let words = bytes.as_chunks().0.iter().take(SHORT_WORDS).map(|word| u64::from_le_bytes(*word));
    let marked = |(number, word)| Some((number, word, NonZeroU64::new(stops(word))?));
    let (number, word, stops): (usize, u64, _) = words.enumerate().find_map(marked)?;
    // The bit is the highest of its byte.
    let bit = stops.trailing_zeros() & !7;
    let is_escape = word >> bit & 0xff == u64::from(b'\\');
    (!is_escape).then_some(number * 8 + bit as usize / 8)
}

/// Marks quotes, backslashes and control characters of eight bytes. The lowest mark is right; of those above it, some may
/// be of no such byte, because what is subtracted borrows from the next.
#[inline]
fn stops(word: u64) -> u64 {
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (zeros(quotes) | zeros(backslashes) | controls) & (ONES << 7)
}

/// As [`length`], for a run that is expected to be long.
pub(crate) fn long(bytes: &[u8]) -> usize {
    let mut length = 0;
    // 1 after a block whose last byte begins an escape. It is all that the next block waits for: to step back by a
    // byte instead would make it wait for its own address.
    let mut carry = 0;
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    for block in blocks {
        let openers = openers(backslashes(block) & !carry);
        let escaped = openers << 1 | carry;
        let mut stops = ends(block) & !escaped;
        if escaped != 0 {
            stops |= escaped & no_letters(block);
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

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{BLOCK, length, short};
    use crate::random::Random;

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

    #[test]
    fn short_runs_are_runs() {
        let ends = |bytes: &[u8]| bytes.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'));
        let mut random = Random::seeded([5, 6, 7, 8]);
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..random.draw() % 24)
                .map(|_| match random.draw() {
                    drawn if drawn % 4 == 0 => (drawn >> 8) as u8,
                    drawn => b"\x00\x1f \x20!\"#[\\]\x7f\x80\xa2\xdc\xff"[(drawn >> 8) as usize % 15],
                })
                .collect();
            let whole = bytes.len().min(16) / 8 * 8;
            let end = ends(&bytes[..whole]).filter(|end| bytes[*end] != b'\\');
            assert_eq!(short(&bytes), end, "{}", bytes.escape_ascii());
        }
    }
}
