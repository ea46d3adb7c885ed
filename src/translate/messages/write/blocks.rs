//! Parts → content blocks.

use super::{ids, media, said};
use crate::reject::Reject;
use crate::translate::conversation::{Argument, Call, Part, Said, Thought, ToolResult, Words};
use crate::translate::losses::{Losses, invalid};
use crate::wire::json::Fields;
use crate::wire::write::{Elements, Members};

/// Writes each part.
pub(super) fn write(
    array: &mut Elements<'_>,
    parts: &[Part<'_>],
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    parts.iter().try_for_each(|part| match &part.said {
        // With its marks, as it was written.
        Said::Native(native) => {
            array.raw(native.raw);
            Ok(())
        }
        _ => array.object(|members| block(members, part, losses)),
    })
}

fn block(members: &mut Members<'_>, part: &Part<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    match &part.said {
        // The API has no other word for why the assistant declined.
        Said::Text(words) | Said::Refusal(words) => {
            members.value("type", "text");
            members.value("text", words);
        }
        Said::Image(image) => media::image(members, image, part, losses)?,
        Said::File(file) => media::document(members, file, part, losses)?,
        Said::Thought(thought) => {
            if part.cache.is_some() {
                losses.hint(part.at.member("cache_control"));
            }
            self::thought(members, thought);
            return Ok(());
        }
        Said::Call(call) => self::call(members, call, part)?,
        Said::Result(result) => self::result(members, result, part, losses)?,
        Said::Audio(_) | Said::Video(_) | Said::Native(_) => return Err(losses.part(part.at)),
    }
    members.raw_if("cache_control", part.cache);
    Ok(())
}

fn thought(members: &mut Members<'_>, thought: &Thought<'_>) {
    let data = thought.seal.as_ref().map(|seal| &seal.data);
    if thought.seal.as_ref().is_some_and(|seal| seal.redacted) {
        members.value("type", "redacted_thinking");
        members.value("data", &data);
        return;
    }
    members.value("type", "thinking");
    members.value("thinking", thought.text.as_ref().unwrap_or(&Words::from("")));
    members.value("signature", &data);
}

fn call(members: &mut Members<'_>, call: &Call<'_>, part: &Part<'_>) -> Result<(), Reject> {
    members.value("type", "tool_use");
    members.value("id", &ids::id(&call.id));
    members.value("name", &call.name);
    match &call.argument {
        Argument::Object(object) => members.raw("input", object),
        Argument::Text(words) => {
            let text = words.text();
            let text = text.trim();
            if text.is_empty() {
                members.object("input", |_| ());
                return Ok(());
            }
            // What the model wrote must be an object; as text it passes as it is.
            Fields::parse(text.as_bytes()).map_err(|error| {
                let found = format!("the arguments of the call are no JSON object: {error}");
                invalid(part.at.to_string(), found)
            })?;
            members.name("input").extend_from_slice(text.as_bytes());
        }
    }
    Ok(())
}

fn result(
    members: &mut Members<'_>,
    result: &ToolResult<'_>,
    part: &Part<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    members.value("type", "tool_result");
    members.value("tool_use_id", &ids::id(&result.call_id));
    let says = |part: &&Part<'_>| !matches!(&part.said, Said::Text(words) if !said::says_something(words));
    if result.parts.iter().any(|part| says(&part)) {
        members.array("content", |array| {
            result.parts.iter().filter(says).try_for_each(|inner| match &inner.said {
                Said::Text(_) | Said::Image(_) | Said::File(_) | Said::Native(_) => {
                    write(array, std::slice::from_ref(inner), losses)
                }
                _ => Err(losses.part(part.at)),
            })
        })?;
    }
    if result.is_error {
        members.value("is_error", &true);
    }
    Ok(())
}
