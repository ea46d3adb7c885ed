//! Tools and the choice among them, flat in Responses.

use crate::reject::Reject;
use crate::translate::conversation::{
    Choice, CustomFormat, Home, Location, Named, Param, Params, Place, Tool, ToolKind, WebSearch, What,
};
use crate::translate::losses::Losses;
use crate::wire::write::{Elements, Members};

/// Writes `tools` and `tool_choice`, and `max_tool_calls` where a tool bounds its own calls.
pub(super) fn write(
    members: &mut Members<'_>,
    tools: &[Tool<'_>],
    params: &mut Params<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if !tools.is_empty() {
        members.array("tools", |array| tools.iter().try_for_each(|tool| write_tool(array, tool, losses)))?;
    }
    if let Some((_, choice)) = params.choice.take() {
        tool_choice(members, &choice);
    }
    max_uses(members, tools, params, losses)
}

fn write_tool(array: &mut Elements<'_>, tool: &Tool<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    if tool.cache.is_some() {
        losses.hint(tool.at.member("cache_control"));
    }
    match &tool.what {
        What::Function { name, description, parameters, strict } => array.object(|members| {
            members.value("type", "function");
            members.value("name", name);
            if let Some(description) = description {
                members.value("description", description);
            }
            match parameters {
                Some(parameters) => members.raw("parameters", parameters),
                // A function without parameters takes none. Responses want it said.
                None => members.object("parameters", |schema| {
                    schema.value("type", "object");
                    schema.object("properties", |_| ());
                    schema.value("additionalProperties", &false);
                }),
            }
            match strict {
                Some(strict) => members.raw("strict", strict),
                None => members.value("strict", &false),
            }
        }),
        What::Custom { name, description, format } => array.object(|members| {
            members.value("type", "custom");
            members.value("name", name);
            if let Some(description) = description {
                members.value("description", description);
            }
            if let Some(format) = format {
                members.object("format", |members| custom_format(members, format));
            }
        }),
        What::WebSearch(search) => {
            if search.blocked_domains.is_some() {
                losses.param(&tool.at.member("blocked_domains"))?;
            }
            array.object(|members| web_search(members, search));
        }
        What::Native(native) if native.home == Home::OpenAi => array.raw(native.raw),
        What::Native(_) => losses.offer(tool.at)?,
    }
    Ok(())
}

fn custom_format(members: &mut Members<'_>, format: &CustomFormat<'_>) {
    match format {
        CustomFormat::Text => members.value("type", "text"),
        CustomFormat::Grammar { syntax, definition } => {
            members.value("type", "grammar");
            members.raw("syntax", syntax);
            members.raw("definition", definition);
        }
    }
}

fn web_search(members: &mut Members<'_>, search: &WebSearch<'_>) {
    members.value("type", "web_search");
    members.raw_if("search_context_size", search.context_size);
    if let Some(Location { country, region, city, timezone }) = search.location {
        members.object("user_location", |members| {
            members.value("type", "approximate");
            members.raw_if("country", country);
            members.raw_if("region", region);
            members.raw_if("city", city);
            members.raw_if("timezone", timezone);
        });
    }
    if let Some(domains) = search.allowed_domains {
        members.object("filters", |filters| filters.raw("allowed_domains", domains));
    }
}

/// Anthropic bounds the uses of each hosted tool, Responses those of all together: the same where the search
/// is the only one.
fn max_uses(
    members: &mut Members<'_>,
    tools: &[Tool<'_>],
    params: &mut Params<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let given = params.take(Param::MaxToolCalls);
    if let Some(given) = &given {
        members.raw("max_tool_calls", given.value);
    }
    let hosted: Vec<_> =
        tools.iter().filter(|tool| matches!(tool.what, What::WebSearch(_) | What::Native(_))).collect();
    let bounded: Vec<(Place, _)> = hosted
        .iter()
        .filter_map(|tool| match &tool.what {
            What::WebSearch(search) => Some((tool.at, search.max_uses?)),
            _ => None,
        })
        .collect();
    match bounded.as_slice() {
        [(_, bound)] if hosted.len() == 1 && given.is_none() => members.raw("max_tool_calls", bound),
        bounded => {
            bounded.iter().try_for_each(|(at, _)| losses.param(&at.member("max_uses")))?;
        }
    }
    Ok(())
}

fn tool_choice(members: &mut Members<'_>, choice: &Choice<'_>) {
    match choice {
        Choice::Auto => members.value("tool_choice", "auto"),
        Choice::None => members.value("tool_choice", "none"),
        Choice::Required => members.value("tool_choice", "required"),
        Choice::One(tool) => members.object("tool_choice", |members| named(members, tool)),
        Choice::Among { tools, required } => members.object("tool_choice", |members| {
            members.value("type", "allowed_tools");
            members.value("mode", if *required { "required" } else { "auto" });
            members.array("tools", |array| {
                tools.iter().for_each(|tool| array.object(|members| named(members, tool)));
            });
        }),
    }
}

fn named(members: &mut Members<'_>, tool: &Named<'_>) {
    members.value(
        "type",
        match tool.kind {
            ToolKind::Function => "function",
            ToolKind::Custom => "custom",
        },
    );
    members.value("name", &tool.name);
}
