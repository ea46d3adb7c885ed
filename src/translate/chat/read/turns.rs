//! Messages → turns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::object::{At, Object};
use super::parts::{self, Side};
use super::{retired, thoughts};
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Call, Part, Place, Role, Said, ToolKind, ToolResult, Turn, Words,
};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::elements;

/// Members of messages that are read, of whatever role.
const KNOWN: &[&str] = &[
    "cache_control",
    "content",
    "name",
    "reasoning",
    "reasoning_content",
    "refusal",
    "role",
    "thinking_blocks",
    "tool_call_id",
    "tool_calls",
];

/// Reads `messages`.
pub(super) fn read<'a>(messages: &'a RawValue, losses: &mut Losses<'_>) -> Result<Vec<Turn<'a>>, Reject> {
    let messages = elements(messages).map_err(|error| malformed("messages", &error))?;
    let mut turns = Turns { losses, custom_calls: BTreeSet::new() };
    let places = (0..).map(|index| Place::new("messages", index));
    messages.into_iter().zip(places).map(|(message, at)| turns.turn(message, at)).collect()
}

struct Turns<'a, 'l, 'd> {
    losses: &'l mut Losses<'d>,
    /// Ids of calls to custom tools: their results are of another kind.
    custom_calls: BTreeSet<Cow<'a, str>>,
}

impl<'a> Turns<'a, '_, '_> {
    fn turn(&mut self, message: &'a RawValue, at: Place) -> Result<Turn<'a>, Reject> {
        let message = Object::of(message, At::Place(at))?;
        message.others(KNOWN, self.losses);
        let (role, mut parts) = match message.words("role")?.text().as_ref() {
            "system" => (Role::System, self.content(&message, Side::Asked, at)?),
            "developer" => (Role::Developer, self.content(&message, Side::Asked, at)?),
            "user" => (Role::User, self.content(&message, Side::Asked, at)?),
            "assistant" => (Role::Assistant, self.assistant(&message, at)?),
            "tool" => (Role::User, vec![self.result(&message, at)?]),
            "function" => {
                return Err(retired(&message.path("role"), "a message of role `tool`", self.losses));
            }
            _ => {
                let found = "found no role that chat completions define";
                return Err(invalid(message.path("role"), found));
            }
        };
        // A mark on a message is one on its end.
        if let (Some(mark), Some(last)) = (message.set("cache_control"), parts.last_mut()) {
            last.cache.get_or_insert(mark);
        }
        Ok(Turn { role, parts, name: message.set("name"), at })
    }

    fn content(&mut self, message: &Object<'a, '_>, side: Side, at: Place) -> Result<Vec<Part<'a>>, Reject> {
        parts::read(message.required("content")?, side, at, self.losses)
    }

    fn assistant(&mut self, message: &Object<'a, '_>, at: Place) -> Result<Vec<Part<'a>>, Reject> {
        if message.set("audio").is_some() {
            return Err(self.losses.refusal(&message.path("audio")));
        }
        if message.set("function_call").is_some() {
            return Err(retired(&message.path("function_call"), "`tool_calls`", self.losses));
        }
        let thoughts = thoughts::read(message, at, self.losses)?;
        let calls = message.list("tool_calls")?;
        let places = (0..).map(|index| at.inside("tool_calls", index));
        let calls = calls
            .into_iter()
            .zip(places)
            .map(|(call, at)| self.call(call, at))
            .collect::<Result<Vec<_>, _>>()?;
        let spoken = self.spoken(message, !calls.is_empty(), at)?;
        // `null` is what an answer has that said nothing, and comes back as it is.
        if spoken.is_empty() && calls.is_empty() && thoughts.is_empty() && !message.has("content") {
            return Err(missing(message.path("content")));
        }
        Ok(thoughts::place(thoughts, spoken, calls))
    }

    /// What the assistant said. Calls often come with an empty text, which says nothing.
    fn spoken(
        &mut self,
        message: &Object<'a, '_>,
        beside_calls: bool,
        at: Place,
    ) -> Result<Vec<Part<'a>>, Reject> {
        let content = message.set("content").filter(|content| !(beside_calls && content.get() == "\"\""));
        let mut parts = match content {
            Some(content) => parts::read(content, Side::Answered, at, self.losses)?,
            None => Vec::new(),
        };
        if let Some(refusal) = message.words_if("refusal")? {
            parts.push(Part { said: Said::Refusal(refusal), cache: None, at });
        }
        Ok(parts)
    }

    fn call(&mut self, call: &'a RawValue, at: Place) -> Result<Part<'a>, Reject> {
        let call = Object::of(call, At::Place(at))?;
        call.others(&["cache_control", "custom", "function", "id", "type"], self.losses);
        let id = call.words("id")?;
        let kind = call.words_if("type")?.as_ref().map(Words::text);
        let (kind, tool, argument) = match kind.as_deref() {
            // Some clients leave the type out of calls that they send back.
            Some("function") | None => (ToolKind::Function, "function", "arguments"),
            Some("custom") => (ToolKind::Custom, "custom", "input"),
            Some(_) => return Err(self.losses.refusal(&call.path("type"))),
        };
        if kind == ToolKind::Custom {
            self.custom_calls.insert(id.text());
        }
        let called = call.object(tool)?;
        let (name, argument) = (called.words("name")?, Argument::Text(called.words(argument)?));
        let said = Said::Call(Call { id, kind, name, argument });
        Ok(Part { said, cache: call.set("cache_control"), at })
    }

    fn result(&mut self, message: &Object<'a, '_>, at: Place) -> Result<Part<'a>, Reject> {
        let call_id = message.words("tool_call_id")?;
        let custom = self.custom_calls.contains(&call_id.text());
        let kind = if custom { ToolKind::Custom } else { ToolKind::Function };
        let parts = self.content(message, Side::Asked, at)?;
        let said = Said::Result(ToolResult { call_id, kind, parts, is_error: false });
        Ok(Part { said, cache: None, at })
    }
}
