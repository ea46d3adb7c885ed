//! Turns → messages.
//!
//! What an assistant said in turns that follow each other is one message: a call's results must come right
//! after the message that has the call. What tools gave back is a message for each of them, and comes before
//! what the user says in the same turn.

use std::iter::Peekable;

use super::content;
use crate::reject::Reject;
use crate::translate::chat::flavours::{Flavour, Replay};
use crate::translate::conversation::{Argument, Call, Part, Role, Said, ToolKind, ToolResult, Turn, Words};
use crate::translate::losses::Losses;
use crate::wire::write::{Elements, Members};

/// Between texts that a server takes as one.
const PARAGRAPH: &str = "\n\n";

/// Writes the messages.
pub(super) fn write(
    array: &mut Elements<'_>,
    turns: Vec<Turn<'_>>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let mut turns = turns.into_iter().peekable();
    while let Some(mut turn) = turns.next() {
        match turn.role {
            Role::System => message(array, "system", &turn, flavour, losses)?,
            Role::Developer if flavour.developer => message(array, "developer", &turn, flavour, losses)?,
            Role::Developer => message(array, "system", &turn, flavour, losses)?,
            Role::User => user(array, turn, flavour, losses)?,
            Role::Assistant => {
                continued(&mut turn, &mut turns);
                assistant(array, turn, flavour, losses)?;
            }
        }
    }
    Ok(())
}

/// Takes the turns in which the assistant goes on.
fn continued<'a>(turn: &mut Turn<'a>, rest: &mut Peekable<impl Iterator<Item = Turn<'a>>>) {
    while let Some(next) = rest.next_if(|next| next.role == Role::Assistant && next.name.is_none()) {
        turn.parts.extend(next.parts);
    }
}

fn message(
    array: &mut Elements<'_>,
    role: &str,
    turn: &Turn<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    array.object(|members| {
        members.value("role", role);
        content::write(members, &turn.parts, PARAGRAPH, flavour, losses)?;
        name(members, turn, flavour, losses);
        Ok(())
    })
}

fn name(members: &mut Members<'_>, turn: &Turn<'_>, flavour: &Flavour, losses: &mut Losses<'_>) {
    match turn.name {
        Some(name) if !flavour.message_lacks.contains(&"name") => members.raw("name", name),
        Some(_) => losses.hint(turn.at.member("name")),
        None => {}
    }
}

fn user(
    array: &mut Elements<'_>,
    mut turn: Turn<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let (results, rest): (Vec<_>, Vec<_>) =
        turn.parts.into_iter().partition(|part| matches!(part.said, Said::Result(_)));
    for part in &results {
        if let Said::Result(result) = &part.said {
            tool_result(array, result, part, flavour, losses)?;
        }
    }
    if rest.is_empty() && !results.is_empty() {
        if turn.name.is_some() {
            losses.hint(turn.at.member("name"));
        }
        return Ok(());
    }
    turn.parts = rest;
    message(array, "user", &turn, flavour, losses)
}

fn tool_result(
    array: &mut Elements<'_>,
    result: &ToolResult<'_>,
    part: &Part<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    // A tool's message holds texts only.
    let other = result.parts.iter().find(|part| !matches!(part.said, Said::Text(_)));
    if let Some(other) = other {
        return Err(losses.part(other.at));
    }
    if result.is_error {
        losses.hint(part.at.member("is_error"));
    }
    let mut parts = result.parts.clone();
    match parts.last_mut() {
        Some(last) if last.cache.is_none() => last.cache = part.cache,
        _ => content::unmarked(part, losses),
    }
    array.object(|members| {
        members.value("role", "tool");
        members.value("tool_call_id", &flavour.call_ids.id(&result.call_id));
        content::write(members, &parts, PARAGRAPH, flavour, losses)
    })
}

/// What an assistant's message is made of.
#[derive(Default)]
struct Spoken<'a> {
    texts: Vec<Part<'a>>,
    refusal: Option<String>,
    thoughts: Vec<Part<'a>>,
    calls: Vec<(Call<'a>, Part<'a>)>,
}

fn assistant(
    array: &mut Elements<'_>,
    mut turn: Turn<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let spoken = parted(std::mem::take(&mut turn.parts), flavour, losses)?;
    array.object(|members| {
        members.value("role", "assistant");
        let silent = spoken.texts.is_empty() && (!spoken.calls.is_empty() || spoken.refusal.is_some());
        if silent {
            members.value("content", &());
        } else {
            content::write(members, &spoken.texts, "", flavour, losses)?;
        }
        if let Some(refusal) = &spoken.refusal {
            members.value("refusal", refusal);
        }
        name(members, &turn, flavour, losses);
        thoughts(members, &spoken, flavour, losses);
        if spoken.calls.is_empty() {
            return Ok(());
        }
        members.array("tool_calls", |calls| {
            spoken.calls.iter().try_for_each(|(call, part)| write_call(calls, call, part, flavour, losses))
        })
    })
}

fn parted<'a>(parts: Vec<Part<'a>>, flavour: &Flavour, losses: &Losses<'_>) -> Result<Spoken<'a>, Reject> {
    let mut spoken = Spoken::default();
    for part in parts {
        match &part.said {
            Said::Refusal(refusal) if flavour.refusals => {
                spoken.refusal.get_or_insert_default().push_str(&refusal.text());
            }
            Said::Text(_) | Said::Refusal(_) => spoken.texts.push(part),
            Said::Thought(_) => spoken.thoughts.push(part),
            Said::Call(call) => spoken.calls.push((call.clone(), part)),
            _ => return Err(losses.part(part.at)),
        }
    }
    Ok(spoken)
}

/// The texts of thoughts, where the server wants them back. A seal is another API's, whichever it is.
fn thoughts(members: &mut Members<'_>, spoken: &Spoken<'_>, flavour: &Flavour, losses: &mut Losses<'_>) {
    let wanted = match flavour.thoughts {
        Replay::Never => false,
        Replay::WithCalls => !spoken.calls.is_empty(),
        Replay::Always => true,
    };
    let mut texts: Vec<&Words<'_>> = Vec::new();
    for part in &spoken.thoughts {
        let Said::Thought(thought) = &part.said else { continue };
        if thought.seal.is_some() || !wanted {
            losses.hint(part.at.to_string());
        }
        texts.extend(thought.text.as_ref().filter(|_| wanted));
    }
    match texts.as_slice() {
        [] => {}
        [text] => members.value("reasoning_content", text),
        texts => {
            let texts: Vec<_> = texts.iter().map(|text| text.text()).collect();
            members.value("reasoning_content", &texts.join(PARAGRAPH));
        }
    }
}

fn write_call(
    array: &mut Elements<'_>,
    call: &Call<'_>,
    part: &Part<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let (tool, argument) = match call.kind {
        ToolKind::Function => ("function", "arguments"),
        ToolKind::Custom if flavour.custom_tools => ("custom", "input"),
        ToolKind::Custom => return Err(losses.part(part.at)),
    };
    content::unmarked(part, losses);
    array.object(|members| {
        members.value("id", &flavour.call_ids.id(&call.id));
        members.value("type", tool);
        members.object(tool, |members| {
            members.value("name", &call.name);
            match &call.argument {
                Argument::Text(text) => members.value(argument, text),
                Argument::Object(object) => members.value(argument, object.get()),
            }
        });
    });
    Ok(())
}
