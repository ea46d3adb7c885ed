//! Digits close together: what numbers are found by.

use std::collections::VecDeque;
use std::ops::Range;

/// Most digits that are waited for: a pattern of more is searched for where these are.
const MOST: usize = 32;

/// The patterns that need digits.
#[derive(Debug, Default)]
pub(super) struct Digits {
    patterns: Vec<Needed>,
    most: usize,
}

/// What one pattern needs.
#[derive(Clone, Copy, Debug)]
struct Needed {
    pattern: usize,
    digits: usize,
    /// Within how many characters.
    within: usize,
}

impl Digits {
    /// Notes that a pattern needs so many digits within so many characters, if that is bounded.
    pub(super) fn add(&mut self, pattern: usize, digits: usize, within: Option<usize>) {
        let digits = digits.clamp(1, MOST);
        self.patterns.push(Needed { pattern, digits, within: within.unwrap_or(usize::MAX) });
        self.most = self.most.max(digits);
    }

    /// Calls `found` for each pattern with where as many digits as it needs are close enough together.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, &Range<usize>)) {
        if self.patterns.is_empty() {
            return;
        }
        // The last digits, the latest first: at which byte, and at which character.
        let mut last: VecDeque<(usize, usize)> = VecDeque::with_capacity(self.most);
        let mut chars = 0;
        for (at, byte) in text.bytes().enumerate() {
            chars += usize::from(byte & 0xc0 != 0x80);
            if !begins_digit(text, at, byte) {
                continue;
            }
            if last.len() == self.most {
                last.pop_back();
            }
            last.push_front((at, chars));
            for needed in &self.patterns {
                let Some((first, first_char)) = last.get(needed.digits - 1) else { continue };
                if chars - first_char < needed.within {
                    found(needed.pattern, &(*first..at + 1));
                }
            }
        }
    }
}

/// Whether it is a digit of any script. (Between U+2000 and U+9FFF there are numbers, and no digits.)
pub(super) fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
        || char >= '\u{660}' && !('\u{2000}'..'\u{a000}').contains(&char) && char.is_numeric()
}

/// Whether a digit begins there.
fn begins_digit(text: &str, at: usize, byte: u8) -> bool {
    match byte {
        b'0'..=b'9' => true,
        // First bytes of U+0640 to U+1FFF, and of U+A000 and higher.
        0xd9..=0xe1 | 0xea..=0xff => {
            text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_digit)
        }
        _ => false,
    }
}
