//! What tools gave back.
//!
//! A tool's message holds texts only (<https://platform.openai.com/docs/api-reference/chat/create>). Pictures, files and
//! sounds follow in one message of the user's, after the last result of the step: before it, that message would stand
//! between calls and their results. A server that takes them in the tool's message itself gets them there.

use std::borrow::Cow;

use super::content;
use crate::reject::Reject;
use crate::translate::chat::flavours::Flavour;
use crate::translate::conversation::{Part, Said, ToolResult};
use crate::translate::losses::Losses;
use crate::wire::write::Elements;

/// What a tool's message says where all that the tool gave back follows.
const FOLLOWS: &str = "[The result follows in the next message.]";

/// What cannot stand in tools' messages, of one step: for each result the id of its call, and the parts.
#[derive(Default)]
pub(super) struct Media<'a>(Vec<(Cow<'a, str>, Vec<Part<'a>>)>);

impl<'a> Media<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All parts, in their order. Where they are of several calls, a text before them says of which.
    pub(super) fn take(&mut self) -> Vec<Part<'a>> {
        let results = std::mem::take(&mut self.0);
        let several = results.len() > 1;
        let labelled = |(id, mut parts): (Cow<'a, str>, Vec<Part<'a>>)| {
            if let Some(first) = parts.first().filter(|_| several) {
                let label = format!("[What the call {id} gave back:]");
                let said = Said::Text(label.into());
                parts.insert(0, Part { said, cache: None, at: first.at });
            }
            parts
        };
        results.into_iter().flat_map(labelled).collect()
    }
}

/// Writes a result as a message of the tool's, and takes out what is to follow it.
///
/// # Errors
/// 400 for what no message can say.
pub(super) fn write<'a>(
    array: &mut Elements<'_>,
    part: Part<'a>,
    media: &mut Media<'a>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let Part { said: Said::Result(result), cache, at } = part else { return Ok(()) };
    let ToolResult { call_id, mut parts, is_error, .. } = result;
    if let Some(other) = parts.iter().find(|part| !is_content(part)) {
        return Err(losses.part(other.at));
    }
    if is_error {
        losses.hint(at.member("is_error"));
    }
    match parts.last_mut() {
        Some(last) if last.cache.is_none() => last.cache = cache,
        _ if cache.is_some() => losses.hint(at.member("cache_control")),
        _ => {}
    }
    let stays = |part: &Part<'_>| flavour.media_in_results || content::is_text(part);
    let (mut parts, follow): (Vec<_>, Vec<_>) = parts.into_iter().partition(stays);
    if parts.is_empty() && !follow.is_empty() {
        parts.push(Part { said: Said::Text(FOLLOWS.into()), cache: None, at });
    }
    let id = flavour.call_ids.id(&call_id);
    array.object(|members| {
        members.value("role", "tool");
        members.value("tool_call_id", &id);
        content::write(members, &parts, content::PARAGRAPH, flavour, losses)
    })?;
    if !follow.is_empty() {
        media.0.push((id.text(), follow));
    }
    Ok(())
}

/// Whether a part is one that a message may hold.
fn is_content(part: &Part<'_>) -> bool {
    matches!(part.said, Said::Text(_) | Said::Image(_) | Said::File(_) | Said::Audio(_))
}
