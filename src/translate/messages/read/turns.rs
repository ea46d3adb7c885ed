//! `system` and `messages` → turns.

use serde_json::value::RawValue;

use super::{blocks, members_of, required};
use crate::reject::Reject;
use crate::translate::conversation::{Part, Place, Role, Said, Turn, Words};
use crate::translate::losses::{Losses, invalid, malformed};
use crate::wire::json::{Fields, Kind, elements};

/// `system`: a text, or blocks of text.
pub(super) fn system<'a>(system: &'a RawValue, losses: &mut Losses<'_>) -> Result<Turn<'a>, Reject> {
    let at = Place::new("system", 0);
    let parts = match Kind::of(system) {
        Kind::Text => vec![Part { said: Said::Text(Words::from(system)), cache: None, at }],
        _ => {
            let list = elements(system).map_err(|error| malformed("system", &error))?;
            let read = |(index, block)| blocks::block(block, Place::new("system", index), losses);
            list.into_iter().enumerate().map(read).collect::<Result<_, _>>()?
        }
    };
    Ok(Turn { role: Role::System, parts, name: None, at })
}

/// `messages`.
pub(super) fn messages<'a>(
    messages: &'a RawValue,
    turns: &mut Vec<Turn<'a>>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let messages = elements(messages).map_err(|error| malformed("messages", &error))?;
    for (index, message) in messages.into_iter().enumerate() {
        let at = Place::new("messages", index);
        let message = members_of(&at.to_string(), message)?;
        turns.push(turn(&message, at, losses)?);
    }
    Ok(())
}

fn turn<'a>(message: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<Turn<'a>, Reject> {
    let path = at.to_string();
    required(&path, message, "role")?;
    let role = match message.text("role").as_deref() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        // In the middle of a conversation.
        Some("system") => Role::System,
        _ => return Err(invalid(at.member("role"), "expected `user`, `assistant` or `system`")),
    };
    // How long a system message is shown, and with how much effort a turn is answered: betas of Anthropic's.
    for name in ["clear_at", "output_config"] {
        if message.set(name).is_some() {
            losses.param(&at.member(name))?;
        }
    }
    let parts = content(required(&path, message, "content")?, at, losses)?;
    Ok(Turn { role, parts, name: None, at })
}

fn content<'a>(content: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Vec<Part<'a>>, Reject> {
    match Kind::of(content) {
        Kind::Text => Ok(vec![Part { said: Said::Text(Words::from(content)), cache: None, at }]),
        Kind::Array => {
            let list = elements(content).map_err(|error| malformed(at.member("content"), &error))?;
            let read = |(index, block)| blocks::block(block, at.inside("content", index), losses);
            list.into_iter().enumerate().map(read).collect()
        }
        other => Err(invalid(
            at.member("content"),
            format!("expected a string or an array, found {}", other.name()),
        )),
    }
}
