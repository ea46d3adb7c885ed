//! What one character stands for.

use unicode_normalization::char::{compose, decompose_compatible};

/// Whether nobody sees it: zero-width and direction marks, variation selectors, tags, fillers, soft hyphens.
/// Unicode's `Default_Ignorable_Code_Point`, and the marks of interlinear annotations.
pub(in crate::guardrails) fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether it is a control character that separates nothing, such as NUL or backspace.
pub(super) fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0xe..=0x1f | 0x7f)
}

/// Whether it belongs to the character before it: an accent, a stroke, a Hangul vowel or final.
pub(super) fn joins(char: char) -> bool {
    is_stroke(char)
        || matches!(char,
            '\u{3099}'..='\u{309a}' | '\u{ff9e}'..='\u{ff9f}' | '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
}

/// Whether it is a combining mark that any letter may be given: Unicode's blocks of diacritical marks.
fn is_stroke(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Whether it stands for itself in any case, as far as a quick look tells: most letters of most scripts.
pub(super) fn is_plain(char: char) -> bool {
    matches!(char,
        '\u{c0}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3cd}' | '\u{400}'..='\u{52f}' | '\u{5d0}'..='\u{5ea}'
        | '\u{620}'..='\u{64a}' | '\u{904}'..='\u{939}' | '\u{3041}'..='\u{3094}' | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
        && char != 'İ'
}

/// Writes what a character stands for into `into`, which is empty.
pub(super) fn unfold(char: char, into: &mut String) {
    match special(char) {
        Some(plain) => into.push(plain),
        None if is_invisible(char) => {}
        None => decompose_compatible(char, |part| append(into, part)),
    }
}

/// Puts a mark on the last character: composed with it, or dropped where it is a stroke that the last one has no
/// form with. False where it is a letter of its own.
pub(super) fn append_mark(into: &mut String, mark: char) -> bool {
    let mut part = mark;
    decompose_compatible(mark, |first| part = first);
    let belongs =
        into.chars().next_back().is_some_and(|last| is_stroke(mark) || compose(last, part).is_some());
    if belongs {
        append(into, part);
    }
    belongs
}

fn append(into: &mut String, part: char) {
    let part = special(part).unwrap_or(part);
    let last = into.chars().next_back();
    match last.and_then(|last| Some((last, compose(last, part)?))) {
        Some((last, composed)) => {
            into.truncate(into.len() - last.len_utf8());
            into.push(special(composed).unwrap_or(composed));
        }
        None if is_stroke(part) && last.is_some() => {}
        None => into.push(part),
    }
}

/// What Unicode has no compatibility form for, and every reader takes for it.
fn special(char: char) -> Option<char> {
    let nth = |first: u32, from: char| char::from_u32(u32::from(from) + (u32::from(char) - first));
    match char {
        'İ' => Some('i'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => Some('-'),
        '\u{2018}'..='\u{201b}' | '\u{2032}' => Some('\''),
        '\u{201c}'..='\u{201f}' | '\u{2033}' => Some('"'),
        // Fraction and division slash.
        '\u{2044}' | '\u{2215}' => Some('/'),
        // Letters and digits, white on black.
        '\u{1f150}'..='\u{1f169}' => nth(0x1f150, 'A'),
        '\u{1f170}'..='\u{1f189}' => nth(0x1f170, 'A'),
        '\u{2776}'..='\u{277e}' => nth(0x2776, '1'),
        '\u{2780}'..='\u{2788}' => nth(0x2780, '1'),
        '\u{278a}'..='\u{2792}' => nth(0x278a, '1'),
        '\u{24f5}'..='\u{24fd}' => nth(0x24f5, '1'),
        '\u{24ff}' => Some('0'),
        _ => None,
    }
}
