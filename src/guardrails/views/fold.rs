//! The folded text: without what nobody sees, and with plain letters for their compatibility forms.
//!
//! Close to Unicode's NFKC (<https://unicode.org/reports/tr15/>), letter by letter: full-width, mathematical,
//! circled, raised letters, ligatures, and also dashes, quotes and strokes through letters.

use super::letter::{append_mark, is_control, is_invisible, is_plain as is_plain_char, joins, unfold};
use crate::blocks;

/// Whether there is nothing to fold: ASCII without control characters.
pub(super) fn is_plain(text: &str) -> bool {
    blocks::all(text.as_bytes(), blocks::is_plain)
}

fn is_other(byte: u8) -> bool {
    byte >= 0x80 || is_control(byte)
}

/// See [`super::Step::runs`].
pub(super) fn runs(text: &str, each: &mut dyn FnMut(usize, Option<&str>)) {
    let mut piece = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let plain = plain_length(rest);
        if plain > 0 {
            each(plain, None);
        }
        rest = rest.get(plain..).unwrap_or_default();
        let length = changed(rest, &mut piece);
        let (source, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if !source.is_empty() {
            each(length, (source != piece).then_some(piece.as_str()));
        }
        rest = behind;
    }
}

/// How much of `text` from its start certainly stays as it is.
fn plain_length(text: &str) -> usize {
    let mut end = 0;
    let mut last = 0;
    loop {
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        let ascii = rest.iter().take_while(|byte| !is_other(**byte)).count();
        if ascii > 0 {
            end += ascii;
            last = 1;
        }
        let Some(next) = text.get(end..).and_then(|rest| rest.chars().next()) else { return end };
        if joins(next) || is_invisible(next) {
            return end - last;
        }
        if !is_plain_char(next) {
            return end;
        }
        last = next.len_utf8();
        end += last;
    }
}

/// Writes into `piece` what the first character with its marks becomes, and returns how long they are.
fn changed(text: &str, piece: &mut String) -> usize {
    piece.clear();
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    if !u8::try_from(first).is_ok_and(is_control) {
        unfold(first, piece);
    }
    for (at, char) in chars {
        // An invisible character may stand between a letter and its marks.
        let belongs = is_invisible(char) || (joins(char) && append_mark(piece, char));
        if !belongs {
            return at;
        }
    }
    text.len()
}
