//! What a message says.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::chat::flavours::Flavour;
use crate::translate::conversation::{File, Image, Part, Said, Source, Words};
use crate::translate::losses::Losses;
use crate::wire::json::Fields;
use crate::wire::write::{Elements, Members};

/// The name of a file that has none: OpenAI wants one beside its content.
const UNNAMED: &str = "document";

/// Between texts that a server takes as one.
pub(super) const PARAGRAPH: &str = "\n\n";

/// Writes `content` from parts: a string where there is one text, and a list otherwise.
pub(super) fn write(
    members: &mut Members<'_>,
    parts: &[Part<'_>],
    separator: &str,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let texts: Option<Vec<&Words<'_>>> = parts.iter().map(text_of).collect();
    let marked =
        flavour.message_extras.contains(&"cache_control") && parts.iter().any(|part| part.cache.is_some());
    match texts.as_deref() {
        Some([]) => members.value("content", ""),
        Some([text]) if !marked => members.value("content", text),
        Some(texts) if !marked && !flavour.text_lists => members.value("content", &joined(texts, separator)),
        _ => {
            return members.array("content", |array| {
                parts.iter().try_for_each(|part| write_part(array, part, flavour, losses))
            });
        }
    }
    parts.iter().for_each(|part| unmarked(part, losses));
    Ok(())
}

/// Whether a part is a text to every server.
pub(super) fn is_text(part: &Part<'_>) -> bool {
    text_of(part).is_some()
}

/// What a part reads as, where it is a text; a refusal is one to whom has no other word for it.
fn text_of<'p, 'a>(part: &'p Part<'a>) -> Option<&'p Words<'a>> {
    match &part.said {
        Said::Text(text) | Said::Refusal(text) => Some(text),
        Said::File(File { source: Source::Text(text), name: None, context: None, citations: false }) => {
            Some(text)
        }
        _ => None,
    }
}

fn joined(texts: &[&Words<'_>], separator: &str) -> String {
    let texts: Vec<_> = texts.iter().map(|text| text.text()).collect();
    texts.join(separator)
}

/// Names a mark for a cache where there is no word for it.
pub(super) fn unmarked(part: &Part<'_>, losses: &mut Losses<'_>) {
    if part.cache.is_some() {
        losses.hint(part.at.member("cache_control"));
    }
}

fn write_part(
    array: &mut Elements<'_>,
    part: &Part<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    array.object(|members| {
        match &part.said {
            Said::Text(text) | Said::Refusal(text) => write_text(members, text),
            Said::Image(image) => write_image(members, image, part, losses)?,
            Said::File(file) => write_file(members, file, part, losses)?,
            Said::Audio(audio) => {
                members.value("type", "input_audio");
                members.object("input_audio", |sound| {
                    sound.value("data", &audio.data);
                    sound.value("format", &audio.format);
                });
            }
            Said::Video(source) if flavour.message_extras.contains(&"video_url") => {
                write_video(members, source, part, losses)?;
            }
            Said::Video(_) | Said::Thought(_) | Said::Call(_) | Said::Result(_) | Said::Native(_) => {
                return Err(losses.part(part.at));
            }
        }
        match part.cache {
            Some(mark) if takes_marks(part) && flavour.message_extras.contains(&"cache_control") => {
                write_mark(members, mark, part, losses);
            }
            _ => unmarked(part, losses),
        }
        Ok(())
    })
}

/// Writes a mark for a cache. Its `scope` is of a beta that only Anthropic itself is asked for.
fn write_mark(members: &mut Members<'_>, mark: &RawValue, part: &Part<'_>, losses: &mut Losses<'_>) {
    match Fields::of(mark) {
        Ok(fields) if fields.get("scope").is_some() => {
            losses.hint(format!("{}.scope", part.at.member("cache_control")));
            members.object("cache_control", |members| {
                let others = fields.iter().filter(|(name, _)| *name != "scope");
                others.for_each(|(name, value)| members.raw(name, value));
            });
        }
        _ => members.raw("cache_control", mark),
    }
}

/// Whether a part may be marked at all: texts and pictures (<https://openrouter.ai/docs/features/prompt-caching>).
fn takes_marks(part: &Part<'_>) -> bool {
    match &part.said {
        Said::File(file) => matches!(file.source, Source::Text(_)),
        said => matches!(said, Said::Text(_) | Said::Refusal(_) | Said::Image(_)),
    }
}

fn write_text(members: &mut Members<'_>, text: &Words<'_>) {
    members.value("type", "text");
    members.value("text", text);
}

fn write_image(
    members: &mut Members<'_>,
    image: &Image<'_>,
    part: &Part<'_>,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    members.value("type", "image_url");
    members.object("image_url", |members| {
        match &image.source {
            Source::Url(url) => members.value("url", url),
            Source::Base64 { media_type, data } => members.value("url", &Source::data_url(media_type, data)),
            Source::Text(_) | Source::Id(_) => return Err(losses.part(part.at)),
        }
        members.raw_if("detail", image.detail);
        Ok(())
    })
}

fn write_video(
    members: &mut Members<'_>,
    source: &Source<'_>,
    part: &Part<'_>,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    members.value("type", "video_url");
    members.object("video_url", |members| {
        match source {
            Source::Url(url) => members.value("url", url),
            Source::Base64 { media_type, data } => members.value("url", &Source::data_url(media_type, data)),
            Source::Text(_) | Source::Id(_) => return Err(losses.part(part.at)),
        }
        Ok(())
    })
}

fn write_file(
    members: &mut Members<'_>,
    file: &File<'_>,
    part: &Part<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if file.citations {
        losses.param(&part.at.member("citations"))?;
    }
    if file.context.is_some() {
        losses.hint(part.at.member("context"));
    }
    if let Source::Text(text) = &file.source {
        if file.name.is_some() {
            losses.hint(part.at.member("title"));
        }
        write_text(members, text);
        return Ok(());
    }
    members.value("type", "file");
    members.object("file", |members| {
        match &file.source {
            Source::Id(id) => members.value("file_id", id),
            Source::Base64 { media_type, data } => {
                match &file.name {
                    Some(name) => members.value("filename", name),
                    None => members.value("filename", &unnamed(media_type)),
                }
                members.value("file_data", &Source::data_url(media_type, data));
            }
            Source::Url(_) | Source::Text(_) => return Err(losses.part(part.at)),
        }
        Ok(())
    })
}

/// `application/pdf` → `document.pdf`
fn unnamed(media_type: &str) -> String {
    let kind =
        media_type.rsplit('/').next().filter(|kind| kind.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    kind.map_or_else(|| UNNAMED.to_owned(), |kind| format!("{UNNAMED}.{kind}"))
}
