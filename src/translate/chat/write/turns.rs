//! Turns → messages.
//!
//! What an assistant said in turns that follow each other is one message: a call's results must come right
//! after the message that has the call. What tools gave back is a message for each of them, and comes before
//! what the user says in the same turn: see [`results`].

use std::iter::Peekable;

use super::content::{self, PARAGRAPH};
use super::results::{self, Media};
use crate::reject::Reject;
use crate::translate::chat::flavours::{Flavour, Replay};
use crate::translate::conversation::{Argument, Call, Part, Role, Said, ToolKind, Turn, Words};
use crate::translate::losses::Losses;
use crate::wire::write::{Elements, Members};

/// Writes the messages.
pub(super) fn write(
    array: &mut Elements<'_>,
    turns: Vec<Turn<'_>>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let mut turns = turns.into_iter().peekable();
    let mut media = Media::default();
    while let Some(mut turn) = turns.next() {
        match turn.role {
            Role::System => message(array, "system", &turn, flavour, losses)?,
            Role::Developer if flavour.developer => message(array, "developer", &turn, flavour, losses)?,
            Role::Developer => message(array, "system", &turn, flavour, losses)?,
            Role::User => {
                let is_last = turns.peek().is_none_or(|next| next.role != Role::User);
                user(array, turn, is_last, &mut media, flavour, losses)?;
            }
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

/// `is_last`: somebody else speaks after this turn, or nobody.
fn user<'a>(
    array: &mut Elements<'_>,
    mut turn: Turn<'a>,
    is_last: bool,
    media: &mut Media<'a>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let (results, said): (Vec<_>, Vec<_>) =
        turn.parts.into_iter().partition(|part| matches!(part.said, Said::Result(_)));
    let says_nothing = said.is_empty() && !results.is_empty();
    for part in results {
        results::write(array, part, media, flavour, losses)?;
    }
    if says_nothing && turn.name.take().is_some() {
        losses.hint(turn.at.member("name"));
    }
    if says_nothing && (media.is_empty() || !is_last) {
        return Ok(());
    }
    turn.parts = media.take();
    turn.parts.extend(said);
    message(array, "user", &turn, flavour, losses)
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
