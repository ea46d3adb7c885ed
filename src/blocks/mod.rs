//! Which bytes of a text are what, many at a time: a bit of a word for each of [`BLOCK`] bytes.
//!
//! With vector instructions (`simd128`), which the module is built with, one of them looks at 16 bytes; without, a word at
//! eight.

#[cfg(target_feature = "simd128")]
mod simd;
mod windows;
#[cfg(not(target_feature = "simd128"))]
mod words;

#[cfg(target_feature = "simd128")]
use simd as marks;
#[cfg(not(target_feature = "simd128"))]
use words as marks;

pub use marks::{
    backslashes, char_beginnings, digit_beginnings, digits, ends, is_ascii, is_plain, no_letters, stands,
};
pub use windows::{Nibbles, WIDE, WIDTH, Windows};

/// Bytes that are looked at together.
pub const BLOCK: usize = 64;

/// Not zero where any byte of a word is a quote, a backslash or a control character: what a string of JSON cannot hold as it
/// is. (Which one it is, this does not tell: a byte that borrows changes those above it.)
#[inline(always)]
#[must_use]
pub fn escapes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than));
    let is = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    (less(word, 0x20) | is(b'"') | is(b'\\')) & !word & (ONES * 0x80)
}

/// Calls `found` for each block with where it begins. What does not fill the last block is filled up with zeros.
#[inline]
pub fn each_block(bytes: &[u8], mut found: impl FnMut(usize, &[u8; BLOCK])) {
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    let mut filled = [0; BLOCK];
    if let Some(place) = filled.get_mut(..tail.len()) {
        place.copy_from_slice(tail);
    }
    let last = (!tail.is_empty()).then_some(&filled);
    // (One loop, so that what is called can become a part of it.)
    for (number, block) in blocks.iter().chain(last).enumerate() {
        found(number * BLOCK, block);
    }
}

/// Calls `found` for each block with where it begins and what stands behind it, so that both are `N` bytes; it tells whether
/// to go on.
#[inline]
pub fn each_wide<const N: usize>(bytes: &[u8], mut found: impl FnMut(usize, &[u8; N]) -> bool) {
    for start in (0..bytes.len()).step_by(BLOCK) {
        let ahead = bytes.get(start..).unwrap_or_default();
        let last;
        let block = match ahead.first_chunk() {
            Some(block) => block,
            None => {
                last = filled(ahead);
                &last
            }
        };
        if !found(start, block) {
            return;
        }
    }
}

/// Bytes, and zeros behind them.
#[inline(never)]
fn filled<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut block = [0; N];
    block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    block
}

/// Calls `found` for each byte that is marked, in their order. `marks` tells of a block which of its bytes are; what
/// does not fill the last block is filled up with zeros, which are not to be marked.
#[inline]
pub fn each(bytes: &[u8], marks: impl Fn(&[u8; BLOCK]) -> u64, mut found: impl FnMut(usize)) {
    each_block(bytes, |start, block| bits(marks(block)).for_each(|bit| found(start + bit)));
}

/// Whether all bytes are ones that `are` holds for, which it tells of a block; spaces are.
#[inline]
pub fn all(bytes: &[u8], are: impl Fn(&[u8; BLOCK]) -> bool) -> bool {
    let Some(last) = bytes.last_chunk() else {
        let mut filled = [b' '; BLOCK];
        if let Some(place) = filled.get_mut(..bytes.len()) {
            place.copy_from_slice(bytes);
        }
        return are(&filled);
    };
    // What the last block shares with the one before it is looked at twice: that is quicker than a tail byte by byte.
    let (blocks, tail) = bytes.as_chunks();
    blocks.iter().all(&are) && (tail.is_empty() || are(last))
}

/// The bits of a word that are set, from the lowest on.
#[inline]
pub fn bits(word: u64) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        let lowest = (left != 0).then(|| left.trailing_zeros() as usize);
        left &= left.wrapping_sub(1);
        lowest
    })
}

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
                assert_eq!(digits(&block), mark(byte.is_ascii_digit()), "{byte:#x} at {place}");
                assert_eq!(is_ascii(&block), byte.is_ascii(), "{byte:#x} at {place}");
                let is_odd = matches!(byte, 0..=8 | 0xe..=0x1f | 0x7f..);
                assert_eq!(is_plain(&block), !is_odd, "{byte:#x} at {place}");
                let goes_on = matches!(byte, 0x80..0xc0);
                assert_eq!(!char_beginnings(&block), mark(goes_on), "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn a_string_holds_all_but_quotes_backslashes_and_control_characters() {
        for byte in 0..=255_u8 {
            for place in 0..16 {
                for around in [b'a', b'!', 0x7f, 0x80, 0xff] {
                    let mut bytes = [around; 16];
                    bytes[place] = byte;
                    let is_held = byte >= 0x20 && byte != b'"' && byte != b'\\';
                    assert_eq!(stands(&bytes), is_held, "{byte:#x} at {place} among {around:#x}");
                    let mut words = bytes.as_chunks().0.iter();
                    assert_eq!(words.all(|word| escapes(u64::from_le_bytes(*word)) == 0), is_held);
                }
            }
        }
    }

    #[test]
    fn bits_from_the_lowest_on() {
        assert_eq!(bits(0).count(), 0);
        assert_eq!(bits(1 << 63 | 0b101).collect::<Vec<_>>(), [0, 2, 63]);
        assert_eq!(bits(u64::MAX).collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn one_other_byte_is_enough() {
        for length in [0, 1, 15, 63, 64, 65, 127, 128, 200] {
            for byte in [0, 0x80] {
                let mut bytes = vec![b'a'; length];
                assert!(all(&bytes, is_plain), "{length}");
                for at in 0..length {
                    bytes[at] = byte;
                    assert!(!all(&bytes, is_plain), "{byte:#x} at {at} of {length}");
                    bytes[at] = b'a';
                }
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
