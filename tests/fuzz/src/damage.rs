//! New inputs out of known ones: bytes changed, pieces of JSON moved, values made extreme.

use spillway_filter::random::SplitMix;

use super::corpus::Corpus;

/// Values that parsers stumble over.
const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "-0.0",
    "18446744073709551616",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"data:image/png;base64,AAAA\"",
    "\"data:;base64,\"",
    "\"data:\"",
    "\"spillway.openai..x\"",
    "\"spillway.gemini.\"",
    "\"tool\"",
    "\"assistant\"",
    "\"user\"",
    "\"system\"",
    "\"text\"",
    "\"tool_use\"",
    "\"function\"",
    "\"custom\"",
    "\"reasoning\"",
    "\"function_call\"",
    "\"image\"",
    "\"é\u{1F600}\"",
    "\"a@b.example, 192.0.2.1 and 4111 1111 1111 1111\"",
    "\"proj\\u0065ct bluebird\"",
    "\"v1.2.3\"",
    concat!(
        "\"The build of v1 took\\n\\t12 minutes, and the log says \\\"ok\\\" at C:\\\\logs\\\\gateway.log; ",
        "whoever reads this to its end finds neither a number nor a name, but a text that is longer than the ",
        "strings that are looked up: prose that goes on and on, \\u00e9ven where it should not, until it comes ",
        "to Proj\\u0065ct Bluebird at last\"",
    ),
    "\"GRÖSSE größe\"",
    "\"{\\\"mail\\\":\\\"a@b.example\\\"}\"",
    "\"cHJvamVjdCBibHVlYmlyZA==\"",
    "[null]",
    "{\"\":{}}",
];

/// Pieces of event streams.
const PIECES: &[&str] = &[
    "\n\n",
    "\r\n\r\n",
    "\r",
    "data:",
    "data: [DONE]\n\n",
    "event: error\n",
    ":\n\n",
    "\u{feff}",
    "id: 1\n",
    "data: {}\n\n",
    "data: null\n\n",
    "data: {\"error\":{\"message\":\"m\"}}\n\n",
    "event: message_stop\n",
];

/// A known input, damaged once to four times.
pub fn damaged(corpus: &Corpus, dice: &mut SplitMix, most: usize) -> Vec<u8> {
    let mut input = corpus.get(dice.index(corpus.len())).to_vec();
    for _ in 0..=dice.index(4) {
        damage(&mut input, corpus, dice);
    }
    input.truncate(most);
    input
}

fn damage(input: &mut Vec<u8>, corpus: &Corpus, dice: &mut SplitMix) {
    let at = dice.index(input.len() + 1);
    match dice.index(9) {
        0 => flip(input, dice),
        1 => {
            let end = (at + dice.index(32)).min(input.len());
            input.drain(at..end);
        }
        2 => input.truncate(at),
        3 => splice(input, at..at, one_of(PIECES, dice).as_bytes()),
        4 | 5 => {
            let value = value_at(input, at);
            splice(input, value, one_of(VALUES, dice).as_bytes());
        }
        6 => {
            let (from, to) = (value_at(input, at), value_at(input, dice.index(input.len() + 1)));
            let moved = input.get(from).unwrap_or_default().to_vec();
            splice(input, to, &moved);
        }
        7 => {
            let other = corpus.get(dice.index(corpus.len()));
            let value = value_at(other, dice.index(other.len() + 1));
            let taken = other.get(value).unwrap_or_default().to_vec();
            let to = value_at(input, at);
            splice(input, to, &taken);
        }
        _ => {
            let value = value_at(input, at);
            let again = input.get(value.clone()).unwrap_or_default().to_vec();
            for _ in 0..dice.index(8) {
                splice(input, value.end..value.end, &again);
                splice(input, value.end..value.end, b",");
            }
        }
    }
}

fn flip(input: &mut [u8], dice: &mut SplitMix) {
    let at = dice.index(input.len());
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << dice.index(8);
    }
}

fn one_of(list: &'static [&'static str], dice: &mut SplitMix) -> &'static str {
    list.get(dice.index(list.len())).copied().unwrap_or_default()
}

fn splice(input: &mut Vec<u8>, range: std::ops::Range<usize>, with: &[u8]) {
    let end = range.end.min(input.len());
    input.splice(range.start.min(end)..end, with.iter().copied());
}

/// About where the JSON value around a position begins and ends: from behind a `:`, `,` or `[` before it to the
/// next `,`, `]` or `}` of its own level.
fn value_at(input: &[u8], at: usize) -> std::ops::Range<usize> {
    let before = input.get(..at).unwrap_or(input);
    let start = before.iter().rposition(|byte| matches!(byte, b':' | b',' | b'[')).map_or(0, |at| at + 1);
    let (mut depth, mut quoted) = (0_usize, false);
    for (offset, byte) in input.get(start..).unwrap_or_default().iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' | b',' if depth == 0 => return start..start + offset,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    start..input.len()
}
