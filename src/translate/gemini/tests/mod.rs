//! Conversations by hand → bodies; answers by hand → what is told.

mod answers;
mod calls;
mod parameters;
mod turns;

use serde_json::Value;
use serde_json::value::RawValue;

use super::write;
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::{
    Argument, Call, Conversation, Home, Part, Place, Role, Said, Seal, Thought, ToolKind, ToolResult, Turn,
    Words,
};
use crate::translate::losses::Losses;
use crate::wire::{Api, Provider};

/// What came of a conversation.
struct Written {
    body: Value,
    /// As it is sent.
    text: String,
    dropped: Vec<String>,
}

fn written(conversation: Conversation<'_>, model: &str, drop: bool) -> Result<Written, Reject> {
    let target = Target { drop_params: drop, ..Target::new(Provider::Gemini, model) };
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::GenerateContent, drop, dropped: &mut dropped };
    let body = write(conversation, &target, &mut losses)?;
    let text = String::from_utf8(body).unwrap();
    Ok(Written { body: serde_json::from_str(&text).unwrap(), text, dropped })
}

/// The contents of turns, for a model.
fn contents(model: &str, turns: Vec<(Role, Vec<Said<'static>>)>) -> Value {
    written(conversation(turns), model, false).unwrap().body["contents"].clone()
}

fn conversation(turns: Vec<(Role, Vec<Said<'static>>)>) -> Conversation<'static> {
    let turns = turns.into_iter().enumerate().map(|(index, (role, said))| {
        let at = Place::new("messages", index);
        let part = |(number, said)| Part { said, cache: None, at: at.inside("content", number) };
        Turn { role, parts: said.into_iter().enumerate().map(part).collect(), name: None, at }
    });
    Conversation { turns: turns.collect(), ..Conversation::default() }
}

/// One question.
fn question() -> Conversation<'static> {
    conversation(vec![(Role::User, vec![text("Hi")])])
}

fn raw(json: &str) -> &RawValue {
    serde_json::from_str(json).unwrap()
}

fn text(words: &'static str) -> Said<'static> {
    Said::Text(Words::from(words))
}

fn sealed(home: Home, data: &'static str) -> Said<'static> {
    let seal = Seal { home, id: None, data: Words::from(data), redacted: false };
    Said::Thought(Thought { text: Some(Words::from("I wonder.")), seal: Some(seal) })
}

fn call(id: &'static str, name: &'static str, argument: &'static str) -> Said<'static> {
    let argument = Argument::Text(Words::from(argument));
    Said::Call(Call { id: Words::from(id), kind: ToolKind::Function, name: Words::from(name), argument })
}

fn result(id: &'static str, parts: Vec<Said<'static>>, is_error: bool) -> Said<'static> {
    let at = Place::new("messages", 9);
    let parts = parts.into_iter().map(|said| Part { said, cache: None, at }).collect();
    Said::Result(ToolResult { call_id: Words::from(id), kind: ToolKind::Function, parts, is_error })
}
