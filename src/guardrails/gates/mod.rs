//! Where in a text a pattern can match at all, found for all patterns at once.
//!
//! Most patterns need something that most texts lack: a word, an `@`, nine digits close together. One pass over
//! the text finds the words of all rules, and one its digits; each pattern is then searched for only around what
//! it needs, as far as it can reach and as the text is made of what its matches are made of. A pattern that needs
//! nothing in particular is searched for where enough of that stands in a row, or else everywhere.
//!
//! This only spares time. Every match stands in one of the ranges with all of it, and none over two of them: so a search
//! in the ranges finds what a search of the whole text finds.

mod alphabet;
mod chance;
mod digits;
mod edges;
mod literal;
mod literals;
mod needs;
mod quick;
mod spelling;
mod stretch;

use std::ops::Range;

use regex_syntax::hir::Hir;

use alphabet::Alphabet;
use digits::Digits;
use literal::Literal;
use literals::Literals;
use needs::{Held, Needs, most_chars};
use spelling::Spelling;
use stretch::Stretch;

pub(super) use literals::automaton;

/// The words of all rules and the needs of all patterns.
#[derive(Debug)]
pub(super) struct Gates {
    literals: Literals,
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
    /// A pattern that needs it, or another one, perhaps only where a word begins or ends.
    Pattern { pattern: usize, begins: bool, ends: bool },
}

/// Where a pattern is to be searched for.
#[derive(Clone, Debug)]
struct Reach {
    alphabet: Alphabet,
    needs_nothing: bool,
}

/// Where each pattern is to be searched for in one text.
#[derive(Debug)]
pub(super) struct Open<'t> {
    text: &'t str,
    reaches: &'t [Reach],
    /// By pattern.
    stretches: Vec<Stretch>,
}

impl Open<'_> {
    /// Whether a pattern can match anywhere: whether [`Open::of`] may have ranges.
    #[inline]
    pub(super) fn may_match(&self, pattern: usize) -> bool {
        self.stretches.get(pattern).is_some_and(|stretch| !stretch.is_empty())
            || self.reaches.get(pattern).is_some_and(|reach| reach.needs_nothing)
    }

    /// The ranges of a pattern: in order and apart, of whole characters.
    pub(super) fn of(&self, pattern: usize) -> Vec<Range<usize>> {
        match self.reaches.get(pattern) {
            Some(Reach { needs_nothing: true, alphabet }) if alphabet.is_telling() => {
                alphabet.runs(self.text)
            }
            Some(Reach { needs_nothing: true, .. }) => std::iter::once(0..self.text.len()).collect(),
            _ => self.stretches.get(pattern).map(|stretch| stretch.of(self.text)).unwrap_or_default(),
        }
    }
}

impl Gates {
    /// `words` with their rules, in ASCII; `patterns` as they are compiled.
    ///
    /// # Errors
    /// The words together are too many.
    pub(super) fn new(words: &[(usize, &str)], patterns: &[Hir]) -> Result<Self, String> {
        let of_word = |word: &str| Literal { text: word.to_ascii_lowercase(), ..Literal::default() };
        let word = |(rule, word): &(usize, &str)| (of_word(word), Seeker::Word(*rule));
        let mut sought: Vec<(Literal, Seeker)> = words.iter().map(word).collect();
        let mut digits = Digits::default();
        let mut reaches = Vec::new();
        for (pattern, hir) in patterns.iter().enumerate() {
            let needs = Held::by(hir).chosen();
            reaches.push(Reach { alphabet: Alphabet::of(hir), needs_nothing: needs == Needs::Nothing });
            match needs {
                Needs::Literals(literals) => {
                    let seeker = |Spelling { literal, begins, ends }| {
                        (literal, Seeker::Pattern { pattern, begins, ends })
                    };
                    sought.extend(literals.into_iter().map(seeker));
                }
                Needs::Digits(count) => digits.add(pattern, count, most_chars(hir)),
                Needs::Nothing => {}
            }
        }
        sought.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut literals: Vec<Literal> = Vec::new();
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
        Ok(Self { literals: Literals::new(literals)?, seekers, digits, reaches })
    }

    /// Calls `word` with every word in `text`, and returns where the patterns are to be searched for.
    pub(super) fn open<'t>(&'t self, text: &'t str, mut word: impl FnMut(usize, Range<usize>)) -> Open<'t> {
        let mut stretches = vec![Stretch::default(); self.reaches.len()];
        let mut widen = |pattern: usize, needed: &Range<usize>| {
            let Some((stretch, reach)) = stretches.get_mut(pattern).zip(self.reaches.get(pattern)) else {
                return text.len();
            };
            stretch.widen(text.as_bytes(), needed, &reach.alphabet)
        };
        self.literals.each(text, |literal, range| {
            for seeker in self.seekers.get(literal).into_iter().flatten() {
                match seeker {
                    Seeker::Word(rule) => word(*rule, range.clone()),
                    Seeker::Pattern { pattern, begins, ends } => {
                        if !(*begins && continues(text, range.start) || *ends && continues(text, range.end)) {
                            widen(*pattern, &range);
                        }
                    }
                }
            }
        });
        self.digits.find(text, widen);
        Open { text, reaches: &self.reaches, stretches }
    }
}

/// Whether a word certainly goes on over this point.
fn continues(text: &str, at: usize) -> bool {
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    is_letter(bytes.get(at)) && at.checked_sub(1).is_some_and(|before| is_letter(bytes.get(before)))
}

#[cfg(test)]
mod tests;
