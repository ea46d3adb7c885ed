//! Tools and the choice among them, as chat completions nest them.

use crate::reject::Reject;
use crate::translate::chat::flavours::Flavour;
use crate::translate::conversation::{
    Choice, CustomFormat, Location, Named, Params, Tool, ToolKind, WebSearch, What,
};
use crate::translate::losses::Losses;
use crate::wire::write::{Elements, Members};

/// Writes `tools` and `web_search_options`. Says whether there are any `tools`.
pub(super) fn write(
    members: &mut Members<'_>,
    tools: &[Tool<'_>],
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<bool, Reject> {
    let (searches, called): (Vec<_>, Vec<_>) =
        tools.iter().partition(|tool| matches!(tool.what, What::WebSearch(_)));
    if !called.is_empty() {
        members.array("tools", |array| {
            called.iter().try_for_each(|tool| write_tool(array, tool, flavour, losses))
        })?;
    }
    if let Some(tool) = searches.first()
        && let What::WebSearch(search) = &tool.what
    {
        if !flavour.defines("web_search_options") {
            return Err(losses.part(tool.at));
        }
        write_search(members, search, tool, losses)?;
    }
    Ok(!called.is_empty())
}

fn write_tool(
    array: &mut Elements<'_>,
    tool: &Tool<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if tool.cache.is_some() {
        losses.hint(tool.at.member("cache_control"));
    }
    array.object(|members| match &tool.what {
        What::Function { name, description, parameters, strict } => {
            members.value("type", "function");
            members.object("function", |function| {
                function.value("name", name);
                if let Some(description) = description {
                    function.value("description", description);
                }
                function.raw_if("parameters", *parameters);
                function.raw_if("strict", *strict);
            });
            Ok(())
        }
        What::Custom { name, description, format } if flavour.custom_tools => {
            members.value("type", "custom");
            members.object("custom", |custom| {
                custom.value("name", name);
                if let Some(description) = description {
                    custom.value("description", description);
                }
                if let Some(format) = format {
                    custom.object("format", |members| write_format(members, *format));
                }
            });
            Ok(())
        }
        What::Custom { .. } | What::WebSearch(_) | What::Native(_) => Err(losses.part(tool.at)),
    })
}

fn write_format(members: &mut Members<'_>, format: CustomFormat<'_>) {
    match format {
        CustomFormat::Text => members.value("type", "text"),
        CustomFormat::Grammar { syntax, definition } => {
            members.value("type", "grammar");
            members.object("grammar", |grammar| {
                grammar.raw("syntax", syntax);
                grammar.raw("definition", definition);
            });
        }
    }
}

fn write_search(
    members: &mut Members<'_>,
    search: &WebSearch<'_>,
    tool: &Tool<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    for (name, value) in [
        ("allowed_domains", search.allowed_domains),
        ("blocked_domains", search.blocked_domains),
        ("max_uses", search.max_uses),
    ] {
        if value.is_some() {
            losses.param(&tool.at.member(name))?;
        }
    }
    if tool.cache.is_some() {
        losses.hint(tool.at.member("cache_control"));
    }
    members.object("web_search_options", |options| {
        options.raw_if("search_context_size", search.context_size);
        if let Some(location) = &search.location {
            options.object("user_location", |members| write_location(members, location));
        }
    });
    Ok(())
}

fn write_location(members: &mut Members<'_>, location: &Location<'_>) {
    members.value("type", "approximate");
    members.object("approximate", |place| {
        place.raw_if("country", location.country);
        place.raw_if("region", location.region);
        place.raw_if("city", location.city);
        place.raw_if("timezone", location.timezone);
    });
}

/// Writes `tool_choice` and `parallel_tool_calls`. Without `tools` they are errors, and mostly say nothing.
pub(super) fn write_choice(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    offered: bool,
    flavour: &Flavour,
) {
    if !offered {
        params.parallel_calls = None;
        params.choice =
            params.choice.take().filter(|(_, choice)| !matches!(choice, Choice::Auto | Choice::None));
        return;
    }
    if flavour.defines("parallel_tool_calls")
        && let Some((_, parallel)) = params.parallel_calls.take()
    {
        members.value("parallel_tool_calls", &parallel);
    }
    let expressible = |choice: &Choice<'_>| match choice {
        Choice::Auto | Choice::None | Choice::Required => true,
        Choice::One(named) => named.kind == ToolKind::Function || flavour.custom_tools,
        Choice::Among { .. } => flavour.custom_tools,
    };
    let Some((_, choice)) = params.choice.take_if(|(_, choice)| expressible(choice)) else { return };
    match &choice {
        Choice::Auto => members.value("tool_choice", "auto"),
        Choice::None => members.value("tool_choice", "none"),
        Choice::Required => members.value("tool_choice", "required"),
        Choice::One(named) => members.object("tool_choice", |choice| write_named(choice, named)),
        Choice::Among { tools, required } => members.object("tool_choice", |choice| {
            choice.value("type", "allowed_tools");
            choice.object("allowed_tools", |allowed| {
                allowed.value("mode", if *required { "required" } else { "auto" });
                allowed.array("tools", |array| {
                    tools.iter().for_each(|named| array.object(|tool| write_named(tool, named)));
                });
            });
        }),
    }
}

fn write_named(members: &mut Members<'_>, named: &Named<'_>) {
    let kind = match named.kind {
        ToolKind::Function => "function",
        ToolKind::Custom => "custom",
    };
    members.value("type", kind);
    members.object(kind, |tool| tool.value("name", &named.name));
}
