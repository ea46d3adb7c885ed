//! A Messages request → a conversation.
//!
//! Every member that the dialect defines is read here; what a conversation has no word for is named in the
//! losses, or refused by its place.

mod blocks;
mod media;
mod params;
mod strict;
mod tools;
mod turns;

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::Conversation;
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::Fields;

/// Reads a client's request.
pub(in crate::translate) fn read<'a>(
    fields: &Fields<'a>,
    losses: &mut Losses<'_>,
) -> Result<Conversation<'a>, Reject> {
    let mut conversation = Conversation::default();
    for (name, value) in fields.iter() {
        if value.get() == "null" {
            continue;
        }
        match name {
            // The deployment's model is written, and `stream` is known already.
            "model" | "stream" => {}
            // Below, because the system speaks first, whatever the order of the members.
            "system" | "messages" => {}
            "tools" => conversation.tools = tools::tools(value, losses)?,
            "tool_choice" => tools::choice(value, &mut conversation.params)?,
            _ => params::read(name, value, &mut conversation.params, losses)?,
        }
    }
    if let Some(system) = fields.set("system") {
        conversation.turns.push(turns::system(system, losses)?);
    }
    let messages = fields.set("messages").ok_or_else(|| missing("messages"))?;
    turns::messages(messages, &mut conversation.turns, losses)?;
    Ok(conversation)
}

/// The members of an object at a path.
fn members_of<'a>(path: &str, value: &'a RawValue) -> Result<Fields<'a>, Reject> {
    Fields::of(value).map_err(|error| malformed(path, &error))
}

/// A member that must be there.
fn required<'a>(path: &str, fields: &Fields<'a>, name: &str) -> Result<&'a RawValue, Reject> {
    fields.set(name).ok_or_else(|| missing(format!("{path}.{name}")))
}

/// An object's `type`.
fn type_of<'a>(path: &str, fields: &Fields<'a>) -> Result<std::borrow::Cow<'a, str>, Reject> {
    required(path, fields, "type")?;
    fields.text("type").ok_or_else(|| invalid(format!("{path}.type"), "expected a string"))
}
