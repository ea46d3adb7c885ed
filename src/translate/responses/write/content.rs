//! Parts of a message's content, or of a tool's output.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::{File, Image, Part, Said, Source};
use crate::translate::losses::Losses;
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};

/// Whose words the parts are: Responses name what goes in and what came out differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Writes content: one text alone as a string, anything else part by part.
pub(super) fn write(
    out: &mut Vec<u8>,
    parts: &[&Part<'_>],
    side: Side,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    match parts {
        [] => write::value(out, ""),
        [Part { said: Said::Text(text), cache: None, .. }] => write::value(out, text),
        parts => write::array(out, |array| {
            parts.iter().try_for_each(|part| array.object(|members| write_part(members, part, side, losses)))
        })?,
    }
    Ok(())
}

/// Whether a cache mark is OpenAI's `prompt_cache_breakpoint`. Anthropic's does not become one: only the newest
/// models take it, and OpenAI's others cache by themselves.
pub(super) fn is_breakpoint(cache: &RawValue) -> bool {
    Fields::of(cache).is_ok_and(|mark| mark.text("type").as_deref() != Some("ephemeral"))
}

fn write_part(
    members: &mut Members<'_>,
    part: &Part<'_>,
    side: Side,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    match (&part.said, side) {
        (Said::Text(text), side) => {
            members.value("type", if side == Side::Input { "input_text" } else { "output_text" });
            members.value("text", text);
        }
        (Said::Refusal(refusal), Side::Output) => {
            members.value("type", "refusal");
            members.value("refusal", refusal);
        }
        (Said::Image(picture), Side::Input) => image(members, picture, part, losses)?,
        (Said::File(document), Side::Input) => file(members, document, part, losses)?,
        // Sound above all: Responses take none.
        _ => return Err(losses.part(part.at)),
    }
    members.raw_if("prompt_cache_breakpoint", part.cache.filter(|cache| is_breakpoint(cache)));
    Ok(())
}

fn image(
    members: &mut Members<'_>,
    image: &Image<'_>,
    part: &Part<'_>,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    members.value("type", "input_image");
    match &image.source {
        Source::Url(url) => members.value("image_url", url),
        Source::Base64 { media_type, data } => {
            members.value("image_url", &Source::data_url(media_type, data));
        }
        Source::Id(id) => members.value("file_id", id),
        Source::Text(_) => return Err(losses.part(part.at)),
    }
    match image.detail {
        Some(detail) => members.raw("detail", detail),
        None => members.value("detail", "auto"),
    }
    Ok(())
}

fn file(
    members: &mut Members<'_>,
    file: &File<'_>,
    part: &Part<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if file.context.is_some() {
        losses.hint(part.at.member("context"));
    }
    if file.citations {
        losses.param(&part.at.member("citations"))?;
    }
    if let Source::Text(text) = &file.source {
        // A document that is text is what it says.
        if file.name.is_some() {
            losses.hint(part.at.member("title"));
        }
        members.value("type", "input_text");
        members.value("text", text);
        return Ok(());
    }
    members.value("type", "input_file");
    if let Source::Id(id) = &file.source {
        members.value("file_id", id);
    }
    match (&file.name, &file.source) {
        (Some(name), _) => members.value("filename", name),
        // The API tells the type of a file by its name, and wants one.
        (None, Source::Base64 { media_type, .. }) => members.value("filename", &named(media_type)),
        (None, _) => {}
    }
    match &file.source {
        Source::Base64 { media_type, data } => {
            members.value("file_data", &Source::data_url(media_type, data));
        }
        Source::Url(url) => members.value("file_url", url),
        Source::Id(_) | Source::Text(_) => {}
    }
    Ok(())
}

/// `application/pdf` → `document.pdf`
fn named(media_type: &str) -> String {
    let kind = media_type.split('/').nth(1).unwrap_or_default();
    let plain = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    format!("document.{}", if plain && kind != "plain" { kind } else { "txt" })
}
