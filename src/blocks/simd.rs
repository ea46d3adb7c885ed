//! One vector instruction for 16 bytes.

use std::arch::wasm32::{
    i8x16_gt, i8x16_lt, i8x16_splat, u8x16, u8x16_bitmask, u8x16_eq, u8x16_ge, u8x16_lt, u8x16_shr,
    u8x16_splat, u8x16_sub, u8x16_swizzle, u16x8_shr, u64x2, v128, v128_and, v128_any_true, v128_or,
    v128_xor,
};

use super::{BLOCK, WIDE, WIDTH, Windows};

/// Backslashes.
#[must_use]
pub fn backslashes(block: &[u8; BLOCK]) -> u64 {
    each(block, |bytes| u8x16_eq(bytes, u8x16_splat(b'\\')))
}

/// Quotes and control characters: what a string of JSON cannot hold as it is, besides backslashes.
#[must_use]
pub fn ends(block: &[u8; BLOCK]) -> u64 {
    each(block, end)
}

/// Whether a string of JSON can hold these bytes as they are.
#[inline(always)]
#[must_use]
pub fn stands(bytes: &[u8; 16]) -> bool {
    let bytes = vector(bytes);
    !v128_any_true(v128_or(end(bytes), u8x16_eq(bytes, u8x16_splat(b'\\'))))
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

/// Whether all is ASCII.
#[must_use]
pub fn is_ascii(block: &[u8; BLOCK]) -> bool {
    let (quarters, _) = block.as_chunks::<16>();
    u8x16_bitmask(quarters.iter().fold(u8x16_splat(0), |any, quarter| v128_or(any, vector(quarter)))) == 0
}

/// ASCII's digits. (Signed, as in `end`.)
#[must_use]
pub fn digits(block: &[u8; BLOCK]) -> u64 {
    const LAST: i8 = (9_u8 ^ 0x80).cast_signed();
    each(block, |bytes| i8x16_lt(u8x16_sub(bytes, u8x16_splat(b'0' ^ 0x80)), i8x16_splat(LAST + 1)))
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

/// Whether all is ASCII, without control characters but for those that separate words or lines.
///
/// (Signed, what is not ASCII is less than what is; see `end`.)
#[must_use]
pub fn is_plain(block: &[u8; BLOCK]) -> bool {
    const FROM: u8 = 0xe ^ 0x80;
    const LAST: i8 = (0x1f_u8.wrapping_sub(FROM)).cast_signed();
    !any(block, |bytes| {
        let low = i8x16_lt(bytes, i8x16_splat(0x9));
        let middle = i8x16_lt(u8x16_sub(bytes, u8x16_splat(FROM)), i8x16_splat(LAST + 1));
        v128_or(v128_or(low, middle), u8x16_eq(bytes, u8x16_splat(0x7f)))
    })
}

/// What begins a character of UTF-8.
#[must_use]
pub fn char_beginnings(block: &[u8; BLOCK]) -> u64 {
    const LAST_INNER: i8 = 0xbf_u8.cast_signed();
    each(block, |bytes| i8x16_gt(bytes, i8x16_splat(LAST_INNER)))
}

/// Which bytes begin a window of any group. Most blocks have none, and less than a whole look tells that of them.
#[inline(always)]
#[must_use]
pub fn windows(windows: &Windows, block: &[u8; WIDE]) -> u64 {
    if may_have_windows(windows, block) { whole_windows(windows, block) } else { 0 }
}

/// Whether any group is left after the first place of a window and the lower halves of the next two.
#[inline(always)]
fn may_have_windows(windows: &Windows, block: &[u8; WIDE]) -> bool {
    let [one, two, three, _] = windows.lower.each_ref().map(vector);
    let [first_upper, ..] = windows.upper.each_ref().map(vector);
    let left = places(block).map(|[first, second, third, _]| {
        let first = looked_up(first, one, first_upper);
        v128_and(v128_and(first, of_lower(second, two)), of_lower(third, three))
    });
    v128_any_true(left.fold(u8x16_splat(0), |any, groups| v128_or(any, groups)))
}

/// Which bytes begin a window of any group: those of which a group is left after all places of it. A byte has the groups
/// that have both halves of it.
#[inline(never)]
fn whole_windows(windows: &Windows, block: &[u8; WIDE]) -> u64 {
    let lower = windows.lower.each_ref().map(vector);
    let upper = windows.upper.each_ref().map(vector);
    places(block).zip([0, 16, 32, 48]).fold(0, |marks, (places, at)| {
        let mut left = u8x16_splat(0xff);
        for (bytes, (lower, upper)) in places.iter().zip(lower.iter().zip(&upper)) {
            left = v128_and(left, looked_up(*bytes, *lower, *upper));
        }
        marks | u64::from(!u8x16_bitmask(u8x16_eq(left, u8x16_splat(0)))) << at
    })
}

/// A block's bytes by sixteens, each with those that are at the other places of a window that begins there.
#[inline(always)]
fn places(block: &[u8; WIDE]) -> impl Iterator<Item = [v128; WIDTH]> {
    let [_, second @ ..] = block;
    let [_, _, third @ ..] = block;
    let [_, _, _, fourth @ ..] = block;
    let [first, second, third, fourth] =
        [block.as_slice(), second, third, fourth].map(|bytes| bytes.as_chunks::<16>().0);
    let pairs = first.iter().zip(second).zip(third.iter().zip(fourth));
    pairs.map(|((first, second), (third, fourth))| [first, second, third, fourth].map(vector))
}

/// What stands in both tables for the halves of each byte.
#[inline(always)]
fn looked_up(bytes: v128, lower: v128, upper: v128) -> v128 {
    // (There is no instruction to shift bytes by themselves.)
    let upper = u8x16_swizzle(upper, v128_and(u16x8_shr(bytes, 4), u8x16_splat(0x0f)));
    v128_and(of_lower(bytes, lower), upper)
}

/// What stands in the table for the lower half of each byte.
#[inline(always)]
fn of_lower(bytes: v128, lower: v128) -> v128 {
    u8x16_swizzle(lower, v128_and(bytes, u8x16_splat(0x0f)))
}

/// The quote changes places with the space, which is next to the control characters; the sign is turned, too, because
/// processors compare signed bytes in one step.
#[inline(always)]
fn end(bytes: v128) -> v128 {
    const TURN: u8 = 0x80 | (b' ' ^ b'"');
    const LAST: i8 = (b' ' ^ 0x80).cast_signed();
    i8x16_lt(v128_xor(bytes, u8x16_splat(TURN)), i8x16_splat(LAST + 1))
}

#[inline(always)]
fn each(block: &[u8; BLOCK], is: impl Fn(v128) -> v128) -> u64 {
    let (quarters, _) = block.as_chunks::<16>();
    let bits = |quarter: &[u8; 16]| u64::from(u8x16_bitmask(is(vector(quarter))));
    quarters.iter().rev().fold(0, |all, quarter| all << 16 | bits(quarter))
}

/// Whether any byte is marked.
#[inline(always)]
fn any(block: &[u8; BLOCK], is: impl Fn(v128) -> v128) -> bool {
    let (quarters, _) = block.as_chunks::<16>();
    v128_any_true(quarters.iter().fold(u8x16_splat(0), |any, quarter| v128_or(any, is(vector(quarter)))))
}

#[inline(always)]
fn vector(bytes: &[u8; 16]) -> v128 {
    let whole = u128::from_le_bytes(*bytes);
    u64x2(whole as u64, (whole >> 64) as u64)
}
