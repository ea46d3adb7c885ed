//! What the model thought in an earlier turn, as a client brings it back.
//!
//! Chat completions define no field for it. LiteLLM's clients keep `thinking_blocks` (whole, with their
//! seals) beside `reasoning_content` (their text); servers of open models have the text only, as
//! `reasoning_content` or `reasoning`, and Mistral has it among the parts of the content.

use serde_json::value::RawValue;

use super::object::{At, Object};
use crate::reject::Reject;
use crate::translate::conversation::{Home, Part, Place, Said, Seal, Thought, Words};
use crate::translate::losses::{Losses, malformed};
use crate::wire::json::{Fields, Kind, elements};

/// Reads the thoughts of an assistant's message.
pub(super) fn read<'a>(
    message: &Object<'a, '_>,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<Vec<Part<'a>>, Reject> {
    let blocks = message.list("thinking_blocks")?;
    if !blocks.is_empty() {
        let places = (0..).map(|index| at.inside("thinking_blocks", index));
        let parts = blocks.into_iter().zip(places).map(|(block, at)| of_block(block, at, losses));
        return Ok(parts.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
    }
    let (member, text) = match message.words_if("reasoning_content")? {
        Some(text) => ("reasoning_content", Some(text)),
        None => ("reasoning", message.words_if("reasoning")?),
    };
    let text = text.filter(|text| !text.is_empty());
    Ok(text.into_iter().map(|text| part(Some(text), None, at.within(member))).collect())
}

/// A part of what was said, as Mistral's reasoning models have it: a list of texts.
pub(super) fn of_part<'a>(part: &Object<'a, '_>) -> Result<Thought<'a>, Reject> {
    let written = part.required("thinking")?;
    if Kind::of(written) == Kind::Text {
        return Ok(Thought { text: Some(Words::Json(written)), seal: None });
    }
    let unreadable = |error| malformed(part.path("thinking"), &error);
    let mut text = String::new();
    for piece in elements(written).map_err(unreadable)? {
        text.push_str(&Fields::of(piece).map_err(unreadable)?.text("text").unwrap_or_default());
    }
    Ok(Thought { text: (!text.is_empty()).then(|| Words::from(text)), seal: None })
}

fn of_block<'a>(block: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Option<Part<'a>>, Reject> {
    let block = Object::of(block, At::Place(at))?;
    let redacted = match block.words("type")?.text().as_ref() {
        "thinking" => false,
        "redacted_thinking" => true,
        _ => return Err(losses.refusal(&block.path("type"))),
    };
    let (text, data) = if redacted {
        (None, block.words_if("data")?)
    } else {
        (block.words_if("thinking")?.filter(|text| !text.is_empty()), block.words_if("signature")?)
    };
    let data = data.filter(|data| !data.is_empty());
    let had_seal = data.is_some();
    let seal = data
        .and_then(|data| Seal::read(data, Home::Anthropic))
        .map(|seal| Seal { redacted: seal.redacted || (redacted && seal.home == Home::Anthropic), ..seal });
    if had_seal && seal.is_none() {
        losses.hint(at.to_string());
    }
    Ok((text.is_some() || seal.is_some()).then(|| part(text, seal, at)))
}

fn part<'a>(text: Option<Words<'a>>, seal: Option<Seal<'a>>, at: Place) -> Part<'a> {
    Part { said: Said::Thought(Thought { text, seal }), cache: None, at }
}

/// Puts thoughts among what was said, and before the calls that came with it.
///
/// A message does not tell what each thought stood before. They come first; but Gemini seals what follows the
/// seal, and wants the seals of calls back on these calls: its last ones go each before one of them.
pub(super) fn place<'a>(
    thoughts: Vec<Part<'a>>,
    spoken: Vec<Part<'a>>,
    calls: Vec<Part<'a>>,
) -> Vec<Part<'a>> {
    let (of_gemini, mut parts): (Vec<_>, Vec<_>) = thoughts.into_iter().partition(is_bare_seal_of_gemini);
    let before_text = of_gemini.len().saturating_sub(calls.len());
    let mut seals = of_gemini.into_iter();
    parts.extend(seals.by_ref().take(before_text));
    parts.extend(spoken);
    for call in calls {
        parts.extend(seals.next());
        parts.push(call);
    }
    parts
}

fn is_bare_seal_of_gemini(part: &Part<'_>) -> bool {
    matches!(&part.said, Said::Thought(Thought { seal: Some(seal), text: None }) if seal.home == Home::Gemini)
}
