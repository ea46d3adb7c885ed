//! A client's Responses body → a conversation.
//!
//! `instructions` are a system turn before all others. Items that belong together become one turn: what the
//! assistant thought, said and called, and what several tools gave back. What needs the provider's own store
//! (`previous_response_id`, `conversation`, `prompt`, `item_reference`) is kept as such, for the writer of an
//! API without one to refuse.

mod params;
mod parts;
mod tools;
mod turns;

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::{Conversation, Part, Place, Role, Said, Turn, Words};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::{Fields, Kind, elements};
use turns::Turns;

/// Members from which the provider knows what was said before.
const STORED: &[&str] = &["conversation", "previous_response_id", "prompt"];

/// Reads a client's request.
///
/// # Errors
/// 400 for what is not of the dialect's shape, and for parameters that no other API can express.
pub(in crate::translate) fn read<'a>(
    fields: &Fields<'a>,
    losses: &mut Losses<'_>,
) -> Result<Conversation<'a>, Reject> {
    let mut turns = Turns::default();
    if let Some(instructions) = fields.set("instructions") {
        let said = Said::Text(string(instructions, "instructions")?);
        turns.add(text_turn(Role::System, said, Place::whole("instructions")));
    }
    match fields.set("input") {
        Some(input) if Kind::of(input) == Kind::Text => {
            turns.add(text_turn(Role::User, Said::Text(Words::Json(input)), Place::whole("input")));
        }
        Some(input) => {
            let items = elements(input).map_err(|error| malformed("input", &error))?;
            for (index, item) in items.into_iter().enumerate() {
                turns.item(item, Place::new("input", index), losses)?;
            }
        }
        None if STORED.iter().any(|name| fields.set(name).is_some()) => {}
        None => return Err(missing("input")),
    }
    let (turns, more_tools) = turns.into_parts();
    let mut offered = tools::read(fields, losses)?;
    offered.extend(more_tools);
    tools::each_once(&offered)?;
    let params = params::read(fields, losses)?;
    Ok(Conversation { turns, tools: offered, params, ..Conversation::default() })
}

fn text_turn(role: Role, said: Said<'_>, at: Place) -> Turn<'_> {
    Turn { role, parts: vec![Part { said, cache: None, at }], name: None, at }
}

/// A value that must be a string.
fn string<'a>(value: &'a RawValue, path: &str) -> Result<Words<'a>, Reject> {
    match Kind::of(value) {
        Kind::Text => Ok(Words::Json(value)),
        other => Err(invalid(path, format!("expected a string, found {}", other.name()))),
    }
}

/// A member that must be a string.
fn required<'a>(fields: &Fields<'a>, name: &str, at: Place) -> Result<Words<'a>, Reject> {
    let path = at.member(name);
    fields.set(name).ok_or_else(|| missing(path.clone())).and_then(|value| string(value, &path))
}

/// A member that is a string where it is there.
fn optional<'a>(fields: &Fields<'a>, name: &str, at: Place) -> Result<Option<Words<'a>>, Reject> {
    fields.set(name).map(|value| string(value, &at.member(name))).transpose()
}

/// The members of an object at a place.
fn members_of(value: &RawValue, at: Place) -> Result<Fields<'_>, Reject> {
    Fields::of(value).map_err(|error| malformed(at.to_string(), &error))
}
