//! The words that must stand near a match of a prebuilt pattern for it to be one.
//!
//! A text may have a candidate every few bytes, each with the same words around it or none, and beyond ASCII the quick way
//! to search cannot tell borders of words. So what is around candidates is looked at once, without borders, however many
//! of them it is around; and with borders only where that finds anything.

use std::ops::Range;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::Hir;

use super::matcher::compile;
use super::prebuilt;
use super::search::without;

/// How often one text is looked at with borders where it is not ASCII. Of more candidates, what may be a word is one.
const MOST_SLOW: usize = 4_096;

/// The words, and how near.
#[derive(Debug)]
pub(super) struct Near {
    words: Regex,
    /// The words without borders. Whatever the words are in, these are in, too.
    bare: Regex,
    /// Longest match of those, in bytes.
    longest: Option<usize>,
    /// In characters.
    within: usize,
}

/// What has been looked at of one text. Candidates come in ascending order; of one that does not, all is looked at anew.
pub(super) struct Looked {
    /// Where what was around the last candidate begins.
    last: usize,
    /// Before this, nothing of the words begins but what `found` says.
    until: usize,
    /// Where something of the words was found last.
    found: Option<usize>,
    /// How often it may still be looked at with borders.
    slow: usize,
}

impl Default for Looked {
    fn default() -> Self {
        Self { last: 0, until: 0, found: None, slow: MOST_SLOW }
    }
}

impl Near {
    /// # Errors
    /// Why the words cannot be used.
    pub(super) fn new(near: &prebuilt::Near) -> Result<Self, String> {
        let fail = |error: String| format!("the words near it cannot be used: {error}");
        let (words, hir) = compile(near.words).map_err(fail)?;
        let bare: Hir = without(&hir, &|_| true);
        let longest = bare.properties().maximum_len();
        let bare = Regex::builder().configure(Config::new()).build_from_hir(&bare);
        Ok(Self { words, bare: bare.map_err(|error| fail(error.to_string()))?, longest, within: near.within })
    }

    /// Whether one of the words stands so near a candidate.
    pub(super) fn stands(&self, text: &str, candidate: &Range<usize>, looked: &mut Looked) -> bool {
        let around = self.around(text, candidate);
        if !self.may_stand(text, &around, looked) {
            return false;
        }
        let before = text.get(around.start..candidate.start).unwrap_or_default();
        let behind = text.get(candidate.end..around.end).unwrap_or_default();
        if !(before.is_ascii() && behind.is_ascii()) {
            if looked.slow == 0 {
                return true;
            }
            looked.slow -= 1;
        }
        self.words.is_match(before) || self.words.is_match(behind)
    }

    fn around(&self, text: &str, candidate: &Range<usize>) -> Range<usize> {
        let before = text.get(..candidate.start).unwrap_or_default();
        let from = before.char_indices().rev().take(self.within).last().map_or(candidate.start, |(at, _)| at);
        let behind = text.get(candidate.end..).unwrap_or_default();
        let to = behind.char_indices().nth(self.within).map_or(text.len(), |(at, _)| candidate.end + at);
        from..to
    }

    /// Whether anything of the words is there, borders or not.
    fn may_stand(&self, text: &str, around: &Range<usize>, looked: &mut Looked) -> bool {
        if around.start < looked.last {
            *looked = Looked { slow: looked.slow, ..Looked::default() };
        }
        looked.last = around.start;
        if looked.found.is_some_and(|found| around.contains(&found)) {
            return true;
        }
        let start = text.floor_char_boundary(around.start.max(looked.until));
        let span = start..around.end.max(start);
        let found = self.bare.find(Input::new(text).span(span)).map(|found| found.start());
        // One that begins near the end may go on behind it.
        let until = self.longest.map_or(0, |longest| around.end.saturating_sub(longest));
        looked.until = found.unwrap_or(until);
        looked.found = found;
        found.is_some()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    fn near(words: &'static str) -> Near {
        Near::new(&prebuilt::Near { words, within: 5 }).unwrap()
    }

    /// Where the digits of a text stand beside one of the words, looked at one after the other.
    fn found(near: &Near, text: &str, looked: &mut Looked) -> Vec<usize> {
        let digits = text.char_indices().filter(|(_, char)| char.is_ascii_digit()).map(|(at, _)| at);
        digits.filter(|at| near.stands(text, &(*at..at + 1), looked)).collect()
    }

    #[test]
    fn what_is_looked_at_once_is_what_is_looked_at_for_each() {
        let pieces = ["1", "2", "é", "id", "ID", " ", "_", "-", "(", "éid", "xid", "no", "пас", "à", "Pass"];
        for words in [r"\bid\b", r"(?-u:\b)id|no$", r"\bпас|(?-i:\bPass\b)", r"i?d+\b", r"x*id"] {
            let near = near(words);
            let mut stood = 0;
            for seed in 0..2_000 {
                let mut random = SplitMix(seed);
                let text: String =
                    (0..random.index(30)).map(|_| pieces[random.index(pieces.len())]).collect();
                let each = found_apart(&near, &text);
                stood += each.len();
                assert_eq!(found(&near, &text, &mut Looked::default()), each, "{words} in {text}");
            }
            assert!(stood > 300, "{words}: {stood}");
        }
    }

    #[test]
    fn candidates_may_come_in_any_order() {
        let near = near(r"\bid\b");
        let text = format!("id 1{}2 id", " x".repeat(100));
        let [first, last] = [text.find('1').unwrap(), text.find('2').unwrap()];
        let mut looked = Looked::default();
        for at in [last, first, last, first] {
            assert!(near.stands(&text, &(at..at + 1), &mut looked));
        }
    }

    fn found_apart(near: &Near, text: &str) -> Vec<usize> {
        let digits = text.char_indices().filter(|(_, char)| char.is_ascii_digit()).map(|(at, _)| at);
        let stands = |at: &usize| {
            let around = near.around(text, &(*at..at + 1));
            let word = |range: Range<usize>| near.words.is_match(text.get(range).unwrap());
            word(around.start..*at) || word(at + 1..around.end)
        };
        digits.filter(stands).collect()
    }

    #[test]
    fn candidates_without_a_word_are_not_looked_at_with_borders() {
        let near = near(r"\bid\b");
        for (text, slow) in [("9é".repeat(10_000), 0), ("9id ".repeat(10_000), 0), ("9é id9".to_owned(), 2)]
        {
            let mut looked = Looked::default();
            found(&near, &text, &mut looked);
            assert_eq!(MOST_SLOW - looked.slow, slow, "{} bytes", text.len());
        }
    }

    #[test]
    fn of_more_than_may_be_looked_at_what_may_be_a_word_is_one() {
        let text = "9éid ".repeat(MOST_SLOW + 10);
        assert_eq!(found(&near(r"\bid\b"), &text, &mut Looked::default()).len(), 10);
    }
}
