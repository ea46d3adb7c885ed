//! Pictures and documents.

use crate::base64::{self, Alphabet};
use crate::reject::Reject;
use crate::translate::conversation::{File, Image, Part, Source, Words};
use crate::translate::losses::{Losses, invalid};
use crate::wire::write::Members;

/// What pictures may be: <https://platform.claude.com/docs/en/build-with-claude/vision>.
const PICTURES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];

/// Writes the members of an `image` block.
pub(super) fn image(
    members: &mut Members<'_>,
    image: &Image<'_>,
    part: &Part<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if image.detail.is_some_and(|detail| detail.get() != "\"auto\"") {
        losses.hint(part.at.member("detail"));
    }
    members.value("type", "image");
    members.object("source", |source| match &image.source {
        Source::Base64 { media_type, data } => {
            // A common misspelling, which other makers let pass.
            let media_type = if media_type == "image/jpg" { "image/jpeg" } else { media_type };
            if !PICTURES.contains(&media_type) {
                return Err(losses.part(part.at));
            }
            source.value("type", "base64");
            source.value("media_type", media_type);
            source.value("data", data);
            Ok(())
        }
        Source::Url(url) => linked(source, "url", "url", url),
        Source::Id(id) => linked(source, "file", "file_id", id),
        Source::Text(_) => Err(losses.part(part.at)),
    })
}

/// What stands elsewhere, by its address or its id.
fn linked(
    source: &mut Members<'_>,
    kind: &str,
    member: &'static str,
    value: &Words<'_>,
) -> Result<(), Reject> {
    source.value("type", kind);
    source.value(member, value);
    Ok(())
}

/// Writes the members of a `document` block: a PDF, or text.
pub(super) fn document(
    members: &mut Members<'_>,
    file: &File<'_>,
    part: &Part<'_>,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    members.value("type", "document");
    members.object("source", |source| match &file.source {
        Source::Base64 { media_type, data } if media_type == "application/pdf" => {
            source.value("type", "base64");
            source.value("media_type", "application/pdf");
            source.value("data", data);
            Ok(())
        }
        Source::Base64 { media_type, data } if media_type.starts_with("text/") => {
            let text =
                base64::decode(Alphabet::Standard, data).and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or_else(|| invalid(part.at.to_string(), "expected UTF-8 in base64"))?;
            write_text(source, &text);
            Ok(())
        }
        Source::Text(text) => {
            write_text(source, text);
            Ok(())
        }
        Source::Url(url) => linked(source, "url", "url", url),
        Source::Id(id) => linked(source, "file", "file_id", id),
        Source::Base64 { .. } => Err(losses.part(part.at)),
    })?;
    if let Some(name) = &file.name {
        members.value("title", name);
    }
    if let Some(context) = &file.context {
        members.value("context", context);
    }
    if file.citations {
        members.object("citations", |citations| citations.value("enabled", &true));
    }
    Ok(())
}

fn write_text(source: &mut Members<'_>, text: &(impl serde::Serialize + ?Sized)) {
    source.value("type", "text");
    source.value("media_type", "text/plain");
    source.value("data", text);
}
