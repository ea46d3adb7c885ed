//! What is found of texts that are written to escape the rules.
//!
//! `tests/evasion/*.json` are the cases, `tests/evasion/caught.golden` what becomes of each; `UPDATE_GOLDEN=1`
//! writes it anew. What is not caught stands there as such: nobody shall believe that it is.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

/// One way to write something forbidden.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Which of [`rule`]s it tries to escape.
    rule: String,
    /// The prompt.
    #[serde(default)]
    text: String,
    /// Instead: the prompt as it stands between quotes in JSON.
    raw: Option<String>,
    /// How the prompt is split, at every character.
    split: Option<String>,
    /// What the guardrail looks through.
    #[serde(default)]
    decode: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evasion")
}

fn compile(case: &Case, action: Action) -> Compiled {
    let regex = |name: &str, regex: &str| (vec![], vec![pattern(name, regex, action)]);
    let prebuilt = |name: &str| (vec![], vec![Pattern { name: name.to_owned(), regex: None, action }]);
    let (blocked_words, patterns) = match case.rule.as_str() {
        "word" => (vec![word("forbidden phrase", action)], vec![]),
        "short" => (vec![word("bluebird", action)], vec![]),
        "umlaut" => (vec![word("größe", action)], vec![]),
        "kelvin" => (vec![word("token", action)], vec![]),
        "ligature" => (vec![word("office", action)], vec![]),
        "email" => prebuilt("email"),
        "key" => prebuilt("openai_api_key"),
        "card" => regex("card", r"\b(?:[0-9][ -]?){15}[0-9]\b"),
        "ssn" => regex("ssn", r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
        other => panic!("{}: no rule '{other}'", case.name),
    };
    let looks_through = |name: &str| case.decode.iter().any(|decode| decode == name);
    let decode = Decode { html: looks_through("html"), base64: looks_through("base64") };
    let filter = ContentFilter { blocked_words, patterns, decode, ..ContentFilter::default() };
    let kind = Kind::ContentFilter(filter);
    let modes = Modes { default: vec![Mode::PreCall, Mode::PostCall], ..Modes::default() };
    Compiled::new(&[Guardrail { kind, modes, ..guardrail("g", vec![], vec![]) }]).unwrap()
}

fn outcome(compiled: &Compiled, dialect: Dialect, body: &str) -> Outcome {
    let selection = compiled.select(&[], &[], &[]).unwrap();
    compiled.scan(&selection, Stage::Request, dialect, body.as_bytes(), &|| 0).outcome
}

/// All strings in a body that the model reads, one behind the other.
fn prose(body: &str) -> String {
    fn collect(name: &str, value: &Value, into: &mut String) {
        match value {
            Value::String(text) if matches!(name, "content" | "text" | "output" | "arguments") => {
                into.push_str(text)
            }
            Value::Array(items) => items.iter().for_each(|item| collect(name, item, into)),
            Value::Object(members) => members.iter().for_each(|(name, value)| collect(name, value, into)),
            _ => {}
        }
    }
    let mut text = String::new();
    collect("", &serde_json::from_str(body).unwrap(), &mut text);
    text
}

/// The parts of a prompt, and the body that it is sent in.
fn bodies(way: &str, text: &str) -> Vec<(Dialect, String)> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
    let part = |text: &str| json!({"type": "text", "text": text});
    let message = |role: &str, text: &str| json!({"role": role, "content": text});
    if way == "letters" {
        let parts: Vec<Value> = text.chars().map(|char| part(&char.to_string())).collect();
        return vec![(Dialect::Chat, json!({"messages": [{"role": "user", "content": parts}]}).to_string())];
    }
    let body = |at: &usize| {
        let (one, two) = text.split_at(*at);
        let (one, two) = (one.to_owned(), two.to_owned());
        let chat = |content: Value| json!({"messages": content});
        let (dialect, body) = match way {
            "parts" => (Dialect::Chat, chat(json!([{"role": "user", "content": [part(&one), part(&two)]}]))),
            "messages" => (Dialect::Chat, chat(json!([message("user", &one), message("user", &two)]))),
            "roles" => (Dialect::Chat, chat(json!([message("user", &one), message("assistant", &two)]))),
            "tools" => (Dialect::Chat, chat(json!([message("tool", &one), message("tool", &two)]))),
            "system" => (Dialect::Messages, json!({"system": [part(&one), part(&two)], "messages": []})),
            "responses" => {
                let part = |text: &str| json!({"type": "input_text", "text": text});
                (
                    Dialect::Responses,
                    json!({"input": [{"role": "user", "content": [part(&one), part(&two)]}]}),
                )
            }
            "tool_parts" => {
                let result =
                    json!({"type": "tool_result", "tool_use_id": "t", "content": [part(&one), part(&two)]});
                (Dialect::Messages, chat(json!([{"role": "user", "content": [result]}])))
            }
            "gap" => {
                let image = json!({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}});
                let parts = json!([part(&one), part(""), image, part(&two)]);
                (Dialect::Chat, chat(json!([{"role": "user", "content": parts}])))
            }
            "padded" => {
                let filler = "\u{200b}".repeat(1_000);
                let parts = json!([part(&(one + &filler)), part(&(filler + &two))]);
                (Dialect::Chat, chat(json!([{"role": "user", "content": parts}])))
            }
            "arguments" => {
                let call =
                    json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": two}});
                (Dialect::Chat, chat(json!([{"role": "assistant", "content": one, "tool_calls": [call]}])))
            }
            other => panic!("no way '{other}' to split"),
        };
        (dialect, body.to_string())
    };
    ends.iter().map(body).collect()
}

/// What becomes of one case, on one line.
fn line(case: &Case) -> String {
    let (blocks, masks) = (compile(case, Action::Block), compile(case, Action::Mask));
    let blocked =
        |(dialect, body): &(Dialect, String)| matches!(outcome(&blocks, *dialect, body), Outcome::Blocked(_));
    let masked = |(dialect, body): &(Dialect, String)| match outcome(&masks, *dialect, body) {
        Outcome::Masked(masked) => Some(prose(&String::from_utf8(masked).unwrap()).replace('\u{200b}', "")),
        _ => None,
    };
    if let Some(way) = &case.split {
        let bodies = bodies(way, &case.text);
        let caught = bodies.iter().filter(|body| blocked(body)).count();
        let mut left: Vec<String> = bodies.iter().filter_map(masked).collect();
        let count = left.len();
        left.sort();
        left.dedup();
        let left =
            if left.len() == 1 { format!(": {:?}", left[0]) } else { format!(", {} ways", left.len()) };
        let left = if count == 0 { "" } else { &left };
        return format!("{caught} of {} caught, {count} masked{left}", bodies.len());
    }
    let raw = case.raw.clone().unwrap_or_else(|| {
        let quoted = json!(case.text).to_string();
        quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap().to_owned()
    });
    let body = (Dialect::Chat, format!(r#"{{"messages":[{{"role":"user","content":"{raw}"}}]}}"#));
    match (blocked(&body), masked(&body)) {
        (true, Some(left)) => format!("caught, masked: {left:?}"),
        (false, None) => "not caught".to_owned(),
        (blocked, masked) => panic!("{}: blocked {blocked}, masked {masked:?}", case.name),
    }
}

/// The same text as an answer that is streamed, cut in two at every character in one dialect, and in the middle in the
/// others, there byte by byte: how many of the streams are blocked.
fn streamed(case: &Case) -> String {
    let compiled = compile(case, Action::Block);
    let selection = compiled.select(&[], &[], &[]).unwrap();
    let ends: Vec<usize> = case.text.char_indices().map(|(at, _)| at).skip(1).collect();
    let is_blocked = |dialect: Dialect, at: usize, chunk: usize| {
        let mut guard = compiled.stream(&selection, dialect, 0).unwrap();
        let (one, two) = case.text.split_at(at);
        let stream = format!("{}{}", delta(dialect, one), delta(dialect, two));
        let mut out = Vec::new();
        for bytes in stream.as_bytes().chunks(chunk) {
            guard.push(&compiled, bytes, &mut out);
        }
        guard.end(&compiled, &mut out) == Flow::Blocked
    };
    let middle = ends.get(ends.len() / 2).copied().into_iter();
    let others = [Dialect::Completions, Dialect::Responses, Dialect::Messages];
    let each: Vec<bool> = ends
        .iter()
        .map(|at| is_blocked(Dialect::Chat, *at, usize::MAX))
        .chain(middle.flat_map(|at| others.map(|dialect| is_blocked(dialect, at, 1))))
        .collect();
    format!("{} of {}", each.iter().filter(|blocked| **blocked).count(), each.len())
}

/// An event with a piece of an answer.
fn delta(dialect: Dialect, text: &str) -> String {
    let (name, data) = match dialect {
        Dialect::Messages => (
            "event: content_block_delta\n",
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
        ),
        Dialect::Responses => (
            "event: response.output_text.delta\n",
            json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": text}),
        ),
        Dialect::Completions => ("", json!({"choices": [{"index": 0, "text": text}]})),
        _ => ("", json!({"choices": [{"index": 0, "delta": {"content": text}}]})),
    };
    format!("{name}data: {data}\n\n")
}

#[test]
fn what_is_caught_is_what_the_golden_file_says() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut found = String::new();
    for file in files {
        let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(&file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        writeln!(found, "{}", file.file_stem().unwrap().to_string_lossy()).unwrap();
        for case in cases {
            writeln!(found, "  {}: {}", case.name, line(&case)).unwrap();
            if case.split.is_none() && case.raw.is_none() {
                writeln!(found, "    streamed: {}", streamed(&case)).unwrap();
            }
        }
    }
    let golden = folder().join("caught.golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    let differ =
        |(expected, found): (&str, &str)| (expected != found).then(|| format!("- {expected}\n+ {found}"));
    let changed: Vec<String> = expected.lines().zip(found.lines()).filter_map(differ).collect();
    assert!(
        expected == found,
        "{}: {} lines expected, {} found\n{}\n\n`UPDATE_GOLDEN=1 cargo test` accepts what was found",
        golden.display(),
        expected.lines().count(),
        found.lines().count(),
        changed.join("\n")
    );
}
