//! The tokens of JSON (RFC 8259), borrowed from a text that is known to be UTF-8.
//!
//! Knows characters. Does not know which token may follow which, nor what any of them means.

use super::Malformed;

/// A cursor over a text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    /// Offset of the next byte.
    at: usize,
}

/// A string token.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a> {
    /// As it was written, quotes included.
    pub raw: &'a str,
    /// Between the quotes, escapes as they were written.
    pub inner: &'a str,
    /// Whether there is any escape.
    pub escaped: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
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
        let start = self.at;
        if !self.take(b'"') {
            return Err(self.expected("a string"));
        }
        let mut escaped = false;
        loop {
            self.at += plain_length(self.text.as_bytes().get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => {
                    return Err(
                        self.expected("the rest of a string (control characters are written as escapes)")
                    );
                }
            }
        }
        let inner = self.since(start + 1);
        self.at += 1;
        Ok(Quoted { raw: self.since(start), inner, escaped })
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

/// How many bytes from the start are ordinary: no quote, no backslash, no control character.
///
/// Eight at a time: a body's bytes are nearly all inside strings.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + tail.iter().take_while(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\')).count()
}

/// The high bit of each byte that is not ordinary, exact up to the lowest such byte.
///
/// The classic zero-byte test: `x - 0x01…` borrows into the high bit where a byte of `x` is zero, and
/// `!x` takes out the bytes whose high bit was set before. A borrow may mark bytes *above* a true hit
/// wrongly, so only the lowest mark is used.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let zero = |x: u64| x.wrapping_sub(ONES) & !x;
    (zero(quote) | zero(backslash) | control) & HIGH
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::plain_length;

    #[test]
    fn every_byte_at_every_place_ends_the_run_or_does_not() {
        for byte in 0..=255_u8 {
            for place in 0..20 {
                let mut bytes = *b"abcdefghijklmnopqrst";
                bytes[place] = byte;
                let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain_length(&bytes), if special { place } else { 20 }, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn the_first_of_two_special_bytes_counts() {
        for first in [0_u8, 0x1f, b'"', b'\\'] {
            for second in [0_u8, b'!', b'#', b'[', b']', b'"', b'\\', 0xff] {
                assert_eq!(plain_length(&[b'a', first, second, 0x80, b'x', b'x', b'x', b'x']), 1);
            }
        }
    }
}
