//! Completions, the API before chat, as OpenAI and Azure answer it.

use serde_json::{Value, json};

use super::said::CREATED;
use super::{Event, Said, with};
use crate::script::Finish;

/// `text_completion`, with as many choices as there are prompts, times `n`.
pub fn whole(said: &Said, request: &Value) -> Value {
    let text = said.text.clone().unwrap_or_default();
    let finish = json!(finish_reason(said));
    let choices: Vec<Value> =
        (0..choices(request)).map(|index| choice(index, &text, finish.clone())).collect();
    with(opening(said), json!({"choices": choices, "usage": usage(said)}))
}

/// `text_completion` in pieces, a usage chunk if the request asks for one, and `[DONE]`.
pub fn events(said: &Said, request: &Value) -> Vec<Event> {
    let with_usage =
        request.pointer("/stream_options/include_usage").and_then(Value::as_bool).unwrap_or(false);
    let usage_so_far = if with_usage { json!({"usage": null}) } else { Value::Null };
    let chunk = |choices: Value| {
        Event::of(&with(with(opening(said), json!({"choices": choices})), usage_so_far.clone()))
    };
    let mut events = Vec::new();
    for index in 0..choices(request) {
        events.extend(said.deltas.iter().map(|delta| chunk(json!([choice(index, delta, Value::Null)]))));
        events.push(chunk(json!([choice(index, "", json!(finish_reason(said)))])));
    }
    if with_usage {
        events.push(Event::of(&with(opening(said), json!({"choices": [], "usage": usage(said)}))));
    }
    events.push(Event::done());
    events
}

fn choices(request: &Value) -> u64 {
    let prompts = match request.get("prompt") {
        Some(Value::Array(prompts)) if !prompts.iter().all(Value::is_number) => prompts.len() as u64,
        _ => 1,
    };
    prompts * request.get("n").and_then(Value::as_u64).unwrap_or(1)
}

fn opening(said: &Said) -> Value {
    json!({
        "id": format!("cmpl-mock-{}", said.id), "object": "text_completion", "created": CREATED,
        "model": said.model, "system_fingerprint": "fp_mock",
    })
}

fn choice(index: u64, text: &str, finish_reason: Value) -> Value {
    json!({"index": index, "text": text, "logprobs": null, "finish_reason": finish_reason})
}

fn finish_reason(said: &Said) -> &'static str {
    match said.finish {
        Finish::Length => "length",
        Finish::ContentFilter => "content_filter",
        Finish::Stop => "stop",
    }
}

fn usage(said: &Said) -> Value {
    let usage = said.usage;
    json!({
        "prompt_tokens": usage.input, "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
    })
}
