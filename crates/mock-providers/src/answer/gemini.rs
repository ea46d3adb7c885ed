//! Gemini's generateContent.

use serde_json::{Value, json};

use super::{Call, Event, Said, with};
use crate::script::Finish;

/// What a thought is signed with.
const SIGNATURE: &str = "bW9jay1zaWduYXR1cmU=";

/// A whole `GenerateContentResponse`.
pub fn whole(said: &Said) -> Value {
    let mut parts: Vec<Value> = said.reasoning.iter().map(|text| thought(text)).collect();
    let text = said.text.iter().map(|text| json!({"text": text}));
    parts.extend(text.map(|part| if said.calls.is_empty() { signed(said, part) } else { part }));
    parts.extend(function_calls(said));
    response(said, parts, Some(finish_reason(said.finish)))
}

/// One response per delta; the last carries the reason for the end, and each the usage so far.
pub fn events(said: &Said) -> Vec<Event> {
    let mut parts: Vec<Value> = said.reasoning.iter().map(|text| thought(text)).collect();
    parts.extend(said.deltas.iter().map(|delta| json!({"text": delta})));
    parts.extend(function_calls(said));
    if said.reasoning.is_some() && said.calls.is_empty() {
        // The signature of a text that was streamed comes after it, on an empty one.
        parts.push(signed(said, json!({"text": ""})));
    }
    if parts.is_empty() {
        parts.push(json!({"text": ""}));
    }
    let last = parts.len() - 1;
    let finish = |index: usize| (index == last).then_some(finish_reason(said.finish));
    parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| Event::of(&response(said, vec![part], finish(index))))
        .collect()
}

fn response(said: &Said, parts: Vec<Value>, finish: Option<&str>) -> Value {
    let candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    let ending = finish.map_or(Value::Null, |finish| json!({"finishReason": finish}));
    json!({
        "candidates": [with(candidate, ending)],
        "usageMetadata": usage(said, finish.is_some()),
        "modelVersion": said.model,
        "responseId": format!("mock{}", said.id),
    })
}

/// Gemini counts thoughts apart from the candidates.
fn usage(said: &Said, finished: bool) -> Value {
    let (input, output, thoughts) = (said.usage.input, said.usage.output, said.usage.reasoning);
    let prompt = json!({
        "promptTokenCount": input,
        "totalTokenCount": input,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": input}],
    });
    let cached = said.usage.cache_read;
    let prompt = if cached == 0 { prompt } else { with(prompt, json!({"cachedContentTokenCount": cached})) };
    if !finished {
        return prompt;
    }
    let counted =
        with(prompt, json!({"candidatesTokenCount": output - thoughts, "totalTokenCount": input + output}));
    if thoughts == 0 { counted } else { with(counted, json!({"thoughtsTokenCount": thoughts})) }
}

fn thought(text: &str) -> Value {
    json!({"text": text, "thought": true})
}

/// Of calls that are made at once, the first is signed. Before generation 3, calls have no ids.
fn function_calls(said: &Said) -> impl Iterator<Item = Value> {
    let has_ids = !said.model.starts_with("gemini-2");
    said.calls.iter().enumerate().map(move |(index, call): (usize, &Call)| {
        let id = if has_ids { json!({"id": call.id}) } else { json!({}) };
        let call = with(id, json!({"name": call.name, "args": call.input()}));
        let part = json!({"functionCall": call});
        if index == 0 { signed(said, part) } else { part }
    })
}

/// A part with the signature of the thought before it.
fn signed(said: &Said, part: Value) -> Value {
    let signature =
        if said.reasoning.is_some() { json!({"thoughtSignature": SIGNATURE}) } else { Value::Null };
    with(part, signature)
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "STOP",
        Finish::Length => "MAX_TOKENS",
        Finish::ContentFilter => "SAFETY",
    }
}
