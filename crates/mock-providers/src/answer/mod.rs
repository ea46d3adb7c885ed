//! What a model says, in the shape of each API: whole, and as a stream of events.

mod asked;
mod chat;
mod compact;
mod completions;
mod embeddings;
mod fitting;
mod gemini;
mod messages;
mod models;
mod moderations;
mod responses;
mod said;

use serde_json::{Value, json};

use crate::provider::{Api, Provider};

pub use said::{Call, Said, Usage, id_of};

/// One event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The `event:` line, where the API sends one.
    pub name: Option<String>,
    /// The `data:` line.
    pub data: String,
}

impl Event {
    /// An event whose data is JSON.
    #[must_use]
    pub fn of(data: &Value) -> Self {
        Self { name: None, data: data.to_string() }
    }

    /// An event with an `event:` line.
    #[must_use]
    pub fn named(name: &str, data: &Value) -> Self {
        Self { name: Some(name.to_owned()), data: data.to_string() }
    }

    /// The event with which streams of chats and completions end.
    #[must_use]
    pub fn done() -> Self {
        Self { name: None, data: "[DONE]".to_owned() }
    }
}

/// `base` with the fields of `more`, which take the place of those of the same name.
fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

/// The whole answer of an API.
#[must_use]
pub fn whole(api: Api, said: &Said, request: &Value) -> Value {
    match api {
        Api::Chat => chat::whole(said),
        Api::Responses => responses::whole(said, request),
        Api::Compact => compact::whole(said, request),
        Api::Embeddings => embeddings::whole(said, request),
        Api::BatchEmbed => embeddings::batch(said, request),
        Api::Completions => completions::whole(said, request),
        Api::Moderations => moderations::whole(said, request),
        Api::Models => models::whole(),
        Api::Messages => messages::whole(said),
        Api::Generate | Api::StreamGenerate => gemini::whole(said),
        Api::CountTokens => json!({"input_tokens": said.usage.input}),
        Api::GeminiCountTokens => json!({"totalTokens": said.usage.input}),
        Api::InputTokens => json!({"object": "response.input_tokens", "input_tokens": said.usage.input}),
        // Answered from what is kept: see `crate::kept`.
        Api::Response | Api::CancelResponse | Api::InputItems => Value::Null,
    }
}

/// The answer as events; `None` for an API that does not stream.
#[must_use]
pub fn events(api: Api, said: &Said, request: &Value) -> Option<Vec<Event>> {
    match api {
        Api::Chat => Some(chat::events(said, request)),
        Api::Completions => Some(completions::events(said, request)),
        Api::Responses => Some(responses::events(said, request)),
        Api::Messages => Some(messages::events(said)),
        Api::StreamGenerate => Some(gemini::events(said)),
        _ => None,
    }
}

/// The events with which a stream ends in an error, after `sent` others; `body` is the provider's error body.
#[must_use]
pub fn failure(api: Api, body: &Value, said: &Said, request: &Value, sent: usize) -> Vec<Event> {
    match api {
        Api::Responses => responses::failure(body, said, request, sent),
        Api::Messages => vec![Event::named("error", body)],
        // vLLM ends every stream alike, one that has failed, too: `chat_completion_stream_generator` in
        // https://docs.vllm.ai/en/latest/api/vllm/entrypoints/openai/chat_completion/serving/
        Api::Chat if said.provider == Provider::Vllm => vec![Event::of(body), Event::done()],
        _ => vec![Event::of(body)],
    }
}
