//! HTML's character references: `&#102;`, `&#x66;`, `&lt;`.

use super::entity;

/// Longest reference that is looked at, in bytes behind the `&`.
const LONGEST: usize = 32;

/// See [`super::Step::runs`].
pub(super) fn runs(text: &str, each: &mut dyn FnMut(usize, Option<&str>)) {
    let mut rest = text;
    let mut plain = 0;
    while let Some(ahead) = rest.get(plain..).filter(|ahead| !ahead.is_empty()) {
        let Some(to) = ahead.find('&') else { break };
        plain += to;
        let Some((length, char)) = rest.get(plain + 1..).and_then(reference) else {
            plain += 1;
            continue;
        };
        if plain > 0 {
            each(plain, None);
        }
        each(length + 1, Some(char.encode_utf8(&mut [0; 4])));
        rest = rest.get(plain + 1 + length..).unwrap_or_default();
        plain = 0;
    }
    if !rest.is_empty() {
        each(rest.len(), None);
    }
}

/// The reference behind an `&`: its length, and what it means. A numeric one needs no semicolon.
fn reference(text: &str) -> Option<(usize, char)> {
    let word = |from: usize, of: fn(&u8) -> bool| {
        let bytes = text.as_bytes().iter().skip(from);
        from + bytes.take(LONGEST).take_while(|byte| of(byte)).count()
    };
    let (end, char) = if text.starts_with("#x") || text.starts_with("#X") {
        let end = word(2, u8::is_ascii_hexdigit);
        (end, char::from_u32(u32::from_str_radix(text.get(2..end)?, 16).ok()?)?)
    } else if text.starts_with('#') {
        let end = word(1, u8::is_ascii_digit);
        (end, char::from_u32(text.get(1..end)?.parse().ok()?)?)
    } else {
        let end = word(0, u8::is_ascii_alphanumeric);
        let char = entity::named(text.get(..end)?)?;
        return text.get(end..)?.starts_with(';').then_some((end + 1, char));
    };
    let semicolon = text.get(end..).is_some_and(|behind| behind.starts_with(';'));
    Some((end + usize::from(semicolon), char))
}
