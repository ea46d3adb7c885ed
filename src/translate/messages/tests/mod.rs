//! The dialect read and written back, the API's answers told, and what is told written.

mod answers;
mod requests;
mod round_trips;
mod schemas;

use serde_json::{Value, json};

use crate::translate::losses::Losses;
use crate::translate::{Target, View};
use crate::wire::json::Fields;
use crate::wire::{Api, Provider};

fn target(model: &str) -> Target {
    Target::new(Provider::Anthropic, model)
}

fn view() -> View {
    View { model: "public".to_owned(), include_usage: false, created_s: 7, echo: Vec::new(), ids: None }
}

/// A Messages body read and written again for a model: the body, and what was named.
fn through(body: &Value, model: &str) -> (Value, Vec<String>) {
    let text = body.to_string();
    let fields = Fields::parse(text.as_bytes()).unwrap();
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop: false, dropped: &mut dropped };
    let conversation = super::read(&fields, &mut losses).unwrap();
    let written = super::write(conversation, &target(model), &mut losses).unwrap();
    (serde_json::from_slice(&written).unwrap(), dropped)
}

/// A body with these members and one short message.
fn asking(more: Value) -> Value {
    let mut body = json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": [
        {"type": "text", "text": "hi"}]}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}
