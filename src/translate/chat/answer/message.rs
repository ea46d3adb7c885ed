//! What a message says, and what a delta adds to it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::calls::Calls;
use super::fields_of;
use crate::translate::conversation::{Home, Seal, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Citation, Told};
use crate::wire::json::{Fields, Kind, elements};

/// Tells all of a message.
pub(super) fn whole<'e>(
    message: &Fields<'e>,
    choice: &Fields<'e>,
    calls: &mut Calls,
    told: &mut Vec<Told<'e>>,
) -> Result<(), Failure> {
    let blocks = list(message, "thinking_blocks")?;
    if blocks.is_empty() {
        thought(message, told);
    }
    for block in &blocks {
        told.extend(text(block, "thinking").map(Told::Thought));
        told.extend(seal(block).map(Told::Seal));
    }
    spoken(message, choice, told)?;
    message.set("tool_calls").map_or(Ok(()), |list| calls.whole(list, told))
}

/// Tells what a delta adds. A block of a thought repeats what was told: only its seal is new.
pub(super) fn delta<'e>(
    delta: &Fields<'e>,
    choice: &Fields<'e>,
    calls: &mut Calls,
    told: &mut Vec<Told<'e>>,
) -> Result<(), Failure> {
    thought(delta, told);
    told.extend(list(delta, "thinking_blocks")?.iter().filter_map(seal).map(Told::Seal));
    spoken(delta, choice, told)?;
    delta.set("tool_calls").map_or(Ok(()), |list| calls.pieces(list, told))
}

/// The text of a thought: LiteLLM's and DeepSeek's name for it, or that of OpenRouter, Groq and newer vLLMs. A
/// server that writes both repeats itself.
fn thought<'e>(message: &Fields<'e>, told: &mut Vec<Told<'e>>) {
    let text = text(message, "reasoning_content").or_else(|| text(message, "reasoning"));
    told.extend(text.map(Told::Thought));
}

fn seal<'e>(block: &Fields<'e>) -> Option<Seal<'e>> {
    let redacted = block.text("type").as_deref() == Some("redacted_thinking");
    let words = text(block, if redacted { "data" } else { "signature" })?;
    let seal = Seal::read(words, Home::Anthropic)?;
    Some(Seal { redacted: seal.redacted || (redacted && seal.home == Home::Anthropic), ..seal })
}

fn spoken<'e>(message: &Fields<'e>, choice: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
    match message.set("content") {
        Some(content) if Kind::of(content) == Kind::Array => parts(content, told)?,
        _ => told.extend(text(message, "content").map(Told::Text)),
    }
    told.extend(logprobs(choice).map(|list| Told::Logprobs(Cow::Borrowed(list))));
    told.extend(text(message, "refusal").map(Told::Refusal));
    for annotation in list(message, "annotations")? {
        told.extend(citation(&annotation).map(Told::Citation));
    }
    Ok(())
}

/// Content as a list, as Mistral's reasoning models have it: texts, and thoughts that are lists of texts.
fn parts<'e>(content: &'e RawValue, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
    for part in elements(content).map_err(|error| Failure::malformed(format!("`content`: {error}")))? {
        let part = fields_of(Some(part), "a part of the content")?;
        match part.text("type").as_deref() {
            Some("text") => told.extend(text(&part, "text").map(Told::Text)),
            Some("refusal") => told.extend(text(&part, "refusal").map(Told::Refusal)),
            Some("thinking") => {
                let thoughts = list(&part, "thinking")?;
                told.extend(thoughts.iter().filter_map(|thought| text(thought, "text")).map(Told::Thought));
            }
            _ => {}
        }
    }
    Ok(())
}

fn logprobs<'e>(choice: &Fields<'e>) -> Option<&'e RawValue> {
    let content = Fields::of(choice.set("logprobs")?).ok()?.set("content")?;
    (Kind::of(content) == Kind::Array && content.get() != "[]").then_some(content)
}

fn citation<'e>(annotation: &Fields<'e>) -> Option<Citation<'e>> {
    if annotation.text("type").as_deref() != Some("url_citation") {
        return None;
    }
    let cited = Fields::of(annotation.set("url_citation")?).ok()?;
    Some(Citation {
        url: text(&cited, "url"),
        title: text(&cited, "title"),
        // OpenRouter's.
        cited: text(&cited, "content"),
        range: cited.read("start_index").zip(cited.read("end_index")),
    })
}

/// A string that says something.
fn text<'e>(fields: &Fields<'e>, name: &str) -> Option<Words<'e>> {
    let value = fields.set(name)?;
    (Kind::of(value) == Kind::Text && value.get() != "\"\"").then_some(Words::Json(value))
}

/// The objects of a list; none where it is not there, or is none.
fn list<'e>(fields: &Fields<'e>, name: &str) -> Result<Vec<Fields<'e>>, Failure> {
    let Some(list) = fields.set(name).filter(|list| Kind::of(list) == Kind::Array) else {
        return Ok(Vec::new());
    };
    let list = elements(list).map_err(|error| Failure::malformed(format!("`{name}`: {error}")))?;
    list.into_iter().map(|each| fields_of(Some(each), name)).collect()
}
