//! What a JSON string means.

use std::borrow::Cow;

use super::escape::{escape, meant};
use crate::blocks::{self, BLOCK};

/// Bytes that are copied together: two vectors.
const PIECE: usize = 32;
/// A block, and what is copied with its last byte.
const WIDE: usize = BLOCK + PIECE;

/// What `raw` means: what stands between the quotes of a string, checked by the reader.
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
    match plain_blocks(raw.as_bytes()) {
        Some(plain) => Cow::Owned(decode_from(raw, plain)),
        None => Cow::Borrowed(raw),
    }
}

/// How many bytes of blocks stand before the one with the first backslash.
fn plain_blocks(raw: &[u8]) -> Option<usize> {
    let (blocks, tail) = raw.as_chunks();
    let first = blocks.iter().position(|block| blocks::backslashes(block) != 0);
    let last = || tail.contains(&b'\\').then_some(blocks.len());
    Some(first.or_else(last)? * BLOCK)
}

/// What `raw` means, whose first bytes, so many, mean themselves.
fn decode_from(raw: &str, plain: usize) -> String {
    let (first, rest) = raw.as_bytes().split_at_checked(plain).unwrap_or_default();
    // With room behind the text, so that whole pieces can be copied.
    let mut decoded = Vec::with_capacity(raw.len() + WIDE);
    decoded.extend_from_slice(first);
    decoded.resize(raw.len() + WIDE, 0);
    let (mut length, mut taken) = (plain, 0);
    blocks::each_wide(rest, |start, block| {
        let target = decoded.get_mut(length..).and_then(|target| target.first_chunk_mut());
        let Some(target) = target else { return false };
        let block = Block { bytes: block, length: BLOCK.min(rest.len() - start) };
        let end = block.decode(taken, target, |at| raw.get(plain + start + at..).unwrap_or_default());
        length += end.decoded;
        taken = end.read - BLOCK.min(end.read);
        true
    });
    let decoded = decoded.get(..length).unwrap_or_default();
    // It is UTF-8, and to look at it by vectors and copy it takes less than to look at it byte by byte.
    match simdutf8::basic::from_utf8(decoded) {
        Ok(decoded) => decoded.to_owned(),
        Err(_) => String::from_utf8_lossy(decoded).into_owned(),
    }
}

/// A block of a raw string, and what stands behind it.
struct Block<'r> {
    bytes: &'r [u8; WIDE],
    /// Bytes of the string in the block.
    length: usize,
}

/// How far a block has been decoded.
struct End {
    /// Bytes that were read, with the rest of an escape that begins in the block.
    read: usize,
    /// Bytes that they mean.
    decoded: usize,
}

impl Block<'_> {
    /// Decodes it from a byte on; `rest` is the raw string from a byte of the block on.
    ///
    /// All places are within the block, and their bounds known when this is compiled: what little there is to keep stays
    /// in registers.
    #[inline(always)]
    fn decode<'r>(&self, from: usize, to: &mut [u8; WIDE], rest: impl Fn(usize) -> &'r str) -> End {
        let mut end = End { read: from, decoded: 0 };
        let backslashes = self.bytes.first_chunk().map_or(0, blocks::backslashes);
        for at in blocks::bits(backslashes) {
            // It is escaped itself, or begins the second half of a pair of surrogates.
            if at < end.read {
                continue;
            }
            self.copy(to, &mut end, at);
            let letter = self.bytes.get(at % BLOCK + 1).copied().unwrap_or_default();
            let meant = meant(letter);
            if let Some(place) = to.get_mut(end.decoded % BLOCK) {
                *place = meant;
            }
            end = End { read: at + 2, decoded: end.decoded + 1 };
            if meant == 0 {
                let (read, decoded) = write_escape(to, end.decoded - 1, rest(at));
                end = End { read: at + read, decoded: end.decoded - 1 + decoded };
            }
        }
        if end.read < self.length {
            self.copy(to, &mut end, self.length);
        }
        end
    }

    /// Copies what stands before a byte, and what stands behind it.
    #[inline(always)]
    fn copy(&self, to: &mut [u8; WIDE], end: &mut End, before: usize) {
        let length = before - end.read;
        piece(to, end.decoded % BLOCK, self.bytes, end.read % BLOCK);
        if length > PIECE {
            piece(to, end.decoded % PIECE + PIECE, self.bytes, end.read % PIECE + PIECE);
        }
        *end = End { read: before, decoded: end.decoded + length };
    }
}

/// Copies a piece from one place to another.
#[inline(always)]
fn piece(to: &mut [u8; WIDE], place: usize, from: &[u8; WIDE], at: usize) {
    let source = from.get(at..).and_then(|from| from.first_chunk::<PIECE>());
    let target = to.get_mut(place..).and_then(|to| to.first_chunk_mut());
    if let Some((target, source)) = target.zip(source) {
        *target = *source;
    }
}

/// Writes what an escape means that `raw` begins with. Returns how long it is, and how long what it means.
#[cold]
fn write_escape(to: &mut [u8; WIDE], place: usize, raw: &str) -> (usize, usize) {
    let (written, char) = escape(raw);
    let mut encoded = [0; char::MAX_LEN_UTF8];
    let encoded_len = char.encode_utf8(&mut encoded).len();
    if let Some(target) = to.get_mut(place..).and_then(|to| to.first_chunk_mut()) {
        *target = encoded;
    }
    (written, encoded_len)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

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
    fn escapes_are_decoded_wherever_they_stand() {
        const ESCAPES: [(&str, &str); 6] = [
            (r"\n", "\n"),
            (r"\\", "\\"),
            (r"\\\n", "\\\n"),
            (r"\u00e9", "é"),
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d", "\u{fffd}"),
        ];
        for before in 0..=2 * BLOCK {
            let plain = "[".repeat(before);
            assert!(matches!(decode(&plain), Cow::Borrowed(_)), "{before}");
            for behind in [0, 1, 31, 32, 33, 63, 64, 65] {
                let behind = "]".repeat(behind);
                for (escape, meant) in ESCAPES {
                    let raw = [&plain, escape, &behind, escape].concat();
                    assert_eq!(decode(&raw), [&plain, meant, &behind, meant].concat(), "{raw}");
                }
            }
        }
    }

    #[test]
    fn what_no_reader_lets_pass_is_decoded_as_something() {
        let raw = ["\\ud83d\\ude00", &"[".repeat(60), "\\ud83d\\ude00\\"].concat();
        for end in 0..=raw.len() {
            for start in 0..end {
                assert!(decode(raw.get(start..end).unwrap()).len() <= 3 * (end - start));
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
        let mut random = SplitMix(3);
        for round in 0..2_000 {
            let raw: String =
                (0..random.index(1 + round % 60)).map(|_| PIECES[random.index(PIECES.len())]).collect();
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            let decoded = decode(&raw);
            assert_eq!(decoded, expected, "{raw}");
            assert_eq!(matches!(decoded, Cow::Borrowed(_)), !raw.contains('\\'));
        }
    }
}
