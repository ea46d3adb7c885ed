//! JSON strings: between what is written and what is meant.
//!
//! A raw string is what stands between the quotes, checked by the reader.

use std::iter::Peekable;
use std::ops::Range;

use super::edit::Edit;

/// A piece of a raw string.
enum Run<'d> {
    /// Means itself.
    Plain(&'d str),
    /// Written with an escape (a surrogate pair's two count as one) of so many bytes.
    Escape(usize, char),
}

impl Run<'_> {
    fn raw_len(&self) -> usize {
        match self {
            Self::Plain(text) => text.len(),
            Self::Escape(raw_len, _) => *raw_len,
        }
    }

    fn decoded_len(&self) -> usize {
        match self {
            Self::Plain(text) => text.len(),
            Self::Escape(_, char) => char.len_utf8(),
        }
    }
}

struct Runs<'d>(&'d str);

impl<'d> Iterator for Runs<'d> {
    type Item = Run<'d>;

    fn next(&mut self) -> Option<Run<'d>> {
        let run = match self.0.find('\\') {
            Some(0) => {
                let (length, char) = escape(self.0);
                Run::Escape(length, char)
            }
            Some(at) => Run::Plain(self.0.get(..at)?),
            None if self.0.is_empty() => return None,
            None => Run::Plain(self.0),
        };
        self.0 = self.0.get(run.raw_len()..)?;
        Some(run)
    }
}

/// The escape that `raw` begins with: how many bytes it has, and what it means. Half a surrogate pair means U+FFFD.
pub(super) fn escape(raw: &str) -> (usize, char) {
    match raw.as_bytes().get(1).map(|letter| meant(*letter)) {
        Some(0) => unicode_escape(raw),
        one => (raw.len().min(2), char::from(one.unwrap_or(b'\\'))),
    }
}

/// What a letter means behind a backslash; 0 for `u`, which says nothing by itself.
#[inline(always)]
pub(super) fn meant(letter: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "it would not compile if it were wrong")]
    const MEANT: [u8; 256] = {
        let mut meant = [b'\\'; 256];
        meant[b'b' as usize] = 0x8;
        meant[b'f' as usize] = 0xc;
        meant[b'n' as usize] = b'\n';
        meant[b'r' as usize] = b'\r';
        meant[b't' as usize] = b'\t';
        meant[b'/' as usize] = b'/';
        meant[b'"' as usize] = b'"';
        meant[b'u' as usize] = 0;
        meant
    };
    MEANT.get(usize::from(letter)).copied().unwrap_or_default()
}

fn unicode_escape(raw: &str) -> (usize, char) {
    let first = code_unit(raw);
    let second = raw.get(6..).filter(|rest| rest.starts_with("\\u")).map(code_unit);
    match char::decode_utf16(std::iter::once(first).chain(second)).next() {
        Some(Ok(char)) if char.len_utf16() == 2 => (12, char),
        Some(Ok(char)) => (raw.len().min(6), char),
        _ => (raw.len().min(6), char::REPLACEMENT_CHARACTER),
    }
}

/// Of `\u` and four digits.
fn code_unit(raw: &str) -> u16 {
    raw.get(2..6).and_then(|digits| u16::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}

/// `text` as a raw string.
pub(super) fn encode(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map(str::to_owned).unwrap_or_default()
}

/// Where offsets of a decoded text are in the document that holds it; to be asked in ascending order.
struct Offsets<'d> {
    runs: Peekable<Runs<'d>>,
    raw: usize,
    decoded: usize,
}

impl<'d> Offsets<'d> {
    /// Of what `raw` means, where `raw` begins at `start` of the document.
    fn new(raw: &'d str, start: usize) -> Self {
        Self { runs: Runs(raw).peekable(), raw: start, decoded: 0 }
    }

    fn raw_of(&mut self, decoded: usize) -> usize {
        while let Some(run) = self.runs.next_if(|run| self.decoded + run.decoded_len() <= decoded) {
            self.raw += run.raw_len();
            self.decoded += run.decoded_len();
        }
        match self.runs.peek() {
            Some(Run::Plain(_)) => self.raw + (decoded - self.decoded),
            _ => self.raw,
        }
    }
}

/// Edits of what `raw` means, as edits of the document in which `raw` begins at `start`.
///
/// `edits` are merged: in order, and apart.
pub(super) fn edits_of_raw(raw: &str, start: usize, edits: Vec<Edit>) -> Vec<Edit> {
    let mut offsets = Offsets::new(raw, start);
    let mut place = |range: Range<usize>| offsets.raw_of(range.start)..offsets.raw_of(range.end);
    edits.into_iter().map(|edit| Edit { range: place(edit.range), with: encode(&edit.with) }).collect()
}

/// Ranges of `raw` as ranges of what it means. An escape that a range touches is in it as a whole.
pub(super) fn decoded_ranges(raw: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    mapped(ranges, |points| decoded_points(raw, points))
}

/// Ranges of what `raw` means as ranges of `raw`.
pub(super) fn raw_ranges(raw: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    mapped(ranges, |points| {
        let mut offsets = Offsets::new(raw, 0);
        points.iter().map(|point| offsets.raw_of(*point)).map(|at| at..at).collect()
    })
}

/// Ranges with their ends moved by `spots`, which is asked once, for all ends in ascending order.
fn mapped(ranges: &[Range<usize>], spots: impl FnOnce(&[usize]) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut points: Vec<usize> = ranges.iter().flat_map(|range| [range.start, range.end]).collect();
    points.sort_unstable();
    points.dedup();
    let spots = spots(&points);
    let spot = |point: usize| points.binary_search(&point).ok().and_then(|at| spots.get(at)).cloned();
    let moved = |range: &Range<usize>| {
        spot(range.start).unwrap_or_default().start..spot(range.end).unwrap_or_default().end
    };
    ranges.iter().map(moved).collect()
}

/// For each of the sorted points of `raw` where it is in the decoded text: from where to where, as it may lie
/// within an escape.
fn decoded_points(raw: &str, points: &[usize]) -> Vec<Range<usize>> {
    let mut runs = Runs(raw).peekable();
    let (mut at, mut decoded) = (0, 0);
    let mut spots = Vec::with_capacity(points.len());
    for point in points {
        while let Some(run) = runs.next_if(|run| at + run.raw_len() <= *point) {
            at += run.raw_len();
            decoded += run.decoded_len();
        }
        spots.push(match runs.peek() {
            Some(Run::Plain(_)) => decoded + (point - at)..decoded + (point - at),
            Some(Run::Escape(_, char)) if *point > at => decoded..decoded + char.len_utf8(),
            _ => decoded..decoded,
        });
    }
    spots
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::guardrails::decode::decode;

    #[test]
    fn edits_land_on_what_is_written() {
        let raw = r"\u0061b\ud83d\ude00c\nd";
        for (range, expected) in [
            (0..1, r"<\n>b\ud83d\ude00c\nd"),
            (1..2, r"\u0061<\n>\ud83d\ude00c\nd"),
            (2..6, r"\u0061b<\n>c\nd"),
            (0..9, r"<\n>"),
            (6..8, r"\u0061b\ud83d\ude00<\n>d"),
            (9..9, r"\u0061b\ud83d\ude00c\nd<\n>"),
        ] {
            let edits = edits_of_raw(raw, 0, vec![Edit { range, with: "<\n>".to_owned() }]);
            assert_eq!(super::super::edit::splice(raw, &edits), expected);
        }
    }

    #[test]
    fn ranges_of_what_is_written_take_whole_escapes() {
        let raw = r"\u0061b\ud83d\ude00c\nd";
        let ranges = [0..6, 0..7, 3..7, 6..7, 7..19, 9..15, 18..20, 20..23, 21..22, 0..raw.len()];
        let expected = [0..1, 0..2, 0..2, 1..2, 2..6, 2..6, 2..7, 7..9, 7..8, 0..9];
        assert_eq!(decoded_ranges(raw, &ranges), expected);
        assert_eq!(decode(raw).len(), 9);
    }
}
