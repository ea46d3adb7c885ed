//! A word of eight bytes after the other.

use super::{BLOCK, WIDE, Windows, escapes};

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

/// Whether a string of JSON can hold these bytes as they are.
#[inline(always)]
#[must_use]
pub fn stands(bytes: &[u8; 16]) -> bool {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().fold(0, |all, word| all | escapes(u64::from_le_bytes(*word))) == 0
}

/// What is no escape together with a backslash.
#[must_use]
pub fn no_letters(block: &[u8; BLOCK]) -> u64 {
    each(block, |word| !b"\"\\/bfnrt".iter().fold(0, |all, letter| all | is(word, *letter)))
}

/// Whether all is ASCII.
#[must_use]
pub fn is_ascii(block: &[u8; BLOCK]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    words.iter().fold(0, |all, word| all | u64::from_le_bytes(*word)) & !LOW == 0
}

/// ASCII's digits.
#[must_use]
pub fn digits(block: &[u8; BLOCK]) -> u64 {
    each(block, |word| {
        let low = word & LOW;
        at_least(low, b'0') & !at_least(low, b'9' + 1) & !word
    })
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

/// Whether all is ASCII, without control characters but for those that separate words or lines.
#[must_use]
pub fn is_plain(block: &[u8; BLOCK]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    let odd = |word: u64| {
        let low = word & LOW;
        let separates = at_least(low, 0x9) & !at_least(low, 0xe);
        word | !(at_least(low, 0x20) | separates) | at_least(low, 0x7f)
    };
    words.iter().fold(0, |all, word| all | odd(u64::from_le_bytes(*word))) & !LOW == 0
}

/// What begins a character of UTF-8.
#[must_use]
pub fn char_beginnings(block: &[u8; BLOCK]) -> u64 {
    each(block, |word| !word | word << 1)
}

/// Which bytes begin a window of any group. (A word has no way to look up its bytes.)
#[must_use]
pub fn windows(windows: &Windows, block: &[u8; WIDE]) -> u64 {
    let groups = |byte: &u8| windows.whole.get(usize::from(*byte)).copied().unwrap_or_default();
    let mut marks = 0;
    // Of the byte behind: the groups that are left from its second place on, from its third, and those of its fourth.
    let (mut from_second, mut from_third, mut last) = (0, 0, 0);
    for byte in block.iter().rev() {
        let [first, second, third, fourth] = groups(byte);
        marks = marks << 1 | u64::from(first & from_second != 0);
        (from_second, from_third, last) = (second & from_third, third & last, fourth);
    }
    marks
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
