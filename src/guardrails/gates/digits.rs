//! Digits close together: what numbers are found by.

use std::ops::Range;

use crate::blocks::{self, BLOCK};

/// Most digits that are waited for: a pattern of more is searched for where these are.
const MOST: usize = 32;

/// The patterns that need digits: those first that need the fewest.
#[derive(Debug, Default)]
pub(super) struct Digits {
    needed: Vec<Needed>,
    /// How close together digits have to be for any pattern: the fewest first, and more only where they may be farther
    /// apart.
    close: Vec<Close>,
    /// The fewest digits of these. Not the first one's: where every digit counts, that stands behind others.
    fewest: u32,
}

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

/// So many digits of a block and of a part of the block before it may be enough for a pattern.
#[derive(Clone, Copy, Debug)]
struct Close {
    digits: u32,
    /// The last bytes of the block before.
    before: u64,
}

impl Digits {
    /// Notes that a pattern needs so many digits within so many characters, if that is bounded.
    pub(super) fn add(&mut self, pattern: usize, digits: usize, within: Option<usize>) {
        let (digits, within) = (digits.clamp(1, MOST), within.unwrap_or(usize::MAX));
        let place = self.needed.partition_point(|needed| needed.digits < digits);
        self.needed.insert(place, Needed { pattern, digits, within, widest: 0, settled: 0 });
        let mut widest = 0;
        for needed in self.needed.iter_mut().rev() {
            widest = needed.within.max(widest);
            needed.widest = widest;
        }
        let mut widest = 0;
        self.close.clear();
        for needed in &self.needed {
            if needed.within > widest {
                widest = needed.within;
                self.close.push(Close::of(needed));
            }
        }
        self.fewest = self.close.iter().map(|close| close.digits).min().unwrap_or(u32::MAX);
    }

    /// Calls `found` for each pattern with where as many digits as it needs are close enough together. It answers before
    /// which byte digits do not matter to the pattern any more.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, &Range<usize>) -> usize) {
        if self.needed.is_empty() {
            return;
        }
        let mut all = self.needed.clone();
        let mut last = Last::default();
        self.each_close(text, |at, char| {
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

    /// Whether the digits of a block and of the block before it may be enough for any pattern.
    #[inline(always)]
    fn may_be_enough(&self, before: u64, digits: u64) -> bool {
        // Few are enough for none, which is quicker to see.
        before.count_ones() + digits.count_ones() >= self.fewest
            && self.close.iter().any(|close| close.holds(before, digits))
    }

    /// Calls `found` with bytes that digits begin at, in order, and how many characters stand before each. Left out are
    /// those that have too few others around them.
    fn each_close(&self, text: &str, mut found: impl FnMut(usize, usize)) {
        // How many of the bytes before a block begin no character, and which of the block before it are digits.
        let (mut inner, mut before) = (0, Before::default());
        blocks::each_block(text.as_bytes(), |start, block| {
            let is_ascii = blocks::is_ascii(block);
            let digits =
                if is_ascii { blocks::digits(block) } else { digits_of_any_script(text, start, block) };
            if is_ascii && !self.may_be_enough(before.digits, digits) {
                before = Before { digits, are_told: digits == 0 };
                return;
            }
            if !before.are_told {
                let start = start - BLOCK;
                blocks::bits(before.digits).for_each(|bit| found(start + bit, start + bit - inner));
            }
            if is_ascii {
                blocks::bits(digits).for_each(|bit| found(start + bit, start + bit - inner));
                before = Before { digits, are_told: true };
            } else {
                let chars = blocks::char_beginnings(block);
                let chars_to = |bit: usize| (chars & ((1 << bit) - 1)).count_ones() as usize;
                blocks::bits(digits).for_each(|bit| found(start + bit, start - inner + chars_to(bit)));
                inner += chars.count_zeros() as usize;
                // So many bytes may be a few characters: whatever comes next may be close to these.
                before = Before { digits: u64::MAX, are_told: true };
            }
        });
    }
}

/// The digits of the block before.
#[derive(Clone, Copy)]
struct Before {
    digits: u64,
    are_told: bool,
}

impl Default for Before {
    fn default() -> Self {
        Self { digits: 0, are_told: true }
    }
}

impl Close {
    fn of(needed: &Needed) -> Self {
        // Farther apart than a block is long, every digit counts.
        let Some(far) = needed.within.checked_sub(1).filter(|far| *far < BLOCK) else {
            return Self { digits: 1, before: u64::MAX };
        };
        Self { digits: needed.digits as u32, before: !(u64::MAX >> far) }
    }

    #[inline(always)]
    fn holds(self, before: u64, digits: u64) -> bool {
        (before & self.before).count_ones() + digits.count_ones() >= self.digits
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

/// Which bytes of a block, of which some are not ASCII, begin a digit.
fn digits_of_any_script(text: &str, start: usize, block: &[u8; BLOCK]) -> u64 {
    let begins = |bit: &usize| {
        let char = text.get(start + bit..).and_then(|rest| rest.chars().next());
        char.is_some_and(is_digit)
    };
    let digits = blocks::bits(blocks::digit_beginnings(block)).filter(begins);
    digits.fold(0, |digits, bit| digits | 1 << bit)
}

/// Whether it is a digit of any script. (Between U+2000 and U+9FFF there are numbers, and no digits.)
pub(super) fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
        || char >= '\u{660}' && !('\u{2000}'..'\u{a000}').contains(&char) && char.is_numeric()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    type Told = Vec<(usize, Range<usize>)>;

    fn told(digits: &Digits, text: &str) -> Told {
        let mut told = Vec::new();
        digits.find(text, |pattern, range| {
            told.push((pattern, range.clone()));
            0
        });
        told.sort_by_key(|(pattern, range)| (*pattern, range.start, range.end));
        told
    }

    /// What `told` is to find, found character by character.
    fn slowly(needed: &[(usize, Option<usize>)], text: &str) -> Told {
        let chars = text.char_indices().enumerate().filter(|(_, (_, char))| is_digit(*char));
        let digits: Vec<(usize, usize)> = chars.map(|(number, (byte, _))| (byte, number)).collect();
        let of_pattern = |(pattern, (count, within)): (usize, &(usize, Option<usize>))| -> Told {
            let close = digits.windows(*count).filter_map(|group| group.first().zip(group.last()));
            let close = close.filter(|(first, last)| within.is_none_or(|within| last.1 - first.1 < within));
            close.map(|(first, last)| (pattern, first.0..last.0 + 1)).collect()
        };
        needed.iter().enumerate().flat_map(of_pattern).collect()
    }

    #[test]
    fn digits_close_together_are_found_wherever_they_stand() {
        const PIECES: &[&str] = &[
            "1",
            "23",
            "4567",
            "-",
            " ",
            ".",
            "ab",
            "é",
            "密",
            "😀",
            "٣",
            "Ⅷ",
            "½",
            "\u{1d7d8}",
            "a few words",
        ];
        let all: [&[(usize, Option<usize>)]; 7] = [
            &[(4, Some(15)), (9, Some(11)), (10, Some(17)), (16, Some(31))],
            &[(1, Some(1)), (2, Some(64)), (3, Some(65))],
            &[(5, Some(64)), (2, Some(3))],
            &[(3, None), (4, Some(9))],
            &[(6, Some(40))],
            &[(9, Some(11)), (13, Some(399))],
            &[(6, Some(6)), (6, Some(86))],
        ];
        let mut random = SplitMix(11);
        let mut found = 0;
        for round in 0..3_000 {
            let (pieces, spaces) = (random.index(60), random.index(90));
            let mut text = String::new();
            for _ in 0..pieces {
                text.push_str(PIECES[random.index(if round % 3 == 0 { PIECES.len() } else { 7 })]);
                if random.index(4) == 0 {
                    text.push_str(&" ".repeat(random.index(1 + spaces)));
                }
            }
            let needed = all[round % all.len()];
            let mut digits = Digits::default();
            needed
                .iter()
                .enumerate()
                .for_each(|(pattern, (count, within))| digits.add(pattern, *count, *within));
            let expected = slowly(needed, &text);
            found += expected.len();
            assert_eq!(told(&digits, &text), expected, "{needed:?} in {text:?}");
        }
        assert!(found > 10_000, "{found}");
    }
}
