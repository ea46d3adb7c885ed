//! What providers answer.

use serde_json::{Value, json};

use crate::exchange::Headers;

/// Pieces of text in a stream.
pub const WORDS: usize = 200;

/// An answer, piece by piece as it comes.
pub struct Answer {
    /// With `:status`.
    pub headers: Headers,
    /// Of the body; one for each event of a stream.
    pub pieces: Vec<Vec<u8>>,
}

impl Answer {
    fn of(kind: &str, pieces: Vec<Vec<u8>>) -> Self {
        let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        Self { headers: vec![header(":status", "200"), header("content-type", kind)], pieces }
    }

    fn whole(body: &Value) -> Self {
        Self::of("application/json", vec![body.to_string().into_bytes()])
    }

    fn stream(events: impl Iterator<Item = String>) -> Self {
        Self::of("text/event-stream", events.map(String::into_bytes).collect())
    }
}

/// No provider is asked.
pub fn none() -> Answer {
    Answer { headers: Vec::new(), pieces: Vec::new() }
}

/// A chat completion.
pub fn chat() -> Answer {
    Answer::whole(&json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_767_225_600, "model": "gpt-4.1-2025-04-14",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": "Hello.", "refusal": null, "annotations": []},
            "logprobs": null, "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 20},
    }))
}

/// A chat completion, streamed.
pub fn chat_stream() -> Answer {
    let chunk = |choices: &Value, usage: &Value| {
        let chunk = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_767_225_600,
            "model": "gpt-4.1-2025-04-14", "choices": choices, "usage": usage,
        });
        format!("data: {chunk}\n\n")
    };
    let choice = |delta: &Value, finish: &Value| {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        chunk(&json!([choice]), &Value::Null)
    };
    let usage = json!({"prompt_tokens": 12, "completion_tokens": 200, "total_tokens": 212});
    let first = choice(&json!({"role": "assistant", "content": "", "refusal": null}), &Value::Null);
    let words = (0..WORDS).map(|number| choice(&json!({"content": word(number)}), &Value::Null));
    let last = [choice(&json!({}), &json!("stop")), chunk(&json!([]), &usage), "data: [DONE]\n\n".to_owned()];
    Answer::stream([first].into_iter().chain(words).chain(last))
}

/// Anthropic's message.
pub fn message() -> Answer {
    Answer::whole(&json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": "Hello."}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 12, "output_tokens": 8},
    }))
}

/// Anthropic's message, streamed.
pub fn message_stream() -> Answer {
    let event = |event: Value| {
        let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
        format!("event: {name}\ndata: {event}\n\n")
    };
    let start = json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929",
        "content": [], "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 12, "output_tokens": 1},
    }});
    let block =
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
    let delta = |number| json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word(number)}});
    let stop = json!({"type": "content_block_stop", "index": 0});
    let end = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
        "usage": {"output_tokens": 200}});
    let last = [stop, end, json!({"type": "message_stop"})];
    let words = (0..WORDS).map(delta);
    Answer::stream([start, block].into_iter().chain(words).chain(last).map(event))
}

fn word(number: usize) -> String {
    format!("word {number} ")
}
