//! What masking and scanning promise, on generated bodies.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::Value;

use super::*;
use crate::random::SplitMix;

const MASK: &str = "[KEYWORD_REDACTED]";

impl SplitMix {
    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.index(from.len())]
    }

    fn space(&mut self) -> &'static str {
        self.pick(&["", "", "", " ", "\n\t"])
    }

    /// A string as somebody may write it, sometimes with the word in it, sometimes escaped.
    fn string(&mut self) -> String {
        let mut text = String::from("\"");
        for _ in 0..self.index(8) {
            text.push_str(self.pick(&[
                "a",
                "secret",
                "SeCrEt",
                r"s\u0065cret",
                r"\u0053\u0045\u0043\u0052\u0045\u0054",
                "sec",
                "ret",
                r"\n",
                r"\\",
                r#"\""#,
                r"\ud83d\ude00",
                "é",
                "😀",
                "{",
                "]",
                r"\/",
            ]));
        }
        text + "\""
    }

    fn value(&mut self, depth: usize) -> String {
        match self.index(if depth == 0 { 4 } else { 8 }) {
            0 => self.pick(&["0", "-1.50E+3", "true", "null", "12345678901234567890"]).to_owned(),
            1..4 => self.string(),
            4 | 5 => self.list('[', ']', |random| random.value(depth - 1)),
            _ => self.list('{', '}', |random| {
                let name = random.pick(&["content", "text", "name", "x y", "description", "output"]);
                format!("\"{name}\"{}:{}{}", random.space(), random.space(), random.value(depth - 1))
            }),
        }
    }

    fn list(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> String) -> String {
        let mut text = String::from(open);
        for index in 0..self.index(4) {
            text.push_str(if index > 0 { "," } else { "" });
            text.push_str(self.space());
            text.push_str(&item(self));
            text.push_str(self.space());
        }
        text.push(close);
        text
    }
}

fn compiled() -> Compiled {
    let secret = BlockedWord { keyword: "secret".to_owned(), action: Action::Mask, description: None };
    Compiled::new(&[guardrail("g", vec![secret], vec![])]).unwrap()
}

fn run(compiled: &Compiled, body: &[u8]) -> Outcome {
    compiled
        .scan(&compiled.select(&[], &[], &[]).unwrap(), Stage::Request, Dialect::Chat, body, &|| 0)
        .outcome
}

/// The obvious way: parse, replace in every string.
fn replaced(value: &mut Value) {
    match value {
        Value::String(text) => {
            while let Some(at) = text.to_ascii_lowercase().find("secret") {
                text.replace_range(at..at + 6, MASK);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(replaced),
        Value::Object(members) => members.values_mut().for_each(replaced),
        _ => {}
    }
}

#[test]
fn masking_is_replacing_in_every_string_and_touches_no_other_byte() {
    let compiled = compiled();
    let mut masked_any = 0;
    for seed in 0..3_000 {
        let mut random = SplitMix(seed);
        let body = format!("{{\"messages\":{}}}", random.value(4));
        let mut expected: Value = serde_json::from_str(&body).unwrap();
        let before = expected.clone();
        replaced(&mut expected);
        let masked = match run(&compiled, body.as_bytes()) {
            Outcome::Masked(masked) => String::from_utf8(masked).unwrap(),
            Outcome::Pass => body.clone(),
            Outcome::Blocked(reject) => panic!("{body}: {reject:?}"),
        };
        assert_eq!(serde_json::from_str::<Value>(&masked).unwrap(), expected, "{body}");
        // (A member that a later one of its name hides may have been masked too.)
        assert!(before == expected || masked != body, "{body}");
        masked_any += usize::from(masked != body);
        // What stands between the masks stood in the body, in that order, from its first to its last byte.
        let mut rest = body.as_str();
        for (index, kept) in masked.split(MASK).enumerate() {
            let at = rest.find(kept).unwrap_or_else(|| panic!("{body} became {masked}"));
            assert!(index > 0 || at == 0, "{body} became {masked}");
            rest = rest.split_at(at + kept.len()).1;
        }
        let last = masked.rsplit(MASK).next().unwrap();
        assert!(body.ends_with(last), "{body} became {masked}");
    }
    assert!(masked_any > 1_000, "{masked_any}");
}

#[test]
fn no_bytes_make_it_panic() {
    let compiled = compiled();
    for seed in 0..3_000 {
        let mut random = SplitMix(seed);
        let mut body = format!("{{\"arguments\":{}}}", random.value(3)).into_bytes();
        for _ in 0..1 + random.index(4) {
            let at = random.index(body.len());
            match random.index(3) {
                0 => body[at] = u8::try_from(random.index(256)).unwrap(),
                1 => body.truncate(at + 1),
                _ => body.insert(at, b"\\\"{}[]u,:"[random.index(9)]),
            }
        }
        let is_json = serde_json::from_slice::<Value>(&body).is_ok();
        let outcome = run(&compiled, &body);
        if is_json {
            assert!(!matches!(outcome, Outcome::Blocked(_)), "{}", String::from_utf8_lossy(&body));
        }
    }
}
