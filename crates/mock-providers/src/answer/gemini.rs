//! Gemini's generateContent.

use serde_json::{Value, json};

use super::{Call, Event, Said, with};
use crate::script::Finish;

/// A whole `GenerateContentResponse`.
pub fn whole(said: &Said) -> Value {
    let mut parts: Vec<Value> = said.reasoning.iter().map(|text| thought(text)).collect();
    parts.extend(said.text.iter().map(|text| json!({"text": text})));
    parts.extend(said.calls.iter().map(function_call));
    response(said, parts, Some(finish_reason(said.finish)))
}

/// One response per delta; the last carries the reason for the end, and each the usage so far.
pub fn events(said: &Said) -> Vec<Event> {
    let mut parts: Vec<Value> = said.reasoning.iter().map(|text| thought(text)).collect();
    parts.extend(said.deltas.iter().map(|delta| json!({"text": delta})));
    parts.extend(said.calls.iter().map(function_call));
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

fn function_call(call: &Call) -> Value {
    json!({"functionCall": {"id": call.id, "name": call.name, "args": call.input()}})
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "STOP",
        Finish::Length => "MAX_TOKENS",
        Finish::ContentFilter => "SAFETY",
    }
}
