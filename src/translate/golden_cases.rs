//! The golden cases of `tests/golden/translate`.
//!
//! `request/<dialect>[-<variant>]`: a client's body, for each deployment in the folder's `targets.json`.
//! `response/<api>` and `stream/<api>`: a provider's answer, for each way in which a client may see it.
//! `error/<api>/<status>-<case>`: a provider's error body, in each dialect.
//!
//! And of `tests/golden/cause/<provider>/<status>-<case>`: what a provider's error body means.

use serde_json::{Value, json};

use super::*;
use crate::golden::{self, Input};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn requests() {
    for area in golden::areas("translate/request") {
        let settings: Value = serde_json::from_slice(golden::file(&format!("{area}/targets.json"))).unwrap();
        let targets: Vec<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        golden::check(area, &targets, "json", |input, target| {
            let target: Target = serde_json::from_value(settings[target].clone()).unwrap();
            pretty(&render_request(input, &target))
        });
    }
}

fn render_request(input: &Input, target: &Target) -> Value {
    let dialect = last(input.area).split('-').next().unwrap();
    let dialect: Dialect = serde_json::from_value(json!(dialect)).unwrap();
    let stream = Fields::parse(input.bytes).is_ok_and(|fields| fields.read("stream") == Some(true));
    match request(&Ask { dialect, body: input.bytes, stream }, target) {
        Ok(built) => json!({"api": built.api, "dropped": built.dropped, "body": parsed(&built.body)}),
        Err(reject) => json!({"status": reject.status, "refused": parsed(&reject.body(dialect))}),
    }
}

#[test]
fn responses() {
    for area in golden::areas("translate/response") {
        let api = api(area);
        golden::check(area, dialects(api), "json", |input, dialect| {
            let dialect: Dialect = serde_json::from_value(json!(dialect)).unwrap();
            pretty(&match response(dialect, api, input.bytes, &view(false)) {
                Ok(answer) => json!({
                    "usage": answer.usage.map(|usage| counted(&usage)),
                    "body": parsed(&answer.body),
                }),
                Err(failure) => json!({"failed": failed(&failure)}),
            })
        });
    }
}

#[test]
fn streams() {
    for area in golden::areas("translate/stream") {
        let api = api(area);
        golden::check(area, seen_of(api), "sse", |input, seen| {
            let dialect: Dialect = serde_json::from_value(json!(seen.split('-').next())).unwrap();
            let new = || Stream::new(dialect, api, view(seen.ends_with("usage")));
            render_stream(input, new)
        });
    }
}

/// What the client gets, under comments that say how the stream went. Cuts must not change it.
fn render_stream(input: &Input, new: impl Fn() -> Stream) -> String {
    let whole = feed(new(), &[input.bytes]);
    let bytes: Vec<&[u8]> = input.bytes.chunks(1).collect();
    let slowly = feed(new(), &bytes);
    assert_eq!(slowly.out, whole.out, "{} byte by byte", input.case);
    assert_eq!(slowly.usage, whole.usage, "{} byte by byte", input.case);
    cut_everywhere(input, new());
    let usage = whole.usage.map_or("none".to_owned(), |usage| counted(&usage).to_string());
    let went = slowly.went.join(", ");
    format!(": {went}\n: usage {usage}\n\n{}", String::from_utf8(whole.out).unwrap())
}

/// Cuts the stream at every byte. A stream is fed window by window; in each, a copy that gets the window in
/// two pieces must write the same and end in the same state, so that it goes on the same. (To feed all the
/// rest after each cut would say no more, in quadratic time.)
fn cut_everywhere(input: &Input, mut stream: Stream) {
    const WINDOW: usize = 128;
    for (number, window) in input.bytes.chunks(WINDOW).enumerate() {
        let before = stream.clone();
        let mut out = Vec::new();
        stream.push(window, &mut out);
        let state = format!("{stream:?}");
        for at in 1..window.len() {
            let (mut cut, mut cut_out) = (before.clone(), Vec::new());
            cut.push(&window[..at], &mut cut_out);
            cut.push(&window[at..], &mut cut_out);
            let place = number * WINDOW + at;
            assert_eq!(cut_out, out, "{} cut at byte {place}", input.case);
            // What comes after the end is ignored, and how much of it was looked at does not matter.
            if !matches!(cut.progress(), Progress::Failed(_) | Progress::Done) {
                assert_eq!(format!("{cut:?}"), state, "{} cut at byte {place}", input.case);
            }
        }
    }
}

struct Fed {
    out: Vec<u8>,
    usage: Option<Usage>,
    went: Vec<String>,
}

fn feed(mut stream: Stream, pieces: &[&[u8]]) -> Fed {
    let mut out = Vec::new();
    let mut went: Vec<String> = pieces.iter().map(|piece| told(&stream.push(piece, &mut out))).collect();
    went.push(told(&stream.end(&mut out)));
    went.dedup();
    Fed { out, usage: stream.usage(), went }
}

fn told(progress: &Progress) -> String {
    match progress {
        Progress::Failed(failure) => format!("failed as {}", failed(failure)),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[test]
fn errors() {
    for area in golden::areas("translate/error") {
        let api = api(area);
        golden::check(area, &["chat", "responses", "messages"], "json", |input, dialect| {
            let dialect: Dialect = serde_json::from_value(json!(dialect)).unwrap();
            let status = input.case.split('-').next().unwrap().parse().unwrap();
            let failure = failure(api, status, input.bytes);
            pretty(&json!({"status": failure.status, "body": parsed(&error_body(dialect, &failure))}))
        });
    }
}

#[test]
fn causes() {
    for area in golden::areas("cause") {
        golden::check(area, &["cause"], "txt", |input, _| {
            let status = input.case.split('-').next().unwrap().parse().unwrap();
            let cause = failure(Api::ChatCompletions, status, input.bytes).cause();
            format!("{}\n", cause.name())
        });
    }
}

/// A count as the ledger is told of it, and, where there is something of it, what only prices it.
fn counted(usage: &Usage) -> Value {
    let mut told = json!(usage);
    let audio = usage.audio;
    for (name, count) in [
        ("audio_input", audio.input),
        ("audio_cache_read", audio.cache_read),
        ("audio_output", audio.output),
        ("searches", usage.searches),
        ("by_preview", u64::from(usage.by_preview)),
    ] {
        if count > 0 {
            told[name] = json!(count);
        }
    }
    told
}

fn api(area: &str) -> Api {
    serde_json::from_value(json!(last(area))).unwrap()
}

fn dialects(api: Api) -> &'static [&'static str] {
    match api {
        Api::Compact => &["compact"],
        Api::Embeddings | Api::BatchEmbedContents => &["embeddings"],
        Api::Moderations => &["moderations"],
        Api::Completions => &["completions"],
        Api::CountTokens | Api::GeminiCountTokens | Api::InputTokens => &["count_tokens"],
        _ => &["chat", "responses", "messages"],
    }
}

/// How a client may see a stream.
fn seen_of(api: Api) -> &'static [&'static str] {
    match api {
        Api::Completions => &["completions", "completions-usage"],
        _ => &["chat", "chat-usage", "responses", "messages"],
    }
}

fn view(include_usage: bool) -> View {
    View {
        model: "public-name".to_owned(),
        include_usage,
        created_s: 1_700_000_000,
        echo: Vec::new(),
        ids: None,
    }
}

fn failed(failure: &Failure) -> Value {
    json!({
        "status": failure.status,
        "type": failure.kind,
        "code": failure.code,
        "param": failure.param,
        "message": failure.message,
    })
}

fn last(area: &str) -> &str {
    area.rsplit('/').next().unwrap()
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
