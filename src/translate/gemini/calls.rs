//! Calls of functions and what they gave back.
//!
//! A result is a JSON object in Gemini's API. A text that holds one passes as that object; any other text becomes
//! `{"output": text}`, several become a list there, and what a tool that failed says becomes `{"error": text}`:
//! the two names that the reference gives a meaning to.

use serde_json::value::RawValue;

use super::contents::{Speaker, Speech};
use super::media;
use super::model::Model;
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Call, Image, Part, Place, Said, Source, ToolKind, ToolResult, Words,
};
use crate::translate::losses::{Losses, invalid};
use crate::wire::json::Fields;
use crate::wire::write::Members;

/// A refusal of a result without a call.
pub(super) fn unknown(at: Place) -> Reject {
    invalid(
        at.to_string(),
        "found the result of a call that no earlier turn holds. Gemini wants the function's name, which is there",
    )
}

/// Writes a call as a part of the model's.
pub(super) fn write_call(
    speech: &mut Speech,
    call: &Call<'_>,
    signature: Option<&Words<'_>>,
    at: Place,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    if call.kind == ToolKind::Custom {
        return Err(losses.part(at));
    }
    let text;
    let args = match &call.argument {
        Argument::Object(object) => object.get(),
        Argument::Text(words) => {
            text = words.text();
            if text.trim().is_empty() { "{}" } else { text.as_ref() }
        }
    };
    if let Err(error) = Fields::parse(args.as_bytes()) {
        let found = format!("Gemini takes a JSON object as a function's argument: {error}");
        return Err(invalid(at.member("arguments"), found));
    }
    speech.part(Speaker::Model, |part| {
        part.object("functionCall", |members| {
            members.value("id", &call.id);
            members.value("name", &call.name);
            members.name("args").extend_from_slice(args.as_bytes());
        });
        if let Some(signature) = signature {
            part.value("thoughtSignature", signature);
        }
    });
    Ok(())
}

/// Writes a result as a part of the user's. Media that cannot stand inside of it follow it.
pub(super) fn write_result(
    speech: &mut Speech,
    name: &Words<'_>,
    result: &ToolResult<'_>,
    at: Place,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if result.kind == ToolKind::Custom {
        return Err(losses.part(at));
    }
    let (inside, outside): (Vec<_>, Vec<_>) = result
        .parts
        .iter()
        .filter(|part| !matches!(part.said, Said::Text(_)))
        .partition(|part| model.takes_media_in_responses() && picture(part).is_some());
    speech.part(Speaker::User, |part| {
        part.object("functionResponse", |members| {
            members.value("id", &result.call_id);
            members.value("name", name);
            response(members, result);
            if !inside.is_empty() {
                members.array("parts", |parts| {
                    for (media_type, data) in inside.iter().filter_map(|part| picture(part)) {
                        parts.object(|part| media::inline(part, media_type, data));
                    }
                });
            }
        });
    });
    for part in &result.parts {
        if part.cache.is_some() {
            losses.hint(part.at.member("cache_control"));
        }
    }
    for part in inside {
        if let Said::Image(image) = &part.said {
            media::name_detail(image, part.at, losses);
        }
    }
    outside.into_iter().try_for_each(|part| media::write(speech, Speaker::User, part, model, losses))
}

/// A picture that is here; others cannot stand inside of a response.
fn picture<'p>(part: &'p Part<'_>) -> Option<(&'p str, &'p str)> {
    match &part.said {
        Said::Image(Image { source: Source::Base64 { media_type, data }, .. }) => Some((media_type, data)),
        _ => None,
    }
}

fn response(members: &mut Members<'_>, result: &ToolResult<'_>) {
    let texts: Vec<&Words<'_>> = result
        .parts
        .iter()
        .filter_map(|part| if let Said::Text(words) = &part.said { Some(words) } else { None })
        .collect();
    let name = if result.is_error { "error" } else { "output" };
    match texts.as_slice() {
        [words] if !result.is_error && is_object(words) => {
            members.name("response").extend_from_slice(words.text().trim().as_bytes());
        }
        [words] => members.object("response", |response| response.value(name, words)),
        [] => members.object("response", |response| response.value(name, "")),
        texts => members.object("response", |response| response.value(name, texts)),
    }
}

/// Whether a text is a JSON object, with each name once.
fn is_object(words: &Words<'_>) -> bool {
    let text = words.text();
    text.trim_start().starts_with('{')
        && serde_json::from_str::<&RawValue>(&text).is_ok()
        && Fields::parse(text.as_bytes()).is_ok()
}
