//! Parts of a message's content.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::object::{At, Object};
use super::thoughts;
use crate::reject::Reject;
use crate::translate::conversation::{Audio, File, Image, Part, Place, Said, Source, Words};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::Api;
use crate::wire::json::{Kind, elements, text};

/// Whose words the parts are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The client's: texts, pictures, files, sound.
    Asked,
    /// The model's: texts and refusals.
    Answered,
}

/// OpenAI's explicit breakpoint in the words of the conversation, which are Anthropic's.
const BREAKPOINT: &str = r#"{"type":"ephemeral"}"#;

/// Reads content: a string, or an array of parts.
pub(super) fn read<'a>(
    content: &'a RawValue,
    side: Side,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<Vec<Part<'a>>, Reject> {
    match Kind::of(content) {
        Kind::Text => Ok(vec![Part { said: Said::Text(Words::Json(content)), cache: None, at }]),
        Kind::Array => {
            let parts = elements(content).map_err(|error| malformed(at.member("content"), &error))?;
            let places = (0..).map(|index| at.inside("content", index));
            let read = parts.into_iter().zip(places).map(|(part, at)| read_part(part, side, at, losses));
            read.filter_map(Result::transpose).collect()
        }
        other => {
            let found = format!("expected a string or an array, found {}", other.name());
            Err(invalid(at.member("content"), found))
        }
    }
}

/// `None` for what says nothing elsewhere: which documents of Mistral's an answer refers to
/// (`ReferenceChunk` in <https://docs.mistral.ai/api/endpoint/chat>).
fn read_part<'a>(
    part: &'a RawValue,
    side: Side,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<Option<Part<'a>>, Reject> {
    let part = Object::of(part, At::Place(at))?;
    let kind = part.words("type")?.text();
    let said = match (kind.as_ref(), side) {
        ("reference", Side::Answered) => {
            losses.hint(at.to_string());
            return Ok(None);
        }
        ("thinking", Side::Answered) => Said::Thought(thoughts::of_part(&part)?),
        ("text", _) => Said::Text(part.words("text")?),
        ("refusal", Side::Answered) => Said::Refusal(part.words("refusal")?),
        ("image_url", Side::Asked) => Said::Image(image(&part)?),
        ("file", Side::Asked) => Said::File(file(&part)?),
        ("input_audio", Side::Asked) => Said::Audio(audio(&part)?),
        ("video_url", Side::Asked) => Said::Video(video(&part)?),
        ("document_url", Side::Asked) => Said::File(document(&part)?),
        _ => return Err(losses.refusal(&part.path("type"))),
    };
    part.others(
        &["type", &kind, "cache_control", "closed", "document_name", "prompt_cache_breakpoint"],
        losses,
    );
    // OpenAI's own mark goes to its other API as it is, and elsewhere as what it is there.
    let own = part.set("prompt_cache_breakpoint").filter(|_| losses.api == Api::Responses);
    let elsewhere = part.object_if("prompt_cache_breakpoint")?.filter(|_| own.is_none());
    if elsewhere.is_some_and(|breakpoint| breakpoint.set("ttl").is_some()) {
        // OpenAI's lifetimes are nobody else's.
        losses.hint(part.path("prompt_cache_breakpoint.ttl"));
    }
    Ok(Some(Part { said, cache: own.or_else(|| mark(&part)), at }))
}

/// The mark that the prompt up to here is to be cached.
pub(super) fn mark<'a>(object: &Object<'a, '_>) -> Option<&'a RawValue> {
    let breakpoint = || {
        object.set("prompt_cache_breakpoint")?;
        serde_json::from_str(BREAKPOINT).ok()
    };
    object.set("cache_control").or_else(breakpoint)
}

/// LiteLLM's clients write the address without an object around it, too.
fn image<'a>(part: &Object<'a, '_>) -> Result<Image<'a>, Reject> {
    let written = part.required("image_url")?;
    if Kind::of(written) == Kind::Text {
        return Ok(Image { source: Source::of_url(written), detail: None });
    }
    let image = part.object("image_url")?;
    image.words("url")?;
    Ok(Image { source: Source::of_url(image.required("url")?), detail: image.set("detail") })
}

fn file<'a>(part: &Object<'a, '_>) -> Result<File<'a>, Reject> {
    let file = part.object("file")?;
    let name = file.words_if("filename")?;
    let source = match (file.words_if("file_id")?, file.set("file_data")) {
        (Some(id), _) => Source::Id(id),
        (None, Some(data)) => {
            file.words("file_data")?;
            content_of(data, name.as_ref())
        }
        (None, None) => return Err(missing(file.path("file_data"))),
    };
    Ok(File { source, name, context: None, citations: false })
}

fn video<'a>(part: &Object<'a, '_>) -> Result<Source<'a>, Reject> {
    let video = part.object("video_url")?;
    video.words("url")?;
    Ok(Source::of_url(video.required("url")?))
}

/// A document as Mistral has it.
fn document<'a>(part: &Object<'a, '_>) -> Result<File<'a>, Reject> {
    part.words("document_url")?;
    let source = Source::of_url(part.required("document_url")?);
    Ok(File { source, name: part.words_if("document_name")?, context: None, citations: false })
}

/// A file's content: a data URL, or base64 whose type is told by the file's name.
fn content_of<'a>(data: &'a RawValue, name: Option<&Words<'a>>) -> Source<'a> {
    match Source::of_url(data) {
        Source::Url(_) => {
            let name = name.map(Words::text).unwrap_or_default();
            let media_type = if name.ends_with(".txt") { "text/plain" } else { "application/pdf" };
            Source::Base64 { media_type: Cow::Borrowed(media_type), data: text(data).unwrap_or_default() }
        }
        content => content,
    }
}

fn audio<'a>(part: &Object<'a, '_>) -> Result<Audio<'a>, Reject> {
    let audio = part.object("input_audio")?;
    Ok(Audio { data: audio.words("data")?, format: audio.words("format")? })
}
