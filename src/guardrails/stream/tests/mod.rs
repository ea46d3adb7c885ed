//! Streams of every dialect, cut in every way; here is how they are made and read.

mod blocks;
mod bounds;
mod cuts;
mod shapes;

use serde_json::{Value, json};

use super::*;
use crate::guardrails::tests::{guardrail, pattern, word};
use crate::guardrails::{Action, Guardrail, Mode, Modes, Outcome};
use crate::sse::write_event;

/// How one text of an answer looks, whole and in pieces. `pieces` are as written in JSON, without quotes.
struct Shape {
    name: &'static str,
    dialect: Dialect,
    whole: fn(&str) -> String,
    /// Where the text is in the whole answer.
    at: &'static str,
    stream: fn(&[String]) -> Vec<u8>,
    /// Where its pieces are in events.
    piece: &'static str,
    /// Where events repeat it.
    again: &'static [&'static str],
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "chat content",
        dialect: Dialect::Chat,
        whole: |text| format!(r#"{{"choices":[{{"index":0,"message":{{"content":"{text}"}}}}]}}"#),
        at: "/choices/0/message/content",
        stream: |pieces| chat(pieces, |piece| format!(r#""content":"{piece}""#)),
        piece: "/choices/0/delta/content",
        again: &[],
    },
    Shape {
        name: "chat reasoning",
        dialect: Dialect::Chat,
        whole: |text| format!(r#"{{"choices":[{{"message":{{"reasoning_content":"{text}"}}}}]}}"#),
        at: "/choices/0/message/reasoning_content",
        stream: |pieces| chat(pieces, |piece| format!(r#""reasoning_content":"{piece}""#)),
        piece: "/choices/0/delta/reasoning_content",
        again: &[],
    },
    Shape {
        name: "chat arguments",
        dialect: Dialect::Chat,
        whole: |text| {
            format!(
                r#"{{"choices":[{{"message":{{"tool_calls":[{{"function":{{"arguments":"{text}"}}}}]}}}}]}}"#
            )
        },
        at: "/choices/0/message/tool_calls/0/function/arguments",
        stream: |pieces| {
            chat(pieces, |piece| {
                format!(r#""tool_calls":[{{"index":0,"function":{{"arguments":"{piece}"}}}}]"#)
            })
        },
        piece: "/choices/0/delta/tool_calls/0/function/arguments",
        again: &[],
    },
    Shape {
        name: "completions",
        dialect: Dialect::Completions,
        whole: |text| format!(r#"{{"choices":[{{"text":"{text}","index":0}}]}}"#),
        at: "/choices/0/text",
        stream: |pieces| {
            let chunk = |piece: &String| {
                format!(r#"{{"choices":[{{"text":"{piece}","index":0,"finish_reason":null}}]}}"#)
            };
            let chunks = pieces.iter().map(chunk).chain(["[DONE]".to_owned()]);
            events(chunks.map(|chunk| (String::new(), chunk)))
        },
        piece: "/choices/0/text",
        again: &[],
    },
    Shape {
        name: "messages text",
        dialect: Dialect::Messages,
        whole: |text| format!(r#"{{"content":[{{"type":"text","text":"{text}"}}]}}"#),
        at: "/content/0/text",
        stream: |pieces| messages(pieces, ("text", r#""text":"""#), ("text_delta", "text")),
        piece: "/delta/text",
        again: &[],
    },
    Shape {
        name: "messages thinking",
        dialect: Dialect::Messages,
        whole: |text| format!(r#"{{"content":[{{"type":"thinking","thinking":"{text}","signature":"x"}}]}}"#),
        at: "/content/0/thinking",
        stream: |pieces| messages(pieces, ("thinking", r#""thinking":"""#), ("thinking_delta", "thinking")),
        piece: "/delta/thinking",
        again: &[],
    },
    Shape {
        name: "responses text",
        dialect: Dialect::Responses,
        whole: |text| format!(r#"{{"output":[{{"content":[{{"type":"output_text","text":"{text}"}}]}}]}}"#),
        at: "/output/0/content/0/text",
        stream: |pieces| {
            let at = r#""output_index":0,"content_index":0"#;
            let text: String = pieces.concat();
            let part = |text: &str| format!(r#"{{"type":"output_text","text":"{text}","annotations":[]}}"#);
            let item = format!(r#"{{"type":"message","content":[{}]}}"#, part(&text));
            let mut parts = vec![("content_part.added", format!(r#"{at},"part":{}"#, part("")))];
            parts.extend(
                pieces.iter().map(|piece| ("output_text.delta", format!(r#"{at},"delta":"{piece}""#))),
            );
            parts.push(("output_text.done", format!(r#"{at},"text":"{text}""#)));
            parts.push(("content_part.done", format!(r#"{at},"part":{}"#, part(&text))));
            responses(parts, &item)
        },
        piece: "/delta",
        again: &["/text", "/part/text", "/item/content/0/text", "/response/output/0/content/0/text"],
    },
    Shape {
        name: "responses arguments",
        dialect: Dialect::Responses,
        whole: |text| format!(r#"{{"output":[{{"type":"function_call","name":"f","arguments":"{text}"}}]}}"#),
        at: "/output/0/arguments",
        stream: |pieces| {
            let text: String = pieces.concat();
            let delta = |piece: &String| {
                ("function_call_arguments.delta", format!(r#""output_index":0,"delta":"{piece}""#))
            };
            let mut parts: Vec<_> = pieces.iter().map(delta).collect();
            parts.push(("function_call_arguments.done", format!(r#""output_index":0,"arguments":"{text}""#)));
            responses(parts, &format!(r#"{{"type":"function_call","name":"f","arguments":"{text}"}}"#))
        },
        piece: "/delta",
        again: &["/arguments", "/item/arguments", "/response/output/0/arguments"],
    },
];

fn events(events: impl Iterator<Item = (String, String)>) -> Vec<u8> {
    let mut out = Vec::new();
    events.for_each(|(name, data)| write_event(&mut out, name.as_bytes(), data.as_bytes()));
    out
}

fn chat(pieces: &[String], delta: impl Fn(&str) -> String) -> Vec<u8> {
    let chunk = |delta: &str, reason: &str| {
        let choice = format!(r#"{{"index":0,"delta":{{{delta}}},"finish_reason":{reason}}}"#);
        format!(r#"{{"id":"c","object":"chat.completion.chunk","model":"m","choices":[{choice}]}}"#)
    };
    let mut chunks = vec![chunk(r#""role":"assistant","content":"""#, "null")];
    chunks.extend(pieces.iter().map(|piece| chunk(&delta(piece), "null")));
    chunks.push(chunk("", "\"stop\""));
    chunks.push("[DONE]".to_owned());
    events(chunks.into_iter().map(|chunk| (String::new(), chunk)))
}

fn messages(pieces: &[String], (block, empty): (&str, &str), (kind, field): (&str, &str)) -> Vec<u8> {
    let delta = |piece: &String| {
        format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"{kind}","{field}":"{piece}"}}}}"#
        )
    };
    let mut data = vec![
        r#"{"type":"message_start","message":{"id":"m","content":[],"model":"x","usage":{}}}"#.to_owned(),
        format!(r#"{{"type":"content_block_start","index":0,"content_block":{{"type":"{block}",{empty}}}}}"#),
    ];
    data.extend(pieces.iter().map(delta));
    data.push(r#"{"type":"content_block_stop","index":0}"#.to_owned());
    data.push(
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null}}"#.to_owned(),
    );
    data.push(r#"{"type":"message_stop"}"#.to_owned());
    events(data.into_iter().map(|data| {
        let name = data.split('"').nth(3).unwrap_or_default().to_owned();
        (name, data)
    }))
}

/// The parts of one item, with the item and the response around them.
fn responses(parts: Vec<(&'static str, String)>, item: &str) -> Vec<u8> {
    let mut all = vec![
        ("created", r#""response":{"output":[],"instructions":"secret"}"#.to_owned()),
        ("output_item.added", r#""output_index":0,"item":{"type":"message","content":[]}"#.to_owned()),
    ];
    all.extend(parts);
    all.push(("output_item.done", format!(r#""output_index":0,"item":{item}"#)));
    all.push(("completed", format!(r#""response":{{"output":[{item}],"instructions":"secret"}}"#)));
    events(all.into_iter().enumerate().map(|(sequence, (kind, rest))| {
        let name = format!("response.{kind}");
        let data = format!(r#"{{"type":"{name}","sequence_number":{sequence},{rest}}}"#);
        (name, data)
    }))
}

/// As written in JSON, without quotes.
fn raw(text: &str) -> String {
    crate::guardrails::escape::encode(text)
}

/// What a guard made of a stream.
struct Played {
    out: Vec<u8>,
    flow: Flow,
    guard: StreamGuard,
}

fn post_call(settings: Guardrail) -> Guardrail {
    Guardrail { modes: Modes { default: vec![Mode::PostCall], ..Modes::default() }, ..settings }
}

fn compiled(settings: Guardrail) -> Compiled {
    Compiled::new(&[settings]).unwrap()
}

fn guard(compiled: &Compiled, dialect: Dialect) -> StreamGuard {
    compiled.stream(&compiled.select(&[], &[], &[]).unwrap(), dialect, 0).unwrap()
}

fn play<'p>(compiled: &Compiled, dialect: Dialect, pieces: impl IntoIterator<Item = &'p [u8]>) -> Played {
    let (mut guard, mut out) = (guard(compiled, dialect), Vec::new());
    for piece in pieces {
        if guard.push(compiled, piece, &mut out) == Flow::Blocked {
            return Played { out, flow: Flow::Blocked, guard };
        }
    }
    let flow = guard.end(compiled, &mut out);
    Played { out, flow, guard }
}

/// The data of every event that is JSON.
fn data(out: &[u8]) -> Vec<Value> {
    let out = std::str::from_utf8(out).unwrap();
    out.lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .filter(|data| *data != "[DONE]")
        .map(|data| serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}")))
        .collect()
}

impl Shape {
    /// The whole answer with its masks; none where it is blocked.
    fn whole_masked(&self, compiled: &Compiled, text: &str) -> Option<String> {
        let body = (self.whole)(text);
        let selection = compiled.select(&[], &[], &[]).unwrap();
        let verdict = compiled.scan(&selection, Stage::Answer, self.dialect, body.as_bytes(), &|| 0);
        let body = match verdict.outcome {
            Outcome::Pass => body.into_bytes(),
            Outcome::Masked(body) => body,
            Outcome::Blocked(_) => return None,
        };
        let body: Value = serde_json::from_slice(&body).unwrap();
        Some(body.pointer(self.at).unwrap().as_str().unwrap().to_owned())
    }

    fn joined(&self, out: &[u8]) -> String {
        let data = data(out);
        data.iter().filter_map(|event| event.pointer(self.piece)?.as_str()).collect()
    }

    /// Checks that the pieces of a stream are masked as the whole text is, and so is every repetition.
    fn check(&self, compiled: &Compiled, pieces: &[String], by: usize) {
        let text: String = pieces.concat();
        let name = self.name;
        let stream = (self.stream)(pieces);
        let played = play(compiled, self.dialect, stream.chunks(by));
        let Some(expected) = self.whole_masked(compiled, &text) else {
            assert_eq!(played.flow, Flow::Blocked, "{name}: {pieces:?}");
            return;
        };
        assert_eq!(played.flow, Flow::Going, "{name}: {pieces:?}: {:?}", played.guard.reject(compiled));
        assert_eq!(self.joined(&played.out), expected, "{name}: {pieces:?}");
        let again = data(&played.out);
        for pointer in self.again {
            let mut found = again.iter().filter_map(|event| event.pointer(pointer)?.as_str());
            let last = found.rfind(|text| !text.is_empty()).unwrap_or_default();
            assert_eq!(last, expected, "{name} {pointer}: {pieces:?}");
        }
        assert_eq!(again.len(), data(&stream).len(), "{name}: an event is missing");
        if expected.contains("REDACTED") {
            self.check_records(compiled, &played, &text);
        } else {
            assert_eq!(played.out, stream, "{name}: {pieces:?}");
        }
    }

    /// The records of a stream are those of the whole answer.
    fn check_records(&self, compiled: &Compiled, played: &Played, text: &str) {
        let selection = compiled.select(&[], &[], &[]).unwrap();
        let body = (self.whole)(text);
        let verdict = compiled.scan(&selection, Stage::Answer, self.dialect, body.as_bytes(), &|| 0);
        let mut records = played.guard.records(compiled, 0);
        let mut expected = verdict.records;
        for record in records.iter_mut().chain(&mut expected) {
            // A stream's matches are found in the order of the text, a whole text's in the order of the rules.
            record.match_details.sort_by_key(ToString::to_string);
        }
        assert_eq!(records, expected, "{}: {text}", self.name);
    }
}

/// Masks words and numbers; `near` the end, in the middle, over the border of what is held.
fn masking() -> Guardrail {
    let words = vec![word("secret", Action::Mask), word("größe", Action::Mask), word("💣", Action::Mask)];
    let patterns = vec![
        pattern("email", r"\b[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,}\b", Action::Mask),
        pattern("us_ssn", r"\b\d{3}-\d{2}-\d{4}\b", Action::Mask),
        pattern("number", r"\d{9}", Action::Mask),
        pattern("password", r#""password"\s*:\s*"[^"]*""#, Action::Mask),
        pattern("last", r"finis$", Action::Mask),
        pattern("first", r"^incipit", Action::Mask),
    ];
    post_call(guardrail("masks", words, patterns))
}

fn blocking(phrase: &str) -> Guardrail {
    post_call(guardrail("blocks", vec![word(phrase, Action::Block)], vec![]))
}

fn one(pieces: &[&str]) -> Vec<String> {
    pieces.iter().map(|piece| (*piece).to_owned()).collect()
}

fn chunk(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn stream_of(chunks: impl IntoIterator<Item = Value>) -> Vec<u8> {
    events(chunks.into_iter().map(|chunk| (String::new(), chunk.to_string())))
}
