//! JSON strings: between what is written and what is meant.
//!
//! A raw string is what stands between the quotes, checked by the reader.

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Range;

use super::edit::Edit;
use crate::blocks;

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
fn escape(raw: &str) -> (usize, char) {
    match raw.as_bytes().get(1).map(|letter| meant(*letter)) {
        Some(0) => unicode_escape(raw),
        one => (raw.len().min(2), char::from(one.unwrap_or(b'\\'))),
    }
}

/// What a letter means behind a backslash; 0 for `u`, which says nothing by itself.
#[inline(always)]
fn meant(letter: u8) -> u8 {
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

/// What `raw` means.
#[inline]
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    if is_short_and_plain(raw.as_bytes()) { Cow::Borrowed(raw) } else { decode_blocks(raw) }
}

/// Whether it is so short that two words hold it, and without a backslash: as most names and labels are, for which a
/// block would be too much.
#[inline]
fn is_short_and_plain(raw: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let is_plain = |word: u64| {
        let backslashes = word ^ (ONES * b'\\' as u64);
        backslashes.wrapping_sub(ONES) & !backslashes & (ONES << 7) == 0
    };
    // What both hold is looked at twice.
    if let Some((first, last)) = raw.first_chunk().zip(raw.last_chunk()) {
        return raw.len() <= 16
            && is_plain(u64::from_le_bytes(*first))
            && is_plain(u64::from_le_bytes(*last));
    }
    if let Some((first, last)) = raw.first_chunk().zip(raw.last_chunk()) {
        return is_plain(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)));
    }
    !raw.contains(&b'\\')
}

fn decode_blocks(raw: &str) -> Cow<'_, str> {
    let mut decoded = Decoded::default();
    blocks::each_block(raw.as_bytes(), |start, block| {
        let backslashes = blocks::backslashes(block);
        if backslashes != 0 {
            decoded.block(raw, start, backslashes);
        }
    });
    decoded.end(raw)
}

/// What a raw string means, while it is read.
#[derive(Default)]
struct Decoded {
    /// With room behind the text, which so can be copied in pieces of a fixed size.
    bytes: Vec<u8>,
    /// How many of the bytes are the text.
    length: usize,
    /// Of the raw string, how much is in it.
    done: usize,
}

impl Decoded {
    /// Bytes that are copied together: two vectors.
    const PIECE: usize = 32;

    /// Goes on with a block that begins at `start` and has these backslashes.
    fn block(&mut self, raw: &str, start: usize, backslashes: u64) {
        if self.done == 0 {
            self.bytes = vec![0; raw.len() + Self::PIECE];
        }
        let (to, from) = (self.bytes.as_mut_slice(), raw.as_bytes());
        let (mut length, mut done) = (self.length, self.done);
        for bit in blocks::bits(backslashes) {
            let at = start + bit;
            // It is escaped itself, or begins the second half of a pair of surrogates.
            if at < done {
                continue;
            }
            if at - done > Self::PIECE || !piece(to, length, from, done) {
                copy(to, length, from, done..at);
            }
            length += at - done;
            done = at + 2;
            let meant = from.get(at + 1).map_or(0, |letter| meant(*letter));
            if let Some(place) = to.get_mut(length) {
                *place = meant;
            }
            length += 1;
            if meant == 0 {
                let (written, encoded_len) = write_escape(to, length - 1, raw.get(at..).unwrap_or_default());
                (done, length) = (at + written, length - 1 + encoded_len);
            }
        }
        (self.length, self.done) = (length, done);
    }

    fn end(mut self, raw: &str) -> Cow<'_, str> {
        if self.done == 0 {
            return Cow::Borrowed(raw);
        }
        copy(&mut self.bytes, self.length, raw.as_bytes(), self.done..raw.len());
        self.bytes.truncate(self.length + raw.len().saturating_sub(self.done));
        let text = String::from_utf8(self.bytes);
        // (It is one.)
        Cow::Owned(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

/// Copies a piece from one place to another; false where there is not as much.
///
/// Between escapes are few bytes mostly, and to call something that copies takes longer than to copy them.
#[inline(always)]
fn piece(to: &mut [u8], place: usize, from: &[u8], at: usize) -> bool {
    let source = from.get(at..).and_then(|from| from.first_chunk::<{ Decoded::PIECE }>());
    let target = to.get_mut(place..).and_then(|to| to.first_chunk_mut());
    let both = target.zip(source);
    both.map(|(target, source)| *target = *source).is_some()
}

/// Copies a part of some bytes.
#[inline(never)]
fn copy(to: &mut [u8], place: usize, from: &[u8], part: Range<usize>) {
    let target = part.len().checked_add(place).and_then(|end| to.get_mut(place..end));
    if let Some((target, source)) = target.zip(from.get(part)) {
        target.copy_from_slice(source);
    }
}

/// Writes what an escape means that `raw` begins with. Returns how long it is, and how long what it means.
#[cold]
fn write_escape(to: &mut [u8], place: usize, raw: &str) -> (usize, usize) {
    let (written, char) = escape(raw);
    let mut encoded = [0; char::MAX_LEN_UTF8];
    let encoded_len = char.encode_utf8(&mut encoded).len();
    if let Some(target) = to.get_mut(place..).and_then(|to| to.first_chunk_mut()) {
        *target = encoded;
    }
    (written, encoded_len)
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
    use crate::guardrails::tests::random::Random;

    #[test]
    fn decodes_as_serde_json_does() {
        for raw in [
            "",
            "plain",
            r#"\"\\\/\b\f\n\r\t"#,
            r"a\u0062c",
            r"\u00e9\u20ac",
            r"\ud83d\ude00!",
            r"x\\u0041",
            "grüße\\n",
        ] {
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(decode(raw), expected, "{raw}");
        }
        for lone in [r"\ud83d", r"\ude00", r"\ud83dx", r"\ud83d\n", r"\ud83d\ud83d"] {
            assert!(decode(lone).starts_with('\u{fffd}'), "{lone}");
        }
    }

    #[test]
    fn one_escape_is_decoded_wherever_it_stands() {
        for length in 0..70 {
            let plain = "[".repeat(length);
            assert!(matches!(decode(&plain), Cow::Borrowed(_)), "{length}");
            for at in 0..=length {
                let (before, behind) = plain.split_at(at);
                let raw = [before, r"\n", behind].concat();
                assert_eq!(decode(&raw), [before, "\n", behind].concat(), "{raw}");
            }
        }
    }

    #[test]
    fn decodes_whatever_stands_together() {
        const PIECES: &[&str] = &[
            "a",
            "plain text",
            r"\n",
            r"\\",
            "\\\"",
            r"\u0041",
            r"\u20ac",
            r"\ud83d\ude00",
            "é",
            "😀",
            "-----------------",
        ];
        let mut random = Random(3);
        for round in 0..2_000 {
            let raw: String =
                (0..random.below(1 + round % 60)).map(|_| PIECES[random.below(PIECES.len())]).collect();
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            let decoded = decode(&raw);
            assert_eq!(decoded, expected, "{raw}");
            assert_eq!(matches!(decoded, Cow::Borrowed(_)), !raw.contains('\\'));
        }
    }

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
