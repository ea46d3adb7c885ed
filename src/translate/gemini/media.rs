//! Texts, pictures, documents, sounds and films as parts.
//!
//! Content that is here goes as `inlineData`. An address goes as `fileData`: Gemini reads `gs://` objects, its own
//! Files API's addresses and public `https://` ones itself
//! (<https://ai.google.dev/gemini-api/docs/file-input-methods>). The type of what is there is taken from the
//! address's extension; without one it is left to Gemini. Nothing is fetched here.

use super::contents::{Speaker, Speech};
use super::model::Model;
use crate::reject::Reject;
use crate::translate::conversation::{Audio, File, Image, Part, Place, Said, Source, Words};
use crate::translate::losses::Losses;
use crate::wire::json::text;
use crate::wire::write::Members;

/// Media types by the extensions of files, of what Gemini reads: images, documents, sounds, films.
const TYPES: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("gif", "image/gif"),
    ("pdf", "application/pdf"),
    ("json", "application/json"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("xml", "text/xml"),
    ("wav", "audio/wav"),
    ("mp3", "audio/mp3"),
    ("aiff", "audio/aiff"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpg"),
    ("mov", "video/mov"),
    ("avi", "video/avi"),
    ("webm", "video/webm"),
    ("wmv", "video/wmv"),
    ("flv", "video/x-flv"),
    ("3gp", "video/3gpp"),
];

/// Writes anything but thoughts, calls and results.
pub(super) fn write(
    speech: &mut Speech,
    speaker: Speaker,
    part: &Part<'_>,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    match &part.said {
        Said::Text(words) | Said::Refusal(words) => {
            speech.text(speaker, words);
            Ok(())
        }
        Said::Image(image) => write_image(speech, speaker, image, part.at, model, losses),
        Said::File(file) => write_file(speech, speaker, file, part.at, losses),
        Said::Audio(audio) => write_audio(speech, speaker, audio, part.at, losses),
        Said::Video(source) => {
            let content = Content::of(source, None).ok_or_else(|| losses.part(part.at))?;
            speech.part(speaker, |members| content.write(members));
            Ok(())
        }
        Said::Thought(_) | Said::Call(_) | Said::Result(_) | Said::Native(_) => Err(losses.part(part.at)),
    }
}

fn write_image(
    speech: &mut Speech,
    speaker: Speaker,
    image: &Image<'_>,
    at: Place,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let detail = image.detail.and_then(text);
    let resolution = match detail.as_deref() {
        Some("low") if model.takes_resolutions() => Some("MEDIA_RESOLUTION_LOW"),
        Some("high") if model.takes_resolutions() => Some("MEDIA_RESOLUTION_HIGH"),
        _ => {
            name_detail(image, at, losses);
            None
        }
    };
    let content = Content::of(&image.source, None).ok_or_else(|| losses.part(at))?;
    speech.part(speaker, |members| {
        content.write(members);
        if let Some(level) = resolution {
            members.object("mediaResolution", |resolution| resolution.value("level", level));
        }
    });
    Ok(())
}

/// Says that a picture's `detail` is left out.
pub(super) fn name_detail(image: &Image<'_>, at: Place, losses: &mut Losses<'_>) {
    if image.detail.is_some_and(|detail| detail.get() != "\"auto\"") {
        losses.hint(at.member("detail"));
    }
}

fn write_file(
    speech: &mut Speech,
    speaker: Speaker,
    file: &File<'_>,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if file.citations {
        losses.param(&at.member("citations"))?;
    }
    if let Some(context) = &file.context {
        speech.text(speaker, context);
    }
    let name = file.name.as_ref().map(Words::text);
    if name.is_some() {
        losses.hint(at.member("filename"));
    }
    if let Source::Text(words) = &file.source {
        speech.text(speaker, words);
        return Ok(());
    }
    let content = Content::of(&file.source, name.as_deref()).ok_or_else(|| losses.part(at))?;
    speech.part(speaker, |members| content.write(members));
    Ok(())
}

fn write_audio(
    speech: &mut Speech,
    speaker: Speaker,
    audio: &Audio<'_>,
    at: Place,
    losses: &Losses<'_>,
) -> Result<(), Reject> {
    let media_type = type_of(&audio.format.text()).filter(|known| known.starts_with("audio/"));
    let media_type = media_type.ok_or_else(|| losses.part(at))?;
    speech.part(speaker, |part| {
        part.object("inlineData", |blob| {
            blob.value("mimeType", media_type);
            blob.value("data", &audio.data);
        });
    });
    Ok(())
}

/// Writes content that is here.
pub(super) fn inline(part: &mut Members<'_>, media_type: &str, data: &str) {
    part.object("inlineData", |blob| {
        blob.value("mimeType", media_type);
        blob.value("data", data);
    });
}

/// What Gemini can read.
enum Content<'s> {
    Inline { media_type: &'s str, data: &'s str },
    Address { media_type: Option<&'static str>, uri: &'s Words<'s> },
}

impl<'s> Content<'s> {
    /// `None` for what Gemini cannot reach: another provider's file, an address without TLS.
    fn of(source: &'s Source<'_>, name: Option<&str>) -> Option<Self> {
        match source {
            Source::Base64 { media_type, data } => {
                // Clients that do not know a type say this; then the file's name knows more.
                let named = name.filter(|_| *media_type == "application/octet-stream").and_then(type_of_name);
                Some(Self::Inline { media_type: named.unwrap_or(media_type), data })
            }
            // OpenAI's files have short ids; Gemini's are addresses.
            Source::Url(uri) | Source::Id(uri) => {
                let address = uri.text();
                let is_known = address.starts_with("https://") || address.starts_with("gs://");
                let media_type = type_of_address(&address).or_else(|| name.and_then(type_of_name));
                is_known.then_some(Self::Address { media_type, uri })
            }
            Source::Text(_) => None,
        }
    }

    fn write(&self, part: &mut Members<'_>) {
        match self {
            Self::Inline { media_type, data } => inline(part, media_type, data),
            Self::Address { media_type, uri } => part.object("fileData", |file| {
                if let Some(media_type) = media_type {
                    file.value("mimeType", media_type);
                }
                file.value("fileUri", uri);
            }),
        }
    }
}

fn type_of_address(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next()?;
    type_of_name(path.rsplit('/').next()?)
}

fn type_of_name(name: &str) -> Option<&'static str> {
    type_of(name.rsplit_once('.')?.1)
}

fn type_of(extension: &str) -> Option<&'static str> {
    let row = TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    row.map(|(_, media_type)| *media_type)
}
