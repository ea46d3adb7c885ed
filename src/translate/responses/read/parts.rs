//! Parts of a message's content or of a tool's output.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{members_of, optional, required};
use crate::reject::Reject;
use crate::translate::conversation::{Audio, File, Image, Part, Place, Said, Source, Words};
use crate::translate::losses::{Losses, malformed, missing};
use crate::wire::json::{Fields, Kind, elements};

/// Reads content: a string is one part of text.
pub(super) fn content<'a>(
    content: &'a RawValue,
    list: &'static str,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<Vec<Part<'a>>, Reject> {
    if Kind::of(content) == Kind::Text {
        return Ok(vec![Part { said: Said::Text(Words::Json(content)), cache: None, at }]);
    }
    let parts = elements(content).map_err(|error| malformed(at.member(list), &error))?;
    parts.into_iter().enumerate().map(|(index, part)| read(part, at.inside(list, index), losses)).collect()
}

fn read<'a>(part: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Part<'a>, Reject> {
    let fields = members_of(part, at)?;
    let said = match required(&fields, "type", at)?.text().as_ref() {
        // The annotations and log probabilities of an earlier answer's text are notes about it.
        "input_text" | "output_text" | "text" => Said::Text(required(&fields, "text", at)?),
        "refusal" => Said::Refusal(required(&fields, "refusal", at)?),
        "input_image" => Said::Image(Image { source: image(&fields, at)?, detail: fields.set("detail") }),
        "input_file" => Said::File(file(&fields, at, losses)?),
        "input_audio" => Said::Audio(audio(&fields, at)?),
        _ => return Err(losses.part(at)),
    };
    let breakpoint = fields.set("prompt_cache_breakpoint");
    if breakpoint.is_some_and(has_lifetime) {
        losses.hint(at.member("prompt_cache_breakpoint.ttl"));
    }
    Ok(Part { said, cache: breakpoint.and_then(|_| ephemeral()), at })
}

fn image<'a>(fields: &Fields<'a>, at: Place) -> Result<Source<'a>, Reject> {
    match (fields.set("image_url"), optional(fields, "file_id", at)?) {
        (Some(url), _) => {
            super::string(url, &at.member("image_url"))?;
            Ok(Source::of_url(url))
        }
        (None, Some(id)) => Ok(Source::Id(id)),
        (None, None) => Err(missing(at.member("image_url"))),
    }
}

fn file<'a>(fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<File<'a>, Reject> {
    let name = optional(fields, "filename", at)?;
    let of = |member| optional(fields, member, at);
    let source = match (of("file_data")?, of("file_url")?, of("file_id")?) {
        (Some(data), _, _) => content_of(&data),
        (None, Some(url), _) => Source::Url(url),
        (None, None, Some(id)) => Source::Id(id),
        (None, None, None) => return Err(missing(at.member("file_data"))),
    };
    if fields.set("detail").is_some() {
        losses.hint(at.member("detail"));
    }
    Ok(File { source, name, context: None, citations: false })
}

/// `file_data`: a data URL, or base64 alone, which is a PDF: Responses took no other files without a type.
fn content_of<'a>(data: &Words<'a>) -> Source<'a> {
    match data {
        Words::Json(raw) => match Source::of_url(raw) {
            Source::Url(words) => {
                Source::Base64 { media_type: Cow::Borrowed("application/pdf"), data: words.text() }
            }
            source => source,
        },
        Words::Plain(text) => {
            Source::Base64 { media_type: Cow::Borrowed("application/pdf"), data: text.clone() }
        }
    }
}

fn audio<'a>(fields: &Fields<'a>, at: Place) -> Result<Audio<'a>, Reject> {
    let audio = fields.set("input_audio").ok_or_else(|| missing(at.member("input_audio")))?;
    let audio = members_of(audio, at)?;
    Ok(Audio { data: required(&audio, "data", at)?, format: required(&audio, "format", at)? })
}

/// Whether a breakpoint says how long it lives: OpenAI's lifetimes are nobody else's.
fn has_lifetime(breakpoint: &RawValue) -> bool {
    Fields::of(breakpoint).is_ok_and(|breakpoint| breakpoint.set("ttl").is_some())
}

/// The mark of a cached prompt in the words of a conversation, which are Anthropic's.
fn ephemeral() -> Option<&'static RawValue> {
    serde_json::from_str(r#"{"type":"ephemeral"}"#).ok()
}
