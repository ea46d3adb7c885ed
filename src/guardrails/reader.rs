//! Reads JSON as positions in the text, without building anything.
//!
//! Strict enough that no two readers can disagree about where a string begins and ends.

use std::ops::Range;

use super::mode::Stage;
use crate::reject::Reject;
use crate::wire::check::{LONG, run};

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
    /// What the client is told. An answer that cannot be read is not the client's fault.
    pub(super) fn reject(self, stage: Stage) -> Reject {
        let Self { at, expected } = self;
        let what = format!("is not valid JSON: expected {expected} at byte {at}.");
        match stage {
            Stage::Request => Reject::invalid(format!("The request body {what}")),
            Stage::Answer => unreadable_answer(format!("the answer {what}")),
        }
    }
}

/// 502: guardrails are to look at an answer that they cannot read, so nobody gets it.
pub(super) fn unreadable_answer(why: impl std::fmt::Display) -> Reject {
    let message = format!("Guardrails cannot check the provider's answer, and it is withheld: {why}");
    Reject::new(502, "server_error", message).code("guardrail_cannot_check")
}

/// A position in a JSON text.
pub(super) struct Reader<'d> {
    text: &'d str,
    at: usize,
    long_strings: LongStrings<'d>,
}

/// The long strings of a text, in order: what stands between their quotes.
enum LongStrings<'d> {
    Read,
    /// Long strings are noted as they are read: these.
    Noted(Vec<Range<usize>>),
    /// The long strings that are still to come are known: these.
    Known(&'d [Range<usize>]),
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self { text, at: 0, long_strings: LongStrings::Read }
    }

    /// One that notes where long strings are, for whoever reads the same text after it.
    pub(super) fn noting(text: &'d str) -> Self {
        Self { long_strings: LongStrings::Noted(Vec::new()), ..Self::new(text) }
    }

    /// One that knows where the long strings of the text are.
    pub(super) fn knowing(text: &'d str, long_strings: &'d [Range<usize>]) -> Self {
        Self { long_strings: LongStrings::Known(long_strings), ..Self::new(text) }
    }

    /// The long strings that were read, in order: what stands between their quotes.
    pub(super) fn into_noted(self) -> Vec<Range<usize>> {
        match self.long_strings {
            LongStrings::Noted(noted) => noted,
            LongStrings::Read | LongStrings::Known(_) => Vec::new(),
        }
    }

    /// Offset of what comes next.
    pub(super) fn at(&self) -> usize {
        self.at
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

    /// A string that comes next, and that was read before: up to `end`, if that is known.
    pub(super) fn string_to(&mut self, end: Option<usize>) -> Result<Range<usize>, Malformed> {
        let Some(end) = end else { return self.string() };
        let start = self.at + 1;
        self.at = end + 1;
        Ok(start..end)
    }

    /// A string: what stands between its quotes.
    pub(super) fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.expect(b'"', "a string")?;
        let start = self.at;
        if let Some(end) = self.known_end() {
            self.at = end + 1;
            return Ok(start..end);
        }
        loop {
            self.at += run::length(self.rest());
            match self.rest().first() {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    if let LongStrings::Noted(noted) = &mut self.long_strings
                        && end - start >= LONG
                    {
                        noted.push(start..end);
                    }
                    return Ok(start..end);
                }
                Some(b'\\') => self.at += self.escape()?,
                _ => return Err(self.malformed("the string's closing quote")),
            }
        }
    }

    /// Where the string ends whose first byte is next, if that is known.
    fn known_end(&mut self) -> Option<usize> {
        let LongStrings::Known(known) = &mut self.long_strings else { return None };
        let (next, later) = known.split_first().filter(|(next, _)| next.start == self.at)?;
        *known = later;
        Some(next.end)
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

    /// A number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Result<Range<usize>, Malformed> {
        let literal =
            ["true", "false", "null"].into_iter().find(|one| self.rest().starts_with(one.as_bytes()));
        let length = literal.map_or_else(|| number(self.rest()), |literal| Some(literal.len()));
        let start = self.at;
        self.at += length.ok_or_else(|| self.malformed("a value"))?;
        Ok(start..self.at)
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        if self.peek().is_some() { Err(self.malformed("the end of the body")) } else { Ok(()) }
    }
}

/// Length of the number that `text` begins with, by JSON's grammar.
fn number(text: &[u8]) -> Option<usize> {
    let digits = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let is = |at: usize, any: &[u8]| text.get(at).is_some_and(|byte| any.contains(byte));
    let sign = usize::from(is(0, b"-"));
    let mut end = sign + if is(sign, b"0") { 1 } else { digits(sign) };
    if end == sign {
        return None;
    }
    if is(end, b".") {
        end = some(digits(end + 1)).map(|count| end + 1 + count)?;
    }
    if is(end, b"eE") {
        let exponent = end + 1 + usize::from(is(end + 1, b"+-"));
        end = some(digits(exponent)).map(|count| exponent + count)?;
    }
    Some(end)
}

fn some(count: usize) -> Option<usize> {
    (count > 0).then_some(count)
}
