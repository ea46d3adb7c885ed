//! Parts of a message's content.

use serde_json::value::RawValue;

use super::unexpressed::{fields as members_of, invalid, malformed, required, unsupported};
use crate::reject::Reject;
use crate::wire::json::{Fields, Kind, elements, text};
use crate::wire::write::{self, Elements, Members};

/// Whose words the parts are: Responses name what goes in and what came out differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Writes content: a string as it is, an array part by part.
pub(super) fn write(out: &mut Vec<u8>, content: &RawValue, side: Side, path: &str) -> Result<(), Reject> {
    match Kind::of(content) {
        Kind::Text => out.extend_from_slice(content.get().as_bytes()),
        Kind::Array => write::array(out, |array| write_parts(array, content, side, path))?,
        other => return Err(invalid(path, format!("expected a string or an array, found {}", other.name()))),
    }
    Ok(())
}

/// Writes each part of an array; a string is one part of text.
pub(super) fn write_parts(
    array: &mut Elements<'_>,
    content: &RawValue,
    side: Side,
    path: &str,
) -> Result<(), Reject> {
    if Kind::of(content) == Kind::Text {
        array.object(|members| {
            members.value("type", text_type(side));
            members.raw("text", content);
        });
        return Ok(());
    }
    let parts = elements(content).map_err(|error| malformed(path, &error))?;
    for (index, part) in parts.into_iter().enumerate() {
        array.object(|members| write_part(members, part, side, &format!("{path}[{index}]")))?;
    }
    Ok(())
}

fn text_type(side: Side) -> &'static str {
    match side {
        Side::Input => "input_text",
        Side::Output => "output_text",
    }
}

fn write_part(members: &mut Members<'_>, part: &RawValue, side: Side, path: &str) -> Result<(), Reject> {
    let part = members_of(path, part)?;
    match (text(required(path, &part, "type")?).as_deref(), side) {
        (Some("text"), side) => {
            members.value("type", text_type(side));
            members.raw("text", required(path, &part, "text")?);
        }
        (Some("refusal"), Side::Output) => {
            members.value("type", "refusal");
            members.raw("refusal", required(path, &part, "refusal")?);
        }
        (Some("image_url"), Side::Input) => image(members, &part, path)?,
        (Some("file"), Side::Input) => file(members, &part, path)?,
        // `input_audio` above all: Responses take no sound.
        _ => return Err(unsupported(&format!("{path}.type"))),
    }
    members.raw_if("prompt_cache_breakpoint", part.set("prompt_cache_breakpoint"));
    Ok(())
}

fn image(members: &mut Members<'_>, part: &Fields<'_>, path: &str) -> Result<(), Reject> {
    let image = members_of(path, required(path, part, "image_url")?)?;
    members.value("type", "input_image");
    members.raw("image_url", required(path, &image, "url")?);
    match image.set("detail") {
        Some(detail) => members.raw("detail", detail),
        None => members.value("detail", "auto"),
    }
    Ok(())
}

fn file(members: &mut Members<'_>, part: &Fields<'_>, path: &str) -> Result<(), Reject> {
    let file = members_of(path, required(path, part, "file")?)?;
    members.value("type", "input_file");
    for name in ["file_id", "filename", "file_data"] {
        members.raw_if(name, file.set(name));
    }
    Ok(())
}
