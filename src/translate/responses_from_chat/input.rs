//! Messages → input items: a message's text, the calls that it made and the results that it brings are items
//! of their own in Responses, in the same order and with the same ids.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::content::{self, Side};
use super::unexpressed::{
    Unexpressed, fields as members_of, invalid, malformed, required, retired, unsupported,
};
use crate::reject::Reject;
use crate::wire::json::{Fields, elements, text};
use crate::wire::write::{self, Elements, Members};

/// Writes the `input` array.
pub(super) fn write(
    out: &mut Vec<u8>,
    messages: &RawValue,
    unexpressed: &mut Unexpressed<'_>,
) -> Result<(), Reject> {
    let messages = elements(messages).map_err(|error| malformed("messages", &error))?;
    write::array(out, |items| {
        let mut conversation = Conversation { items, custom_calls: BTreeSet::new() };
        for (index, message) in messages.into_iter().enumerate() {
            let path = format!("messages[{index}]");
            let message = members_of(&path, message)?;
            if message.set("name").is_some() {
                unexpressed.leave_out(&format!("{path}.name"))?;
            }
            conversation.message(&message, &path)?;
        }
        Ok(())
    })
}

struct Conversation<'c, 'o, 'a> {
    items: &'c mut Elements<'o>,
    /// Ids of calls to custom tools: their results have an item type of their own.
    custom_calls: BTreeSet<Cow<'a, str>>,
}

impl<'a> Conversation<'_, '_, 'a> {
    fn message(&mut self, message: &Fields<'a>, path: &str) -> Result<(), Reject> {
        let role = required(path, message, "role")?;
        match text(role).as_deref() {
            Some("system" | "developer" | "user") => {
                let content = required(path, message, "content")?;
                self.items.object(|item| {
                    item.raw("role", role);
                    content::write(item.name("content"), content, Side::Input, &format!("{path}.content"))
                })
            }
            Some("assistant") => self.assistant(message, path),
            Some("tool") => self.tool_result(message, path),
            Some("function") => Err(retired(&format!("{path}.role"), "a message of role `tool`")),
            _ => Err(invalid(&format!("{path}.role"), "found no role that chat completions define")),
        }
    }

    fn assistant(&mut self, message: &Fields<'a>, path: &str) -> Result<(), Reject> {
        if message.set("audio").is_some() {
            return Err(unsupported(&format!("{path}.audio")));
        }
        if message.set("function_call").is_some() {
            return Err(retired(&format!("{path}.function_call"), "`tool_calls`"));
        }
        let calls = message.set("tool_calls").map_or(Ok(Vec::new()), elements);
        let calls = calls.map_err(|error| malformed(&format!("{path}.tool_calls"), &error))?;
        self.spoken(message, calls.is_empty(), path)?;
        for (index, call) in calls.into_iter().enumerate() {
            let path = format!("{path}.tool_calls[{index}]");
            self.call(&members_of(&path, call)?, &path)?;
        }
        Ok(())
    }

    /// What the assistant said. Calls often come with an empty text, which says nothing.
    fn spoken(&mut self, message: &Fields<'a>, alone: bool, path: &str) -> Result<(), Reject> {
        let content = message.set("content").filter(|content| alone || content.get() != "\"\"");
        let refusal = message.set("refusal");
        let path = format!("{path}.content");
        match (content, refusal) {
            (None, None) if alone => Err(invalid(&path, "missing")),
            (None, None) => Ok(()),
            (Some(content), None) => self.items.object(|item| {
                item.value("role", "assistant");
                content::write(item.name("content"), content, Side::Output, &path)
            }),
            (content, Some(refusal)) => self.items.object(|item| {
                item.value("role", "assistant");
                item.array("content", |parts| {
                    if let Some(content) = content {
                        content::write_parts(parts, content, Side::Output, &path)?;
                    }
                    parts.object(|part| {
                        part.value("type", "refusal");
                        part.raw("refusal", refusal);
                    });
                    Ok(())
                })
            }),
        }
    }

    fn call(&mut self, call: &Fields<'a>, path: &str) -> Result<(), Reject> {
        let id = required(path, call, "id")?;
        let (tool, item_type, argument) = match call.text("type").as_deref() {
            // Some clients leave the type out of calls that they send back.
            Some("function") | None => ("function", "function_call", "arguments"),
            Some("custom") => ("custom", "custom_tool_call", "input"),
            Some(_) => return Err(unsupported(&format!("{path}.type"))),
        };
        if tool == "custom" {
            self.custom_calls.extend(text(id));
        }
        let called = members_of(&format!("{path}.{tool}"), required(path, call, tool)?)?;
        let path = format!("{path}.{tool}");
        self.items.object(|item| {
            item.value("type", item_type);
            item.raw("call_id", id);
            item.raw("name", required(&path, &called, "name")?);
            item.raw(argument, required(&path, &called, argument)?);
            Ok(())
        })
    }

    fn tool_result(&mut self, message: &Fields<'a>, path: &str) -> Result<(), Reject> {
        let id = required(path, message, "tool_call_id")?;
        let output = required(path, message, "content")?;
        let custom = text(id).is_some_and(|id| self.custom_calls.contains(&id));
        self.items.object(|item: &mut Members<'_>| {
            item.value("type", if custom { "custom_tool_call_output" } else { "function_call_output" });
            item.raw("call_id", id);
            content::write(item.name("output"), output, Side::Input, &format!("{path}.content"))
        })
    }
}
