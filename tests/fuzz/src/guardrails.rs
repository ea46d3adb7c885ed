//! Guardrails over damaged bodies and streams.

#![allow(clippy::panic, reason = "a difference is a fault, as a panic is")]

use std::cell::RefCell;
use std::sync::OnceLock;

use serde_json::{Value, json};
use spillway_filter::guardrails::{
    Body, Compiled, Flow, Guardrail, Known, Outcome as Verdict, Selection, Stage, prebuilt,
};
use spillway_filter::sanitise::{self, Policy};
use spillway_filter::wire::Dialect;

use super::outcome::Outcome;
use super::targets::DIALECTS;

/// No content holds it that goes on.
const FORBIDDEN: &str = "project bluebird";

/// Every prebuilt pattern, words and expressions: some mask and some block.
struct Rules {
    compiled: Compiled,
    selection: Selection,
}

fn rules() -> Option<&'static Rules> {
    static RULES: OnceLock<Option<Rules>> = OnceLock::new();
    let compile = || {
        let patterns = prebuilt::all().map(|prebuilt| json!({"name": prebuilt.name, "action": "MASK"}));
        let masks = json!({
            "patterns": patterns.collect::<Vec<_>>(),
            "blocked_words": [{"keyword": "größe", "action": "MASK"}],
            "decode": {"html": true, "base64": true},
        });
        let blocks = json!({
            "patterns": [
                {"name": "version", "regex": r"(?-u)\bv[0-9]+(?:\.[0-9]+){2}\b", "action": "BLOCK"},
                {"name": "host", "regex": r"\b[\w-]+\.corp\.example\b", "action": "BLOCK"},
            ],
            "blocked_words": [{"keyword": FORBIDDEN, "action": "BLOCK"}],
        });
        let guardrail = |(name, filter): (&str, &Value)| -> Option<Guardrail> {
            let modes = json!({"default": ["pre_call", "post_call"]});
            let kind = json!({"content_filter": filter});
            let settings = json!({"name": name, "default_on": true, "modes": modes, "kind": kind});
            serde_json::from_value(settings).ok()
        };
        let settings: Vec<Guardrail> =
            [("masks", &masks), ("blocks", &blocks)].into_iter().filter_map(guardrail).collect();
        let compiled = Compiled::new(&settings).ok()?;
        let selection = compiled.select(&[], &[], &[]).ok()?;
        Some(Rules { compiled, selection })
    };
    RULES.get_or_init(compile).as_ref()
}

/// A body, as it came, as one that was walked over, and where texts of those before it are known: all comes to the same.
/// What was masked has the shape that it had, and what another reader of JSON finds forbidden is blocked.
pub fn body(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for dialect in DIALECTS {
        for stage in [Stage::Request, Stage::Answer] {
            let verdict = scanned(stage, dialect, Body::Bytes(input));
            if let (Stage::Request, Ok((_, Some(walked)))) =
                (stage, sanitise::walked(dialect, input, &Policy::default(), sanitise::Asked::default()))
                && scanned(stage, dialect, Body::Walked(walked)) != verdict
            {
                panic!("{dialect:?}: walked over, the verdict is another one");
            }
            if stage == Stage::Request {
                for time in 0..3 {
                    if scanned_again(dialect, input) != verdict {
                        panic!("{dialect:?}: after {time} times, the verdict is another one");
                    }
                }
            }
            let is_blocked = matches!(verdict, Verdict::Blocked(_));
            if dialect == Dialect::Chat && !is_blocked && has_forbidden(stage, input) {
                panic!("{stage:?}: what is forbidden goes on");
            }
            match verdict {
                Verdict::Pass => outcome.note(&"pass"),
                Verdict::Masked(masked) => {
                    outcome.shape(&masked);
                    if shape(input).is_some_and(|shape_before| shape(&masked) != Some(shape_before)) {
                        panic!("{dialect:?} {stage:?}: masked, the body is another one");
                    }
                }
                Verdict::Blocked(reject) => outcome.text(&reject.message),
            }
        }
    }
    outcome.number()
}

fn scanned(stage: Stage, dialect: Dialect, body: Body<'_>) -> Verdict {
    let Some(Rules { compiled, selection }) = rules() else { panic!("the rules cannot be used") };
    compiled.scan(selection, stage, dialect, body, &|| 0).outcome
}

/// With what is known of all inputs before it, as far as there is room.
fn scanned_again(dialect: Dialect, body: &[u8]) -> Verdict {
    thread_local! {
        static KNOWN: RefCell<Known> = RefCell::new(Known::new(64, Some([1, 2])).from(1));
    }
    let Some(Rules { compiled, selection }) = rules() else { panic!("the rules cannot be used") };
    KNOWN.with_borrow_mut(|known| compiled.scan_again(selection, (known, ""), dialect, body, &|| 0).outcome)
}

/// Whether a message of a chat says what is forbidden.
fn has_forbidden(stage: Stage, body: &[u8]) -> bool {
    let says = |message: &Value| {
        let content = message.get("content").and_then(Value::as_str);
        content.is_some_and(|content| content.to_ascii_lowercase().contains(FORBIDDEN))
    };
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return false };
    let list = |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten();
    match stage {
        Stage::Request => list("messages").any(says),
        Stage::Answer => list("choices").filter_map(|choice| choice.get("message")).any(says),
    }
}

/// Which values a body has within which, whatever they and their names are: those may have become masks. `logprobs`
/// repeat a text, and go with it.
fn shape(body: &[u8]) -> Option<String> {
    fn of(value: &Value) -> String {
        match value {
            Value::Array(elements) => format!("[{}]", elements.iter().map(of).collect::<String>()),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    if name == "logprobs" { "_".to_owned() } else { of(value) }
                };
                let mut fields: Vec<String> = fields.iter().map(field).collect();
                fields.sort();
                format!("{{{}}}", fields.concat())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => "_".to_owned(),
        }
    }
    serde_json::from_slice(body).ok().as_ref().map(of)
}

/// A stream, whole and in pieces: what comes out must be the same.
pub fn stream(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for dialect in DIALECTS {
        let whole = guarded(dialect, std::iter::once(input));
        if guarded(dialect, input.chunks(7)) != whole {
            panic!("{dialect:?}: cut, the stream is another one");
        }
        let (out, why) = whole;
        outcome.note(&out.split(|byte| *byte == b'\n').count().min(40));
        outcome.text(&why.unwrap_or_default());
    }
    outcome.number()
}

/// What comes of a stream, and why it ended, if a guardrail ended it.
fn guarded<'p>(dialect: Dialect, pieces: impl Iterator<Item = &'p [u8]>) -> (Vec<u8>, Option<String>) {
    let Some(Rules { compiled, selection }) = rules() else { panic!("the rules cannot be used") };
    let mut out = Vec::new();
    let Some(mut guard) = compiled.stream(selection, dialect, 0) else { panic!("no guardrail runs") };
    let mut flow = Flow::Going;
    for piece in pieces {
        if flow == Flow::Going {
            flow = guard.push(compiled, piece, &mut out);
        }
    }
    if flow == Flow::Going {
        guard.end(compiled, &mut out);
    }
    (out, guard.reject(compiled).map(|reject| reject.message))
}
