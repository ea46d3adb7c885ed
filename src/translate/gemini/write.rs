//! A conversation → the body of generateContent.

use super::model::Model;
use super::{config, contents, tools};
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::Conversation;
use crate::translate::losses::Losses;
use crate::wire::write;

/// Writes the API's request body. The model and whether to stream are said in the path, not in the body.
///
/// # Errors
/// 400 for what Gemini has no words for.
pub(in crate::translate) fn write(
    conversation: Conversation<'_>,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    let Conversation { turns, tools, mut params, stream: _, room } = conversation;
    let model = Model::of(&target.model);
    let written = contents::write(&turns, room, model, losses)?;
    let mut body = Vec::with_capacity(written.length());
    write::object(&mut body, |members| {
        if !written.system.is_empty() {
            members.object("systemInstruction", |system| {
                let parts = system.name("parts");
                parts.push(b'[');
                parts.extend_from_slice(&written.system);
                parts.push(b']');
            });
        }
        members.name("contents").extend_from_slice(&written.contents);
        tools::one_by_one(&tools, &mut params, losses);
        tools::write(members, &tools, params.choice.take(), (target.provider, model), losses)?;
        config::write(members, &mut params, model, losses)?;
        config::write_tier(members, &mut params);
        losses.rest(params)
    })?;
    Ok(body)
}
