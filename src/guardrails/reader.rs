//! Reads JSON as positions in the text, without building anything.
//!
//! Strict enough that no two readers can disagree about where a string begins and ends.

use std::ops::Range;

use crate::reject::Reject;

/// Deepest nesting of objects and arrays: serde_json's.
pub(super) const MAX_DEPTH: usize = 128;

/// Where the text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Offset in bytes.
    pub(super) at: usize,
    pub(super) expected: &'static str,
}

impl Malformed {
    pub(super) fn reject(self) -> Reject {
        let Self { at, expected } = self;
        Reject::invalid(format!("The request body is not valid JSON: expected {expected} at byte {at}."))
    }
}

/// A position in a JSON text.
pub(super) struct Reader<'d> {
    text: &'d str,
    at: usize,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self { text, at: 0 }
    }

    /// That part of the text.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'d str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn malformed(&self, expected: &'static str) -> Malformed {
        Malformed { at: self.at, expected }
    }

    fn rest(&self) -> &'d [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.at += self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.rest().first().copied()
    }

    /// Whether `byte` came next; then it is behind.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed(expected)) }
    }

    /// A string: what stands between its quotes.
    pub(super) fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.expect(b'"', "a string")?;
        let start = self.at;
        loop {
            let plain = self.rest().iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
            self.at += plain.unwrap_or(self.rest().len());
            match self.rest().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(start..self.at - 1);
                }
                Some(b'\\') => self.at += self.escape()?,
                _ => return Err(self.malformed("the string's closing quote")),
            }
        }
    }

    /// Length of the escape that comes next.
    fn escape(&self) -> Result<usize, Malformed> {
        match self.rest() {
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Ok(2),
            [_, b'u', digits @ ..]
                if digits.iter().take(4).filter(|digit| digit.is_ascii_hexdigit()).count() == 4 =>
            {
                Ok(6)
            }
            _ => Err(self.malformed("an escape")),
        }
    }

    /// A number; none for `true`, `false` and `null`, which are behind then.
    pub(super) fn scalar(&mut self) -> Result<Option<Range<usize>>, Malformed> {
        for literal in ["true", "false", "null"] {
            if self.rest().starts_with(literal.as_bytes()) {
                self.at += literal.len();
                return Ok(None);
            }
        }
        let of_number =
            |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest().iter().take_while(of_number).count();
        if !matches!(self.rest().first(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.malformed("a value"));
        }
        let start = self.at;
        self.at += length;
        Ok(Some(start..self.at))
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        if self.peek().is_some() { Err(self.malformed("the end of the body")) } else { Ok(()) }
    }
}
