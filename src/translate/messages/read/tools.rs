//! `tools` and `tool_choice`.

use serde_json::value::RawValue;

use super::strict::strict;
use super::{members_of, required, type_of};
use crate::reject::Reject;
use crate::translate::conversation::{
    Choice, Home, Location, Named, NativeTool, Params, Place, Tool, ToolKind, WebSearch, What,
};
use crate::translate::losses::{Losses, invalid, malformed};
use crate::wire::json::{Fields, elements};

/// How and by whom a tool is called, beyond what other makers' tools have: each with the value that asks for
/// nothing.
const NOTES: &[(&str, &str)] = &[
    ("allowed_callers", "[\"direct\"]"),
    ("defer_loading", "false"),
    ("eager_input_streaming", "false"),
    ("input_examples", "[]"),
    ("response_inclusion", "\"full\""),
];

/// Reads the tools.
pub(super) fn tools<'a>(tools: &'a RawValue, losses: &mut Losses<'_>) -> Result<Vec<Tool<'a>>, Reject> {
    let tools = elements(tools).map_err(|error| malformed("tools", &error))?;
    let read = |(index, raw)| tool(raw, Place::new("tools", index), losses);
    tools.into_iter().enumerate().map(read).collect()
}

fn tool<'a>(raw: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Tool<'a>, Reject> {
    let path = at.to_string();
    let tool = members_of(&path, raw)?;
    let kind = tool.text("type").unwrap_or_default();
    let what = match kind.as_ref() {
        "" | "custom" => {
            let schema = required(&path, &tool, "input_schema")?;
            What::Function {
                name: required(&path, &tool, "name")?.into(),
                description: tool.set("description").map(Into::into),
                parameters: Some(schema),
                strict: strict(tool.set("strict"), schema, at, losses),
            }
        }
        kind if kind.starts_with("web_search_2") => What::WebSearch(web_search(&tool, &path)?),
        _ => What::Native(NativeTool { home: Home::Anthropic, raw }),
    };
    if !matches!(what, What::Native(_)) {
        for (name, neutral) in NOTES {
            if tool.set(name).is_some_and(|value| value.get() != *neutral) {
                losses.hint(at.member(name));
            }
        }
    }
    Ok(Tool { what, cache: tool.set("cache_control"), at })
}

fn web_search<'a>(tool: &Fields<'a>, path: &str) -> Result<WebSearch<'a>, Reject> {
    let location = match tool.set("user_location") {
        None => None,
        Some(location) => {
            let location = members_of(&format!("{path}.user_location"), location)?;
            Some(Location {
                country: location.set("country"),
                region: location.set("region"),
                city: location.set("city"),
                timezone: location.set("timezone"),
            })
        }
    };
    Ok(WebSearch {
        context_size: None,
        location,
        allowed_domains: tool.set("allowed_domains"),
        blocked_domains: tool.set("blocked_domains"),
        max_uses: tool.set("max_uses"),
    })
}

/// Reads the choice among them.
pub(super) fn choice<'a>(choice: &'a RawValue, params: &mut Params<'a>) -> Result<(), Reject> {
    const NAME: &str = "tool_choice";
    let choice = members_of(NAME, choice)?;
    let read = match type_of(NAME, &choice)?.as_ref() {
        "auto" => Choice::Auto,
        "any" => Choice::Required,
        "none" => Choice::None,
        "tool" => {
            Choice::One(Named { kind: ToolKind::Function, name: required(NAME, &choice, "name")?.into() })
        }
        _ => return Err(invalid("tool_choice.type", "expected `auto`, `any`, `tool` or `none`")),
    };
    params.choice = Some((NAME, read));
    if choice.read("disable_parallel_tool_use") == Some(true) {
        params.parallel_calls = Some(("tool_choice.disable_parallel_tool_use", false));
    }
    Ok(())
}
