//! Digits close together: what numbers are found by.

use std::ops::Range;

use crate::blocks;

/// Most digits that are waited for: a pattern of more is searched for where these are.
const MOST: usize = 32;

/// The patterns that need digits: those first that need the fewest.
#[derive(Debug, Default)]
pub(super) struct Digits(Vec<Needed>);

/// What one pattern needs.
#[derive(Clone, Copy, Debug)]
struct Needed {
    pattern: usize,
    digits: usize,
    /// Within how many characters.
    within: usize,
    /// The most of this one's and of those of the patterns behind it.
    widest: usize,
    /// While a text is looked through: before which byte digits do not matter any more.
    settled: usize,
}

impl Digits {
    /// Notes that a pattern needs so many digits within so many characters, if that is bounded.
    pub(super) fn add(&mut self, pattern: usize, digits: usize, within: Option<usize>) {
        let (digits, within) = (digits.clamp(1, MOST), within.unwrap_or(usize::MAX));
        let place = self.0.partition_point(|needed| needed.digits < digits);
        self.0.insert(place, Needed { pattern, digits, within, widest: 0, settled: 0 });
        let mut widest = 0;
        for needed in self.0.iter_mut().rev() {
            widest = needed.within.max(widest);
            needed.widest = widest;
        }
    }

    /// Calls `found` for each pattern with where as many digits as it needs are close enough together. It answers before
    /// which byte digits do not matter to the pattern any more.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, &Range<usize>) -> usize) {
        if self.0.is_empty() {
            return;
        }
        let mut all = self.0.clone();
        let mut last = Last::default();
        each_digit(text, |at, char| {
            last.push(at, char);
            let (mut digits, mut first, mut apart) = (0, 0, 0);
            for needed in &mut all {
                if needed.digits > digits {
                    let Some((byte, first_char)) = last.get(needed.digits) else { return };
                    (digits, first, apart) = (needed.digits, byte, char - first_char);
                    // More digits are farther apart.
                    if apart >= needed.widest {
                        return;
                    }
                }
                if apart < needed.within && first >= needed.settled {
                    needed.settled = found(needed.pattern, &(first..at + 1));
                }
            }
        });
    }
}

/// The last digits: at which byte, and at which character.
#[derive(Default)]
struct Last {
    places: [(usize, usize); MOST],
    count: usize,
}

impl Last {
    fn push(&mut self, byte: usize, char: usize) {
        if let Some(place) = self.places.get_mut(self.count % MOST) {
            *place = (byte, char);
        }
        self.count += 1;
    }

    /// The digit that is so manieth from the last, which is the first.
    fn get(&self, nth: usize) -> Option<(usize, usize)> {
        self.places.get(self.count.checked_sub(nth)? % MOST).copied()
    }
}

/// Calls `found` with every byte that a digit begins at, and how many characters stand before it.
fn each_digit(text: &str, mut found: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    // How many characters begin before a byte. They are counted up to blocks with digits only.
    let (mut before, mut counted) = (0, 0);
    blocks::each_block(bytes, |start, block| {
        let beginnings = blocks::digit_beginnings(block);
        if beginnings == 0 {
            return;
        }
        before += count_chars(bytes.get(counted..start).unwrap_or_default());
        counted = start;
        let chars = blocks::char_beginnings(block);
        for bit in blocks::bits(beginnings) {
            let at = start + bit;
            let is_ascii = bytes.get(at).is_some_and(u8::is_ascii);
            if is_ascii || text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_digit) {
                found(at, before + (chars & ((1 << bit) - 1)).count_ones() as usize);
            }
        }
    });
}

/// How many characters begin in whole blocks.
fn count_chars(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks();
    blocks.iter().map(|block| blocks::char_beginnings(block).count_ones() as usize).sum()
}

/// Whether it is a digit of any script. (Between U+2000 and U+9FFF there are numbers, and no digits.)
pub(super) fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
        || char >= '\u{660}' && !('\u{2000}'..'\u{a000}').contains(&char) && char.is_numeric()
}
