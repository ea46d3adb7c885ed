//! Where in a text a pattern can match at all, found for all patterns at once.
//!
//! Most patterns need something that most texts lack: a word, an `@`, nine digits close together. One pass over
//! the text finds the words of all rules, and one its digits; each pattern is then searched for only around what
//! it needs. A pattern that needs nothing in particular is searched for everywhere.
//!
//! This only spares time: around what it needs, as far as the pattern can reach, it finds what it would have found.

mod digits;
mod needs;

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use regex_syntax::hir::Hir;

use digits::Digits;
use needs::{Held, Needs, most_chars};

/// Up to so many bytes of words the fastest automaton is built, which takes a good deal of memory for each.
const MOST_FAST: usize = 8 << 10;

/// The words of all rules and the needs of all patterns.
#[derive(Debug)]
pub(super) struct Gates {
    literals: Option<AhoCorasick>,
    /// Who looks for each of the literals.
    seekers: Vec<Vec<Seeker>>,
    digits: Digits,
    /// By pattern.
    reaches: Vec<Reach>,
}

#[derive(Clone, Copy, Debug)]
enum Seeker {
    /// A rule whose word it is.
    Word(usize),
    /// A pattern that needs it, or another one.
    Pattern(usize),
}

/// Where a pattern is to be searched for.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// Everywhere, whatever the text.
    everywhere: bool,
    /// Longest match, in bytes.
    longest: Option<usize>,
}

/// Where each pattern is to be searched for in one text: ranges in order and apart.
#[derive(Debug)]
pub(super) struct Open(Vec<Vec<Range<usize>>>);

impl Open {
    /// Notes that a match of at most `longest` bytes may hold all of `needed`.
    fn around(&mut self, pattern: usize, needed: &Range<usize>, longest: Option<usize>, length: usize) {
        let Some(ranges) = self.0.get_mut(pattern) else { return };
        let range = longest.map_or(0..length, |longest| {
            needed.end.saturating_sub(longest)..needed.start.saturating_add(longest).min(length)
        });
        match ranges.last_mut() {
            // (With room for the ends of characters.)
            Some(last) if range.start <= last.end + 2 * char::MAX.len_utf8() => {
                last.end = last.end.max(range.end)
            }
            _ => ranges.push(range),
        }
    }

    /// The ranges of a pattern.
    pub(super) fn of(&self, pattern: usize) -> &[Range<usize>] {
        self.0.get(pattern).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Gates {
    /// `words` with their rules, in ASCII; `patterns` as they are compiled.
    ///
    /// # Errors
    /// The words together are too many.
    pub(super) fn new(words: &[(usize, &str)], patterns: &[Hir]) -> Result<Self, String> {
        let mut sought: Vec<(String, Seeker)> =
            words.iter().map(|(rule, word)| (word.to_ascii_lowercase(), Seeker::Word(*rule))).collect();
        let mut digits = Digits::default();
        let mut reaches = Vec::new();
        for (index, hir) in patterns.iter().enumerate() {
            let longest = hir.properties().maximum_len();
            let needs = Held::by(hir).chosen();
            match &needs {
                Needs::Literals(literals) => {
                    sought.extend(literals.iter().map(|literal| (literal.clone(), Seeker::Pattern(index))));
                }
                Needs::Digits(count) => digits.add(index, *count, most_chars(hir)),
                Needs::Nothing => {}
            }
            reaches.push(Reach { everywhere: matches!(needs, Needs::Nothing), longest });
        }
        sought.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut literals: Vec<String> = Vec::new();
        let mut seekers: Vec<Vec<Seeker>> = Vec::new();
        for (literal, seeker) in sought {
            match seekers.last_mut() {
                Some(last) if literals.last() == Some(&literal) => last.push(seeker),
                _ => {
                    literals.push(literal);
                    seekers.push(vec![seeker]);
                }
            }
        }
        Ok(Self { literals: automaton(&literals)?, seekers, digits, reaches })
    }

    /// Calls `word` with every word in `text`, and returns where the patterns are to be searched for.
    pub(super) fn open(&self, text: &str, mut word: impl FnMut(usize, Range<usize>)) -> Open {
        let whole = |reach: &Reach| Vec::from_iter(reach.everywhere.then_some(0..text.len()));
        let mut open = Open(self.reaches.iter().map(whole).collect());
        let mut around = |pattern: usize, needed: &Range<usize>| {
            let longest = self.reaches.get(pattern).and_then(|reach| reach.longest);
            open.around(pattern, needed, longest, text.len());
        };
        for found in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(text)) {
            for seeker in self.seekers.get(found.pattern().as_usize()).into_iter().flatten() {
                match seeker {
                    Seeker::Word(rule) => word(*rule, found.range()),
                    Seeker::Pattern(pattern) => around(*pattern, &found.range()),
                }
            }
        }
        self.digits.find(text, around);
        for range in open.0.iter_mut().flatten() {
            *range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        }
        open
    }
}

pub(super) fn automaton(literals: &[impl AsRef<[u8]>]) -> Result<Option<AhoCorasick>, String> {
    if literals.is_empty() {
        return Ok(None);
    }
    let bytes: usize = literals.iter().map(|literal| literal.as_ref().len()).sum();
    let built = AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .kind((bytes <= MOST_FAST).then_some(AhoCorasickKind::DFA))
        .build(literals);
    built.map(Some).map_err(|error| format!("the blocked words together cannot be used: {error}"))
}

#[cfg(test)]
mod tests;
