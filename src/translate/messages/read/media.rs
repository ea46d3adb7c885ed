//! Pictures and documents.

use serde_json::value::RawValue;

use super::{members_of, required, type_of};
use crate::reject::Reject;
use crate::translate::conversation::{File, Image, Place, Source, Words};
use crate::translate::losses::{Losses, invalid, malformed};
use crate::wire::json::{Fields, Kind, elements};

/// An `image` block.
pub(super) fn image<'a>(block: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<Image<'a>, Reject> {
    if block.set("transformations").is_some() {
        losses.hint(at.member("transformations"));
    }
    let source = required(&at.to_string(), block, "source")?;
    Ok(Image { source: read_source(source, at, losses)?, detail: None })
}

/// A `document` block.
pub(super) fn document<'a>(
    block: &Fields<'a>,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<File<'a>, Reject> {
    let source = required(&at.to_string(), block, "source")?;
    let citations = block.set("citations").and_then(|citations| Fields::of(citations).ok());
    Ok(File {
        source: read_source(source, at, losses)?,
        name: block.set("title").map(Words::from),
        context: block.set("context").map(Words::from),
        citations: citations.is_some_and(|citations| citations.read("enabled") == Some(true)),
    })
}

fn read_source<'a>(source: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Source<'a>, Reject> {
    let path = at.member("source");
    let source = members_of(&path, source)?;
    let text = |name: &str| {
        required(&path, &source, name)?;
        source.text(name).ok_or_else(|| invalid(format!("{path}.{name}"), "expected a string"))
    };
    Ok(match type_of(&path, &source)?.as_ref() {
        "base64" => Source::Base64 { media_type: text("media_type")?, data: text("data")? },
        "url" => Source::Url(required(&path, &source, "url")?.into()),
        "text" => Source::Text(required(&path, &source, "data")?.into()),
        "file" => Source::Id(required(&path, &source, "file_id")?.into()),
        "content" => Source::Text(content(required(&path, &source, "content")?, at, losses)?),
        _ => return Err(losses.part(at)),
    })
}

/// A document that is given in blocks: its texts, a line each. Pictures in it have no counterpart.
fn content<'a>(content: &'a RawValue, at: Place, losses: &Losses<'_>) -> Result<Words<'a>, Reject> {
    if Kind::of(content) == Kind::Text {
        return Ok(content.into());
    }
    let path = at.member("source.content");
    let mut texts = Vec::new();
    for block in elements(content).map_err(|error| malformed(&*path, &error))? {
        let block = members_of(&path, block)?;
        match (type_of(&path, &block)?.as_ref(), block.text("text")) {
            ("text", Some(text)) => texts.push(text),
            _ => return Err(losses.part(at)),
        }
    }
    Ok(Words::from(texts.join("\n")))
}
