//! Digits close together: what numbers are found by.

use std::collections::VecDeque;
use std::ops::Range;

/// Most digits that are waited for: a pattern of more is searched for where these are.
const MOST: usize = 32;

/// The patterns that need digits.
#[derive(Debug, Default)]
pub(super) struct Digits {
    /// With how many each needs.
    patterns: Vec<(usize, usize)>,
    most: usize,
}

impl Digits {
    pub(super) fn add(&mut self, pattern: usize, count: usize) {
        let count = count.clamp(1, MOST);
        self.patterns.push((pattern, count));
        self.most = self.most.max(count);
    }

    /// Calls `found` for each pattern with where as many digits as it needs are as close together as `longest`
    /// allows.
    pub(super) fn find(
        &self,
        text: &str,
        longest: impl Fn(usize) -> Option<usize>,
        mut found: impl FnMut(usize, &Range<usize>),
    ) {
        if self.patterns.is_empty() {
            return;
        }
        let patterns: Vec<(usize, usize, usize)> = self
            .patterns
            .iter()
            .map(|(pattern, count)| (*pattern, *count, longest(*pattern).unwrap_or(usize::MAX)))
            .collect();
        let mut last: VecDeque<usize> = VecDeque::with_capacity(self.most);
        for (at, byte) in text.bytes().enumerate() {
            if !begins_digit(text, at, byte) {
                continue;
            }
            if last.len() == self.most {
                last.pop_back();
            }
            last.push_front(at);
            for (pattern, count, longest) in &patterns {
                let Some(first) = last.get(count - 1) else { continue };
                if at - first < *longest {
                    found(*pattern, &(*first..at + 1));
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
