//! Content blocks → parts.

use serde_json::value::RawValue;

use super::{media, members_of, required, type_of};
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Call, Home, Native, Part, Place, Said, Seal, Thought, ToolKind, ToolResult, Words,
};
use crate::translate::losses::{Losses, invalid, malformed};
use crate::wire::json::{Fields, Kind, elements};

/// A block. What only Anthropic has words for stays as it was written.
pub(super) fn block<'a>(raw: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Part<'a>, Reject> {
    let path = at.to_string();
    let block = members_of(&path, raw)?;
    let words = |name: &str| required(&path, &block, name).map(Words::from);
    let said = match type_of(&path, &block)?.as_ref() {
        "text" => {
            if block.set("citations").is_some_and(|citations| citations.get() != "[]") {
                losses.hint(at.member("citations"));
            }
            Said::Text(words("text")?)
        }
        "image" => Said::Image(media::image(&block, at, losses)?),
        "document" => Said::File(media::document(&block, at, losses)?),
        "thinking" => Said::Thought(Thought {
            text: Some(words("thinking")?).filter(|words| !words.is_empty()),
            seal: block.set("signature").and_then(|signature| seal(signature, false)),
        }),
        "redacted_thinking" => {
            Said::Thought(Thought { text: None, seal: seal(required(&path, &block, "data")?, true) })
        }
        "tool_use" => Said::Call(call(&block, at, losses)?),
        "tool_result" => Said::Result(result(&block, at, losses)?),
        _ => Said::Native(Native { home: Home::Anthropic, raw }),
    };
    Ok(Part { said, cache: block.set("cache_control"), at })
}

/// What sealed a thought: Anthropic, unless it is marked. `None` for a thought that nobody sealed.
fn seal(data: &RawValue, redacted: bool) -> Option<Seal<'_>> {
    let data = Words::from(data);
    if data.is_empty() {
        return None;
    }
    let seal = Seal::read(data, Home::Anthropic)?;
    let own = seal.home == Home::Anthropic;
    Some(Seal { redacted: seal.redacted || (own && redacted), ..seal })
}

fn call<'a>(block: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<Call<'a>, Reject> {
    let path = at.to_string();
    let input = required(&path, block, "input")?;
    if Kind::of(input) != Kind::Object {
        let found = format!("expected an object, found {}", Kind::of(input).name());
        return Err(invalid(at.member("input"), found));
    }
    name_notes(block, at, losses);
    Ok(Call {
        id: required(&path, block, "id")?.into(),
        kind: ToolKind::Function,
        name: required(&path, block, "name")?.into(),
        argument: Argument::Object(input),
    })
}

fn result<'a>(block: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<ToolResult<'a>, Reject> {
    name_notes(block, at, losses);
    let parts = match block.set("content") {
        None => Vec::new(),
        Some(content) if Kind::of(content) == Kind::Text => {
            vec![Part { said: Said::Text(content.into()), cache: None, at }]
        }
        Some(content) => {
            let list = elements(content).map_err(|error| malformed(at.member("content"), &error))?;
            list.into_iter().map(|part| inner(part, at, losses)).collect::<Result<_, _>>()?
        }
    };
    Ok(ToolResult {
        call_id: required(&at.to_string(), block, "tool_use_id")?.into(),
        kind: ToolKind::Function,
        parts,
        is_error: block.read("is_error").unwrap_or(false),
    })
}

/// A block inside a result; places know no deeper level, so it has its result's.
fn inner<'a>(raw: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Part<'a>, Reject> {
    let part = block(raw, at, losses)?;
    match part.said {
        Said::Text(_) | Said::Image(_) | Said::File(_) | Said::Native(_) => Ok(part),
        _ => Err(invalid(at.member("content"), "a result holds texts, images and documents")),
    }
}

/// Who called, where it was not the model itself, and which toolset the tool is of.
fn name_notes(block: &Fields<'_>, at: Place, losses: &mut Losses<'_>) {
    let caller = block.set("caller").and_then(|caller| Fields::of(caller).ok());
    if caller.is_some_and(|caller| caller.text("type").as_deref() != Some("direct")) {
        losses.hint(at.member("caller"));
    }
    if block.set("toolset_name").is_some() {
        losses.hint(at.member("toolset_name"));
    }
}
