//! Where one piece ends and the next begins: a character beyond U+FFFF may be written as two escapes, of which
//! each stands in a piece of its own.

use serde_json::Value;

use crate::wire::value;

/// What a text ends with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Joint {
    /// The first half of such a character: the text ends with U+FFFD in its place.
    high: Option<u16>,
}

impl Joint {
    /// Adds a piece, and returns how many bytes of what it means are part of an earlier character.
    pub(super) fn append(&mut self, text: &mut String, raw: &str, meant: &str) -> usize {
        let high = std::mem::replace(&mut self.high, last_unit(raw).filter(|unit| is_high(*unit)));
        let low = first_unit(raw).filter(|unit| !is_high(*unit));
        let pair = high.zip(low).map(|(high, low)| char::decode_utf16([high, low]).next());
        let Some(Some(Ok(char))) = pair else {
            text.push_str(meant);
            return 0;
        };
        text.pop();
        text.push(char);
        text.push_str(meant.get(char::REPLACEMENT_CHARACTER.len_utf8()..).unwrap_or_default());
        // Three bytes stood there, four do now: one of them is the piece's own.
        char::REPLACEMENT_CHARACTER.len_utf8() - 1
    }
}

/// An event's JSON, in whose strings halves of characters may stand: a strict parser refuses them.
pub(super) fn value(json: &str) -> serde_json::Result<Value> {
    value::parse(json.as_bytes()).or_else(|_| value::parse(without_halves(json).as_bytes()))
}

/// JSON with U+FFFD for each half of a character whose other half is not behind it; as long as before.
fn without_halves(json: &str) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((plain, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        whole.push_str(plain);
        let behind = escape.get(6..).and_then(first_unit);
        let (length, is_half) = match first_unit(escape) {
            None => (2, false),
            Some(unit) if is_high(unit) && behind.is_some_and(|unit| !is_high(unit)) => (12, false),
            Some(_) => (6, true),
        };
        let (escape, behind) = escape.split_at_checked(length).unwrap_or((escape, ""));
        whole.push_str(if is_half { "\\ufffd" } else { escape });
        rest = behind;
    }
    whole + rest
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

/// Half of a character that `raw` begins with.
fn first_unit(raw: &str) -> Option<u16> {
    surrogate(raw.get(..6)?)
}

/// Half of a character that `raw` ends with.
fn last_unit(raw: &str) -> Option<u16> {
    let (before, escape) = raw.split_at_checked(raw.len().checked_sub(6)?)?;
    let is_escaped = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    surrogate(escape).filter(|_| !is_escaped)
}

fn surrogate(escape: &str) -> Option<u16> {
    let unit = u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}
