//! What is looked for in a text, letter by letter.

use std::ops::Range;

use crate::blocks::Nibbles;

/// A text of one pattern or rule, with ASCII's letters in lower case: found in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Literal {
    pub(super) text: String,
    /// Only right behind a digit of ASCII.
    pub(super) after_digit: bool,
    /// Only right before a digit of ASCII.
    pub(super) before_digit: bool,
}

impl Literal {
    /// Byte by byte what may stand there, with the digits around it.
    pub(super) fn sets(&self) -> Vec<Nibbles> {
        let set = |bytes: &[u8]| bytes.iter().fold(Nibbles::default(), |set, byte| set.with(*byte));
        let digit = |is: bool| is.then(|| set(b"0123456789"));
        let letter = |byte: u8| set(&[byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
        let text = self.text.bytes().map(letter);
        digit(self.after_digit).into_iter().chain(text).chain(digit(self.before_digit)).collect()
    }

    /// How many bytes of [`sets`](Self::sets) stand before the text.
    pub(super) fn lead(&self) -> usize {
        usize::from(self.after_digit)
    }

    /// Whether it has its digits around it, where its text stands.
    pub(super) fn has_digits(&self, text: &[u8], range: &Range<usize>) -> bool {
        let is_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
        (!self.after_digit || is_digit(range.start.checked_sub(1)))
            && (!self.before_digit || is_digit(Some(range.end)))
    }
}
