//! A conversation → a Responses body.
//!
//! What the client said keeps its meaning, or the client is told:
//!
//! * every message stays an input item in its place, those of the system too. `instructions` would hold one
//!   string: the order, the roles and the parts of several such messages would be lost;
//! * `store` is sent as `false` unless the client set it, because neither chat completions nor Messages store
//!   anything by default, and Responses do. Reasoning that is not stored must travel with the conversation:
//!   where it is asked for, its sealed form is asked for too (`include`), and comes back in a `reasoning` item;
//! * a function tool's `strict` is sent as `false` unless the client set it: Responses would take it for `true`;
//! * parts of the conversation itself (sound above all) are never dropped: without them it would be another
//!   conversation.

mod content;
mod input;
mod params;
mod reasoning;
mod tools;

use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::{Conversation, Home, Part, Said, Turn};
use crate::translate::losses::Losses;
use crate::wire::write;

/// Builds the body: model, conversation, tools, parameters, stream.
///
/// # Errors
/// 400 for what Responses cannot express, unless it may be dropped.
pub(in crate::translate) fn write(
    conversation: Conversation<'_>,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    let Conversation { turns, tools, mut params, stream, room: mut body } = conversation;
    let sealed = turns.iter().flat_map(|turn: &Turn<'_>| &turn.parts).any(is_sealed);
    write::object(&mut body, |members| {
        members.value("model", &target.model);
        members.array("input", |items| input::write(items, &turns, losses))?;
        tools::write(members, &tools, &mut params, losses)?;
        params::write(members, &mut params, sealed, losses)?;
        if stream {
            members.value("stream", &true);
        }
        params::stream_options(members, &mut params, stream);
        losses.rest(params)
    })?;
    Ok(body)
}

/// Whether a part is reasoning that OpenAI can open.
fn is_sealed(part: &Part<'_>) -> bool {
    let Said::Thought(thought) = &part.said else { return false };
    thought.seal.as_ref().is_some_and(|seal| seal.home == Home::OpenAi)
}
