//! A conversation → a body of the chat completions API, in the words of the server that gets it.

mod content;
mod params;
mod results;
mod tools;
mod turns;

use super::flavours::Flavour;
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::Conversation;
use crate::translate::losses::Losses;
use crate::wire::write;

/// Writes the API's request body.
///
/// # Errors
/// 400 for what the API has no words for.
pub(in crate::translate) fn write(
    conversation: Conversation<'_>,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    let flavour = Flavour::of(target);
    let Conversation { turns, tools, mut params, stream, room: mut body } = conversation;
    write::object(&mut body, |members| {
        members.value("model", &target.model);
        members.array("messages", |array| turns::write(array, turns, flavour, losses))?;
        let offered = tools::write(members, &tools, flavour, losses)?;
        tools::write_choice(members, &mut params, offered, flavour);
        params::write(members, &mut params, flavour, losses)?;
        if stream {
            params::write_stream(members, &mut params, flavour);
        }
        Ok::<(), Reject>(())
    })?;
    losses.rest(params)?;
    Ok(body)
}
