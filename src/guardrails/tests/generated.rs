//! What holds for every body, on generated ones with JSON in strings, escapes and names that are masked.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Map, Value};

use super::Dialect::{Chat, Compact, Messages, Responses};
use super::*;
use crate::random::SplitMix;

const DIALECTS: [Dialect; 4] = [Chat, Responses, Compact, Messages];

impl SplitMix {
    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.index(list.len())]
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "secret",
            "SECRET",
            "se",
            "cret",
            "größe",
            "GRÖẞE",
            "a@b.org",
            "@",
            ".org",
            "123-45-6789",
            "123456789",
            "\n",
            "\"",
            "\\",
            "\\n",
            "/",
            "\u{1}",
            "😀",
            "é",
            " ",
            "{",
            "}",
            "u0073",
            "\"password\":\"x\"",
        ];
        (0..self.index(7)).map(|_| self.of(PIECES)).collect()
    }

    fn name(&mut self) -> String {
        const FIELDS: &[&str] = &[
            "messages",
            "input",
            "content",
            "text",
            "type",
            "id",
            "metadata",
            "arguments",
            "parameters",
            "properties",
            "enum",
            "data",
            "url",
            "password",
            "source",
        ];
        if self.index(3) == 0 { self.text() } else { self.of(FIELDS).to_owned() }
    }

    fn json(&mut self, depth: usize) -> Value {
        match self.index(if depth == 0 { 6 } else { 10 }) {
            0 => Value::from(123_456_789),
            1 => [Value::Null, true.into(), 0.into(), (-1.5).into()][self.index(4)].clone(),
            2..6 => self.text().into(),
            6 => Value::from(self.json(depth - 1).to_string()),
            7 => (0..self.index(4)).map(|_| self.json(depth - 1)).collect(),
            _ => Value::Object((0..self.index(4)).map(|_| (self.name(), self.json(depth - 1))).collect()),
        }
    }

    /// JSON text of a value, with some characters written as escapes, and white space.
    fn written(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => self.quoted(text),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.written(item)).collect();
                format!("[{}]", items.join(self.of(&[",", " ,\n", ", "])))
            }
            Value::Object(members) => {
                let colon = self.of(&[":", " : "]);
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{}{colon}{}", self.quoted(name), self.written(value)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            other => other.to_string(),
        }
    }

    fn quoted(&mut self, text: &str) -> String {
        let mut written = String::from("\"");
        for char in text.chars() {
            if self.index(6) == 0 {
                let mut units = [0; 2];
                written.extend(char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")));
            } else {
                written.push_str(Value::from(char.to_string()).to_string().trim_matches('"'));
            }
        }
        written.push('"');
        // A quote is trimmed with its neighbours.
        if serde_json::from_str::<String>(&written).is_ok_and(|read| read == text) {
            written
        } else {
            Value::from(text).to_string()
        }
    }
}

fn compile(settings: Guardrail) -> Compiled {
    Compiled::new(&[settings]).unwrap()
}

fn outcome(compiled: &Compiled, dialect: Dialect, body: &[u8]) -> Outcome {
    scan(compiled, &compiled.select(&[], &[], &[]).unwrap(), dialect, body).outcome
}

const REPLACEMENTS: [&str; 5] = [
    "[KEYWORD_REDACTED]",
    "[EMAIL_REDACTED]",
    "[US_SSN_REDACTED]",
    "[NUMBER_REDACTED]",
    "[PASSWORD_REDACTED]",
];

/// Whether `new` is `old` with parts of it replaced.
fn is_masked_text(old: &str, new: &str) -> bool {
    if old == new {
        return true;
    }
    if let (Ok(old), Ok(new)) = (serde_json::from_str::<Value>(old), serde_json::from_str::<Value>(new)) {
        return (old.is_object() || old.is_array() || old.is_string()) && is_masked(&old, &new);
    }
    let cuts = REPLACEMENTS.iter().filter_map(|tag| new.split_once(tag));
    let Some((kept, rest)) = cuts.min_by_key(|(kept, _)| kept.len()) else { return false };
    let Some(old) = old.strip_prefix(kept) else { return false };
    let ends = old.char_indices().map(|(at, char)| at + char.len_utf8());
    ends.filter_map(|end| old.get(end..)).any(|old| is_masked_text(old, rest))
}

fn is_masked_name(old: &str, new: &str) -> bool {
    let numbered =
        new.rsplit_once('_').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    is_masked_text(old, new) || numbered.is_some_and(|(new, _)| is_masked_text(old, new))
}

fn is_masked(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => is_masked_text(old, new),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_masked(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old.iter().zip(new).all(|((old_name, old), (new_name, new))| {
                    is_masked_name(old_name, new_name) && is_masked(old, new)
                })
        }
        (Value::Number(old), Value::String(new)) => is_masked_text(&old.to_string(), new),
        (Value::Null | Value::Bool(_), Value::String(new)) => is_masked_text(&old.to_string(), new),
        _ => old == new,
    }
}

#[test]
fn a_masked_body_is_json_and_differs_in_matched_texts_only() {
    let compiled = compile(masking());
    let mut random = SplitMix(11);
    let mut changed = 0;
    for round in 0..4_000 {
        let members: Map<String, Value> = (0..4).map(|_| (random.name(), random.json(4))).collect();
        let body = random.written(&Value::Object(members));
        let dialect = DIALECTS[round % 4];
        let Outcome::Masked(masked) = outcome(&compiled, dialect, body.as_bytes()) else { continue };
        changed += 1;
        let masked = String::from_utf8(masked).unwrap();
        let old: Value = serde_json::from_str(&body).unwrap();
        let new: Value =
            serde_json::from_str(&masked).unwrap_or_else(|error| panic!("{body}\n{masked}\n{error}"));
        assert!(is_masked(&old, &new), "{body}\n{masked}");
    }
    assert!(changed > 1_000, "{changed}");
}

/// Of rules that do not ask what stands beside a match: there a replacement may be what they ask for.
#[test]
fn a_masked_body_holds_nothing_to_mask() {
    let patterns = vec![
        pattern("email", r"[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,}", Action::Mask),
        pattern("number", r"\d{9}", Action::Mask),
    ];
    let words = vec![word("secret", Action::Mask), word("größe", Action::Mask)];
    let compiled = compile(guardrail("g", words, patterns));
    let mut random = SplitMix(19);
    for round in 0..2_000 {
        let value = Value::Array((0..3).map(|_| random.json(4)).collect());
        let (body, dialect) = (random.written(&value), DIALECTS[round % 4]);
        let Outcome::Masked(masked) = outcome(&compiled, dialect, body.as_bytes()) else { continue };
        let text = String::from_utf8_lossy(&masked);
        assert_eq!(outcome(&compiled, dialect, &masked), Outcome::Pass, "{body}\n{text}");
    }
}

#[test]
fn a_text_is_masked_alike_however_it_is_written() {
    let compiled = compile(masking());
    let mut random = SplitMix(5);
    for _ in 0..1_000 {
        let body = Value::Object(Map::from_iter([("input".to_owned(), random.json(3))]));
        let sent = |text: String| -> Value {
            match outcome(&compiled, Responses, text.as_bytes()) {
                Outcome::Masked(masked) => serde_json::from_slice(&masked).unwrap(),
                _ => body.clone(),
            }
        };
        assert_eq!(sent(random.written(&body)), sent(body.to_string()), "{body}");
    }
}

#[test]
fn damaged_bodies_are_refused_or_stay_json() {
    const TOKENS: &[&[u8]] = &[
        b"{", b"}", b"[", b"]", b",", b":", b"\"", b"\\", b"\\u", b"\\ud83d", b"1e", b"-", b"\xff", b"\x01",
        b"secret",
    ];
    let blocks =
        guardrail("blocks", vec![word("nowhere", Action::Block)], vec![pattern("p", "y{4}", Action::Block)]);
    let compilations = [compile(masking()), compile(blocks)];
    let mut random = SplitMix(3);
    for round in 0..6_000 {
        let value = Value::Array(vec![random.json(3), random.json(3)]);
        let mut body = random.written(&value).into_bytes();
        for _ in 0..=random.index(3) {
            let at = random.index(body.len());
            let token = TOKENS[random.index(TOKENS.len())].iter().copied();
            match random.index(4) {
                0 => drop(body.remove(at)),
                1 => drop(body.splice(at..at, token)),
                2 => drop(body.splice(at..=at, token)),
                _ => body.truncate(at.max(1)),
            }
            if body.is_empty() {
                body.push(b'0');
            }
        }
        let is_json = serde_json::from_slice::<Value>(&body).is_ok();
        let text = String::from_utf8_lossy(&body);
        for compiled in &compilations {
            match outcome(compiled, DIALECTS[round % 4], &body) {
                Outcome::Blocked(_) => assert!(!is_json, "{text}"),
                Outcome::Masked(masked) => {
                    assert_eq!(serde_json::from_slice::<Value>(&masked).is_ok(), is_json, "{text}");
                }
                Outcome::Pass => {}
            }
        }
    }
}
