//! Runs of base64 in a text, of either alphabet: RFC 4648 §4 and §5.

/// Shortest run that is decoded, without its padding: shorter ones are words.
pub(super) const SHORTEST: usize = 16;

/// See [`super::Step::runs`].
pub(super) fn runs(text: &str, each: &mut dyn FnMut(usize, Option<&str>)) {
    let mut rest = text.as_bytes();
    let mut plain = 0;
    while let Some(ahead) = rest.get(plain..).filter(|ahead| !ahead.is_empty()) {
        let between = ahead.iter().take_while(|byte| value(**byte).is_none()).count();
        let run = ahead.get(between..).unwrap_or_default();
        let digits = run.iter().take_while(|byte| value(**byte).is_some()).count();
        let padding = run.iter().skip(digits).take(2).take_while(|byte| **byte == b'=').count();
        plain += between;
        let decoded = run.get(..digits).filter(|digits| digits.len() >= SHORTEST).and_then(decode);
        let Some(decoded) = decoded else {
            plain += digits;
            continue;
        };
        if plain > 0 {
            each(plain, None);
        }
        each(digits + padding, Some(&decoded));
        rest = rest.get(plain + digits + padding..).unwrap_or_default();
        plain = 0;
    }
    if plain > 0 {
        each(plain, None);
    }
}

/// What the digits say, if that is a text.
fn decode(digits: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let bits = group.iter().try_fold(0, |bits: u32, digit| Some(bits << 6 | value(*digit)?))?;
        let [_, first, second, third] = (bits << (24 - 6 * group.len())).to_be_bytes();
        match group.len() {
            4 => bytes.extend([first, second, third]),
            3 => bytes.extend([first, second]),
            2 => bytes.push(first),
            _ => return None,
        }
    }
    let is_text = |text: &String| !text.chars().any(|char| char.is_control() && !char.is_whitespace());
    String::from_utf8(bytes).ok().filter(is_text)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}
