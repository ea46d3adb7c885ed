//! The tokens of JSON (RFC 8259), borrowed from a text that is known to be UTF-8.
//!
//! Knows characters. Does not know which token may follow which, nor what any of them means.

use std::ops::Range;

use super::{LONG, Malformed, run};

/// A cursor over a text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    /// Offset of the next byte.
    at: usize,
    /// What stands between the quotes of each long string so far.
    long_strings: Vec<Range<usize>>,
}

/// A string token.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a> {
    /// Between the quotes, escapes as they were written.
    pub inner: &'a str,
    /// Whether it is known to have no escapes.
    plain: bool,
}

impl Quoted<'_> {
    /// Whether there is any escape.
    pub(super) fn escaped(&self) -> bool {
        !self.plain && self.inner.contains('\\')
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, long_strings: Vec::new() }
    }

    /// What stands between the quotes of each long string, in order.
    pub(super) fn into_long_strings(self) -> Vec<Range<usize>> {
        self.long_strings
    }

    /// Offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next byte, if the text goes on.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves past white space, and tells the next byte.
    pub(super) fn next_token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Moves past `byte` if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The error that something else stands here.
    pub(super) fn expected(&self, expected: &'static str) -> Malformed {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Malformed::Syntax {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            expected,
            found: self.text.get(self.at..).and_then(|rest| rest.chars().next()),
        }
    }

    /// A string; the cursor stands on its first quote.
    pub(super) fn string(&mut self) -> Result<Quoted<'a>, Malformed> {
        if !self.take(b'"') {
            return Err(self.expected("a string"));
        }
        if let Some(inner) = self.short() {
            return Ok(Quoted { inner, plain: true });
        }
        self.long()
    }

    /// What stands up to a quote a few bytes from here, without escapes. The cursor stays where there is no such quote.
    fn short(&mut self) -> Option<&'a str> {
        let length = run::short(self.text.as_bytes().get(self.at..)?)?;
        let end = self.at + length;
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        let inner = self.text.get(self.at..end)?;
        self.at = end + 1;
        Some(inner)
    }

    /// A string of any length; the cursor stands behind its first quote.
    fn long(&mut self) -> Result<Quoted<'a>, Malformed> {
        let start = self.at;
        loop {
            self.at += run::long(self.text.as_bytes().get(self.at..).unwrap_or_default());
            // Escapes come in rows, in text that is no ASCII.
            while self.peek() == Some(b'\\') {
                self.escape()?;
            }
            match self.peek() {
                Some(b'"') => break,
                Some(byte) if byte >= 0x20 => {}
                _ => {
                    return Err(
                        self.expected("the rest of a string (control characters are written as escapes)")
                    );
                }
            }
        }
        let inner = self.since(start);
        if inner.len() >= LONG {
            self.long_strings.push(start..self.at);
        }
        self.at += 1;
        Ok(Quoted { inner, plain: false })
    }

    /// An escape; the cursor stands on its backslash. Surrogates must come in pairs: half of one is no
    /// character, and no reader behind could make text of it.
    fn escape(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let unit = self.code_unit()?;
                if (0xDC00..0xE000).contains(&unit) {
                    return Err(self.expected("the first half of a surrogate pair before its second half"));
                }
                if (0xD800..0xDC00).contains(&unit) {
                    let second = if self.take(b'\\') { self.code_unit()? } else { 0 };
                    if !(0xDC00..0xE000).contains(&second) {
                        return Err(self.expected("the second half of a surrogate pair after its first half"));
                    }
                }
            }
            _ => return Err(self.expected("an escape sequence")),
        }
        Ok(())
    }

    /// `u` and four digits: what follows the backslash.
    fn code_unit(&mut self) -> Result<u32, Malformed> {
        const EXPECTED: &str = "`u` and four hexadecimal digits";
        if !self.take(b'u') {
            return Err(self.expected(EXPECTED));
        }
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.expected(EXPECTED))?;
            self.at += 1;
        }
        Ok(unit)
    }

    /// A number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Result<(), Malformed> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        for word in ["true", "false", "null"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        self.number()
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let negative = self.take(b'-');
        if !self.take(b'0') {
            self.digits(if negative { "a digit" } else { "a value" })?;
        }
        if self.take(b'.') {
            self.digits("a digit")?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits("a digit")?;
        }
        Ok(())
    }

    fn digits(&mut self, expected: &'static str) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.expected(expected)) } else { Ok(()) }
    }
}
