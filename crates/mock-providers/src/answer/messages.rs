//! Anthropic's messages.

use serde_json::{Value, json};

use super::{Call, Event, Said, with};
use crate::script::Finish;

/// A whole `message`.
pub fn whole(said: &Said) -> Value {
    let content: Vec<Value> = blocks(said).iter().map(Block::finished).collect();
    let counted = json!({
        "output_tokens": said.usage.output, "output_tokens_details": {"thinking_tokens": said.usage.reasoning},
    });
    let usage = with(usage_of_prompt(said), counted);
    with(opening(said), json!({"content": content, "stop_reason": stop_reason(said), "usage": usage}))
}

/// The events of a stream, from `message_start` to `message_stop`, with the `ping` that comes early.
pub fn events(said: &Said) -> Vec<Event> {
    let mut events = vec![event("message_start", json!({"message": opening(said)}))];
    for (index, block) in blocks(said).iter().enumerate() {
        events.push(event("content_block_start", json!({"index": index, "content_block": block.begun()})));
        if index == 0 {
            events.push(event("ping", json!({})));
        }
        let deltas = block.deltas(said);
        events.extend(
            deltas
                .into_iter()
                .map(|delta| event("content_block_delta", json!({"index": index, "delta": delta}))),
        );
        events.push(event("content_block_stop", json!({"index": index})));
    }
    let delta = json!({"stop_reason": stop_reason(said), "stop_sequence": null});
    let usage = json!({
        "input_tokens": uncached(said),
        "cache_creation_input_tokens": said.usage.cache_write,
        "cache_read_input_tokens": said.usage.cache_read,
        "output_tokens": said.usage.output,
    });
    events.push(event("message_delta", json!({"delta": delta, "usage": usage})));
    events.push(event("message_stop", json!({})));
    events
}

fn event(kind: &str, fields: Value) -> Event {
    Event::named(kind, &with(json!({"type": kind}), fields))
}

/// The message as it stands in `message_start`.
fn opening(said: &Said) -> Value {
    json!({
        "id": format!("msg_mock{}", said.id),
        "type": "message",
        "role": "assistant",
        "model": said.model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": usage_of_prompt(said),
    })
}

/// The usage before anything is said. Anthropic counts a token of output from the start.
fn usage_of_prompt(said: &Said) -> Value {
    let (written, for_an_hour) = (said.usage.cache_write, said.usage.cache_write_1h);
    json!({
        "input_tokens": uncached(said),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": said.usage.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": written.saturating_sub(for_an_hour),
            "ephemeral_1h_input_tokens": for_an_hour,
        },
        "output_tokens": said.usage.output.min(1),
        "service_tier": "standard",
    })
}

/// Anthropic counts what the cache gave or took beside the rest.
fn uncached(said: &Said) -> u64 {
    said.usage.input.saturating_sub(said.usage.cache_read).saturating_sub(said.usage.cache_write)
}

fn stop_reason(said: &Said) -> &'static str {
    match said.finish {
        Finish::Length => "max_tokens",
        Finish::ContentFilter => "refusal",
        Finish::Stop if said.calls.is_empty() => "end_turn",
        Finish::Stop => "tool_use",
    }
}

enum Block<'a> {
    Thinking(&'a str),
    Text(&'a str),
    ToolUse(&'a Call),
}

const SIGNATURE: &str = "bW9jay1zaWduYXR1cmU=";

fn blocks(said: &Said) -> Vec<Block<'_>> {
    let thinking = said.reasoning.as_deref().map(Block::Thinking);
    let text = said.text.as_deref().map(Block::Text);
    thinking.into_iter().chain(text).chain(said.calls.iter().map(Block::ToolUse)).collect()
}

impl Block<'_> {
    fn finished(&self) -> Value {
        match self {
            Self::Thinking(text) => json!({"type": "thinking", "thinking": text, "signature": SIGNATURE}),
            Self::Text(text) => json!({"type": "text", "text": text}),
            Self::ToolUse(call) => tool_use(call, call.input()),
        }
    }

    fn begun(&self) -> Value {
        match self {
            Self::Thinking(_) => json!({"type": "thinking", "thinking": "", "signature": ""}),
            Self::Text(_) => json!({"type": "text", "text": ""}),
            Self::ToolUse(call) => tool_use(call, json!({})),
        }
    }

    fn deltas(&self, said: &Said) -> Vec<Value> {
        match self {
            Self::Thinking(text) => vec![
                json!({"type": "thinking_delta", "thinking": text}),
                json!({"type": "signature_delta", "signature": SIGNATURE}),
            ],
            Self::Text(_) => {
                said.deltas.iter().map(|text| json!({"type": "text_delta", "text": text})).collect()
            }
            Self::ToolUse(call) => input_deltas(&call.arguments),
        }
    }
}

/// An empty piece first, as Anthropic sends it, then two halves.
fn input_deltas(arguments: &str) -> Vec<Value> {
    let (first, second) = arguments.split_at_checked(arguments.len() / 2).unwrap_or((arguments, ""));
    let delta = |part: &str| json!({"type": "input_json_delta", "partial_json": part});
    vec![delta(""), delta(first), delta(second)]
}

fn tool_use(call: &Call, input: Value) -> Value {
    json!({"type": "tool_use", "id": format!("toolu_{}", call.id), "name": call.name, "input": input})
}
