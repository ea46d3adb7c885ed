//! Tools and the choice among them: nested by type in chat completions, flat in Responses.

use serde_json::value::RawValue;

use super::unexpressed::{fields as members_of, malformed, required, unsupported};
use crate::reject::Reject;
use crate::wire::json::{Fields, Kind, elements, text};
use crate::wire::write::Members;

/// Writes `tools` (with `web_search_options` as the tool that it is in Responses) and `tool_choice`.
pub(super) fn write(members: &mut Members<'_>, fields: &Fields<'_>) -> Result<(), Reject> {
    let (tools, search) = (fields.set("tools"), fields.set("web_search_options"));
    if tools.is_some() || search.is_some() {
        members.array("tools", |array| {
            let tools = tools.map_or(Ok(Vec::new()), elements).map_err(|error| malformed("tools", &error))?;
            for (index, tool) in tools.into_iter().enumerate() {
                array.object(|members| write_tool(members, tool, &format!("tools[{index}]")))?;
            }
            search.map_or(Ok(()), |search| array.object(|members| web_search(members, search)))
        })?;
    }
    fields.set("tool_choice").map_or(Ok(()), |choice| tool_choice(members, choice))
}

fn write_tool(members: &mut Members<'_>, tool: &RawValue, path: &str) -> Result<(), Reject> {
    let tool = members_of(path, tool)?;
    let kind = required(path, &tool, "type")?;
    match text(kind).as_deref() {
        Some("function") => {
            let function = members_of(path, required(path, &tool, "function")?)?;
            members.raw("type", kind);
            members.raw("name", required(path, &function, "name")?);
            members.raw_if("description", function.set("description"));
            match function.set("parameters") {
                Some(parameters) => members.raw("parameters", parameters),
                // Chat completions: a function without parameters takes none. Responses want it said.
                None => members.object("parameters", |schema| {
                    schema.value("type", "object");
                    schema.object("properties", |_| ());
                    schema.value("additionalProperties", &false);
                }),
            }
            match function.set("strict") {
                Some(strict) => members.raw("strict", strict),
                None => members.value("strict", &false),
            }
        }
        Some("custom") => {
            let custom = members_of(path, required(path, &tool, "custom")?)?;
            members.raw("type", kind);
            members.raw("name", required(path, &custom, "name")?);
            members.raw_if("description", custom.set("description"));
            if let Some(format) = custom.set("format") {
                let format = members_of(&format!("{path}.custom.format"), format)?;
                members.object("format", |members| custom_format(members, &format, path))?;
            }
        }
        _ => return Err(unsupported(&format!("{path}.type"))),
    }
    Ok(())
}

fn custom_format(members: &mut Members<'_>, format: &Fields<'_>, path: &str) -> Result<(), Reject> {
    members.raw_if("type", format.set("type"));
    if let Some(grammar) = format.set("grammar") {
        let grammar = members_of(&format!("{path}.custom.format.grammar"), grammar)?;
        members.raw_if("syntax", grammar.set("syntax"));
        members.raw_if("definition", grammar.set("definition"));
    }
    Ok(())
}

fn web_search(members: &mut Members<'_>, options: &RawValue) -> Result<(), Reject> {
    let options = members_of("web_search_options", options)?;
    members.value("type", "web_search");
    members.raw_if("search_context_size", options.set("search_context_size"));
    let Some(location) = options.set("user_location") else { return Ok(()) };
    let path = "web_search_options.user_location";
    let location = members_of(path, location)?;
    let place = members_of(path, required(path, &location, "approximate")?)?;
    members.object("user_location", |members| {
        members.value("type", "approximate");
        for name in ["country", "region", "city", "timezone"] {
            members.raw_if(name, place.set(name));
        }
    });
    Ok(())
}

fn tool_choice(members: &mut Members<'_>, choice: &RawValue) -> Result<(), Reject> {
    if Kind::of(choice) == Kind::Text {
        members.raw("tool_choice", choice);
        return Ok(());
    }
    let choice = members_of("tool_choice", choice)?;
    members.object("tool_choice", |members| {
        if choice.text("type").as_deref() != Some("allowed_tools") {
            return named_tool(members, &choice, "tool_choice");
        }
        let path = "tool_choice.allowed_tools";
        let allowed = members_of(path, required("tool_choice", &choice, "allowed_tools")?)?;
        members.value("type", "allowed_tools");
        members.raw("mode", required(path, &allowed, "mode")?);
        let tools = required(path, &allowed, "tools")?;
        members.array("tools", |array| {
            for tool in elements(tools).map_err(|error| malformed(path, &error))? {
                let tool = members_of(path, tool)?;
                array.object(|members| named_tool(members, &tool, path))?;
            }
            Ok(())
        })
    })
}

/// `{"type":"function","function":{"name":…}}` → `{"type":"function","name":…}`.
fn named_tool(members: &mut Members<'_>, tool: &Fields<'_>, path: &str) -> Result<(), Reject> {
    let kind = required(path, tool, "type")?;
    let known = ["function", "custom"].into_iter().find(|known| text(kind).as_deref() == Some(known));
    let named = required(path, tool, known.ok_or_else(|| unsupported(&format!("{path}.type")))?)?;
    let named = members_of(path, named)?;
    members.raw("type", kind);
    members.raw("name", required(path, &named, "name")?);
    Ok(())
}
