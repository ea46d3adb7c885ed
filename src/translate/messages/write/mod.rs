//! A conversation → a Messages body.
//!
//! What the API wants and a conversation need not have: an answer's bound (`max_tokens`), turns that alternate,
//! results before anything else in the turn that follows their calls, no empty text. What the models take
//! differs: see [`Model`].

mod arrange;
mod blocks;
mod ids;
mod media;
mod params;
mod said;
mod schema;
mod thinking;
mod tools;

use super::model::Model;
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::{Conversation, Turn};
use crate::translate::losses::{Losses, invalid};
use crate::wire::write;

/// Writes the API's request body.
pub(in crate::translate) fn write(
    conversation: Conversation<'_>,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    let Conversation { turns, tools, mut params, stream, room: mut body } = conversation;
    let model = Model::named(&target.model);
    let of_chat = |turn: &Turn<'_>| turn.at.to_string().starts_with("messages");
    let list = if turns.first().is_none_or(of_chat) { "messages" } else { "input" };
    let script = arrange::arrange(said::cleaned(turns, losses)?, model, losses);
    if script.messages.is_empty() {
        return Err(invalid(
            list,
            "only the system speaks; Anthropic's Messages API, which serves this model, needs a message of the \
             user's",
        ));
    }
    write::object(&mut body, |members| {
        members.value("model", &target.model);
        let tools = tools::Plan::of(&tools, &mut params, model, losses)?;
        let thinking = thinking::Plan::of(&mut params, model, &script, &tools, losses)?;
        params::write_max_tokens(members, &mut params, target, thinking.budget(), losses);
        if !script.system.is_empty() {
            members.array("system", |array| blocks::write(array, &script.system, losses))?;
        }
        members.array("messages", |array| {
            script.messages.iter().try_for_each(|message| {
                array.object(|members| {
                    members.value("role", message.speaker.role());
                    members.array("content", |array| blocks::write(array, &message.parts, losses))
                })
            })
        })?;
        tools.write(members, losses)?;
        params::write_output_config(members, &mut params, thinking.effort, losses)?;
        thinking.write(members);
        params::write(members, &mut params, model, &thinking, losses)?;
        if stream {
            members.value("stream", &true);
        }
        Ok::<(), Reject>(())
    })?;
    losses.rest(params)?;
    Ok(body)
}
