//! A text that is being written, with room behind it.

use std::io;

use crate::blocks::{escapes, stands};

/// Room from the start: most records have it.
const USUAL: usize = 2048;

const ONES: u64 = 0x0101_0101_0101_0101;

/// The text, and behind it whatever was there before.
#[derive(Default)]
pub(super) struct Sheet {
    bytes: Vec<u8>,
    /// Where the text ends.
    at: usize,
}

impl Sheet {
    /// Without room yet.
    pub(super) const fn new() -> Self {
        Self { bytes: Vec::new(), at: 0 }
    }

    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.at).unwrap_or_default()
    }

    /// How many bytes it takes in memory.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn clear(&mut self) {
        self.at = 0;
    }

    /// Where the text ends: for [`Self::begins`].
    pub(super) fn end(&self) -> usize {
        self.at
    }

    /// Whether the text goes on with this byte there.
    pub(super) fn begins(&self, at: usize, byte: u8) -> bool {
        self.bytes.get(at) == Some(&byte)
    }

    /// The next bytes of the text, for the caller to fill.
    #[inline(always)]
    fn place(&mut self, length: usize) -> &mut [u8] {
        let begin = self.at;
        let end = begin + length;
        if end > self.bytes.len() {
            self.grow(end);
        }
        self.at = end;
        self.bytes.get_mut(begin..end).unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, end: usize) {
        let size = end.next_power_of_two().max(USUAL);
        self.bytes.resize(size, 0);
    }

    /// A text that is JSON already. Where the compiler knows its length, this is a few stores.
    #[inline(always)]
    pub(super) fn literal(&mut self, text: &str) {
        copy(text.as_bytes(), self.place(text.len()));
    }

    /// A byte of JSON.
    #[inline(always)]
    pub(super) fn byte(&mut self, byte: u8) {
        if let [place] = self.place(1) {
            *place = byte;
        }
    }

    /// The name of a member, which a Rust program gave it: it needs no escape. `lead` comes before it.
    #[inline(always)]
    pub(super) fn name(&mut self, lead: u8, name: &'static str) {
        debug_assert!(name.bytes().all(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\')));
        if let [first, quote, text @ .., end, colon] = self.place(name.len() + 4) {
            (*first, *quote, *end, *colon) = (lead, b'"', b'"', b':');
            copy(name.as_bytes(), text);
        }
    }

    /// A string.
    #[inline(never)]
    pub(super) fn string(&mut self, text: &str) {
        let begin = self.at;
        let [open, place @ .., close] = self.place(text.len() + 2) else { return };
        (*open, *close) = (b'"', b'"');
        if !is_copied_whole(text.as_bytes(), place) {
            self.at = begin;
            self.rare(text);
        }
    }

    /// A number. Most are none.
    #[inline(always)]
    pub(super) fn number(&mut self, number: u64) {
        match number {
            0..10 => self.byte(b'0' | number as u8),
            10.. => self.long_number(number),
        }
    }

    #[inline(never)]
    fn long_number(&mut self, number: u64) {
        const EIGHT: u64 = 100_000_000;
        if number < EIGHT {
            return self.first_digits(number);
        }
        self.number(number / EIGHT);
        copy(&(digits(number % EIGHT) | ZEROS).to_le_bytes(), self.place(8));
    }

    /// A number of at most eight digits, and more than none.
    #[inline(always)]
    fn first_digits(&mut self, number: u64) {
        let digits = digits(number);
        let missing = digits.trailing_zeros() & !7;
        let text = ((digits | ZEROS) >> missing).to_le_bytes();
        self.first_of(text, 8 - missing as usize / 8);
    }

    /// So many of these bytes. The others come behind the text.
    #[inline(always)]
    fn first_of(&mut self, text: [u8; 8], count: usize) {
        let end = self.at + count;
        copy(&text, self.place(8));
        self.at = end;
    }

    /// A number that need not be whole. Times are whole microseconds, and what they are in seconds takes no search for the
    /// shortest decimal number that is nearest to it: there is one only.
    pub(super) fn float(&mut self, number: f64) {
        const MICRO: f64 = 1e6;
        // Numbers beyond are further apart than that.
        const FROM: f64 = 1e-3;
        const TO: f64 = 8_589_934_592.0;
        if (FROM..TO).contains(&number) {
            let micros = (number * MICRO).round_ties_even();
            if micros / MICRO == number {
                return self.micros(micros as u64);
            }
        }
        self.rare(&number);
    }

    fn micros(&mut self, micros: u64) {
        const MICRO: u64 = 1_000_000;
        self.number(micros / MICRO);
        self.byte(b'.');
        // As the first six of eight digits.
        let digits = digits(micros % MICRO * 100);
        let count = 8 - digits.leading_zeros() as usize / 8;
        self.first_of((digits | ZEROS).to_le_bytes(), count.max(1));
    }

    /// What is not worth a way of its own. It is never refused: strings and numbers have a form in JSON.
    #[inline(never)]
    pub(super) fn rare<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        let _ = serde_json::to_writer(&mut *self, value);
    }
}

impl io::Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        copy(bytes, self.place(bytes.len()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Copies between slices of one length.
#[inline(always)]
fn copy(from: &[u8], to: &mut [u8]) {
    if from.len() == to.len() {
        to.copy_from_slice(from);
    }
}

/// Zeros of text.
const ZEROS: u64 = b'0' as u64 * ONES;

/// The digits of a number below 10⁸, each in a byte, the first one in the lowest: halves, then halves of these, next to
/// each other.
#[inline(always)]
fn digits(number: u64) -> u64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let upper = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = upper | ((fours - upper * 100) << 16);
    let upper = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    upper | ((twos - upper * 10) << 8)
}

/// Copies a text to a place of its length; false where it holds what a string of JSON cannot hold as it is.
///
/// Pieces from both ends, which may overlap in the middle, are fewer steps than a call that copies.
#[inline(always)]
fn is_copied_whole(text: &[u8], place: &mut [u8]) -> bool {
    if let (Some(last), Some(end)) = (text.last_chunk(), place.last_chunk_mut()) {
        *end = *last;
        let pieces = text.as_chunks().0.iter().zip(place.as_chunks_mut().0);
        let copied = |(piece, place): (&[u8; 16], &mut [u8; 16])| {
            *place = *piece;
            stands(piece)
        };
        return stands(last) & pieces.map(copied).fold(true, |all, stands| all & stands);
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        place.first_chunk_mut().into_iter().for_each(|begin| *begin = *first);
        place.last_chunk_mut().into_iter().for_each(|end| *end = *last);
        return (escapes(u64::from_le_bytes(*first)) | escapes(u64::from_le_bytes(*last))) == 0;
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        place.first_chunk_mut().into_iter().for_each(|begin| *begin = *first);
        place.last_chunk_mut().into_iter().for_each(|end| *end = *last);
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return escapes(u64::from(first) | u64::from(last) << 32) == 0;
    }
    let some = match (text, place) {
        ([first], [begin]) => {
            *begin = *first;
            [*first; 4]
        }
        ([first, last], [begin, end]) => {
            (*begin, *end) = (*first, *last);
            [*first, *last, *first, *last]
        }
        ([first, second, last], [begin, middle, end]) => {
            (*begin, *middle, *end) = (*first, *second, *last);
            [*first, *second, *last, *last]
        }
        _ => return true,
    };
    escapes(u64::from(u32::from_le_bytes(some)) * (1 << 32 | 1)) == 0
}
