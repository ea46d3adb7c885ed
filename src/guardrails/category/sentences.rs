//! Where sentences end.

use super::super::settings::Category;
use std::ops::Range;

/// Counts a text's sentences, front to back: every character is looked at once.
pub(super) struct Sentences<'t> {
    text: &'t str,
    counted_to: usize,
    ended: usize,
}

impl<'t> Sentences<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, counted_to: 0, ended: 0 }
    }

    /// How many sentences end before `at`, which never goes back.
    pub(super) fn before(&mut self, at: usize) -> usize {
        let unread = self.text.get(self.counted_to..at).unwrap_or_default();
        let ends = |(offset, mark): (usize, char)| {
            let behind = self.counted_to + offset + mark.len_utf8();
            is_end(mark, self.text.get(behind..).and_then(|rest| rest.chars().next()))
        };
        self.ended += unread.char_indices().filter(|found| ends(*found)).count();
        self.counted_to = self.counted_to.max(at);
        self.ended
    }
}

/// A point in a number or an address ends none.
fn is_end(mark: char, next: Option<char>) -> bool {
    match mark {
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        '。' | '！' | '？' => true,
        _ => false,
    }
}

/// The rules of one category's pairs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pairs {
    first_rule: usize,
    companions: usize,
}

impl Pairs {
    pub(super) fn of(category: &Category, first_rule: usize) -> Self {
        Self { first_rule, companions: category.companions.len() }
    }
}

/// One half of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Identifier(usize),
    Companion(usize),
}

/// What a sentence has had so far of one category's pairs.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    number: usize,
    identifier: Option<(usize, Range<usize>)>,
    companion: Option<(usize, Range<usize>)>,
    is_told: bool,
}

impl Sentence {
    /// Takes the next word, and answers with the rule and the place of the sentence's first pair.
    pub(super) fn take(
        &mut self,
        number: usize,
        pairs: Pairs,
        half: Half,
        found: &Range<usize>,
    ) -> Option<(usize, Range<usize>)> {
        if self.number != number {
            *self = Self { number, ..Self::default() };
        }
        let (own, other, index) = match half {
            Half::Identifier(index) => (&mut self.identifier, &self.companion, index),
            Half::Companion(index) => (&mut self.companion, &self.identifier, index),
        };
        // One word is no pair, though it may stand in both lists.
        if own.is_none() && other.as_ref().is_none_or(|(_, other)| other != found) {
            *own = Some((index, found.clone()));
        }
        let ((identifier, a), (companion, b)) = self.identifier.as_ref().zip(self.companion.as_ref())?;
        let rule = pairs.first_rule + identifier * pairs.companions + companion;
        let first = !std::mem::replace(&mut self.is_told, true);
        first.then(|| (rule, a.start.min(b.start)..a.end.max(b.end)))
    }
}
