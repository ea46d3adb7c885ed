//! Texts that a part of a pattern may be.

use super::literal::Literal;

/// Most spellings of one part.
pub(super) const MOST_SPELLINGS: usize = 64;
/// Most that one which tells enough by itself is made longer to.
const MOST_LONGER: usize = 8;

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spelling {
    pub(super) literal: Literal,
    /// Only at the beginning of a word.
    pub(super) begins: bool,
    /// Only at the end of a word.
    pub(super) ends: bool,
}

impl Spelling {
    pub(super) fn of(text: &str) -> Self {
        let literal = Literal { text: text.to_ascii_lowercase(), ..Literal::default() };
        Self { literal, ..Self::default() }
    }

    /// The border of a word.
    pub(super) fn border() -> Self {
        Self { begins: true, ends: true, ..Self::default() }
    }

    /// This one behind a digit.
    pub(super) fn after_digit(mut self) -> Self {
        self.literal.after_digit = true;
        self
    }

    /// This one before a digit.
    pub(super) fn before_digit(mut self) -> Self {
        self.literal.before_digit = true;
        self
    }

    /// This one, directly followed by another one.
    fn with(&self, next: &Self) -> Self {
        let (one, other) = (&self.literal, &next.literal);
        let is_empty = |literal: &Literal| literal.text.is_empty();
        Self {
            literal: Literal {
                text: [one.text.as_str(), &other.text].concat(),
                after_digit: one.after_digit || (is_empty(one) && other.after_digit),
                before_digit: other.before_digit || (is_empty(other) && one.before_digit),
            },
            begins: self.begins || (is_empty(one) && next.begins),
            ends: next.ends || (is_empty(other) && self.ends),
        }
    }

    /// Whether it is worth looking for: a single letter or space is everywhere.
    fn tells(&self) -> bool {
        let text = &self.literal.text;
        text.chars().count() > 1 || text.bytes().any(|byte| byte.is_ascii_punctuation())
    }

    /// How many bytes it tells, with the digits around it.
    fn length(&self) -> usize {
        let Literal { text, after_digit, before_digit } = &self.literal;
        text.len() + usize::from(*after_digit) + usize::from(*before_digit)
    }
}

/// The spellings of two parts of which one follows the other; `None` where they would be too many.
pub(super) fn joined(one: &[Spelling], other: &[Spelling]) -> Option<Vec<Spelling>> {
    let most = if tell(one) && tell(other) { MOST_LONGER } else { MOST_SPELLINGS };
    if one.len().saturating_mul(other.len()) > most {
        return None;
    }
    Some(one.iter().flat_map(|first| other.iter().map(|next| first.with(next))).collect())
}

/// Whether all of them are worth looking for.
pub(super) fn tell(spellings: &[Spelling]) -> bool {
    !spellings.is_empty() && spellings.iter().all(Spelling::tells)
}

/// The length of the shortest, in bytes, with the digits around it.
pub(super) fn shortest(spellings: &[Spelling]) -> usize {
    spellings.iter().map(Spelling::length).min().unwrap_or_default()
}

/// Whether all are more than two bytes without the digits around them.
pub(super) fn are_words(spellings: &[Spelling]) -> bool {
    spellings.iter().all(|spelling| spelling.literal.text.len() > 2)
}
