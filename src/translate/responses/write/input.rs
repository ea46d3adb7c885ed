//! Turns → input items: a message's text, the calls that it made and the results that it brings are items of
//! their own in Responses, in the same order and with the same ids.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::content::{self, Side};
use super::is_sealed;
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Call, Home, Part, Role, Said, Thought, ToolKind, ToolResult, Turn, Words,
};
use crate::translate::losses::Losses;
use crate::wire::write::Elements;

/// Writes the elements of `input`.
pub(super) fn write(
    items: &mut Elements<'_>,
    turns: &[Turn<'_>],
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let custom_calls = turns.iter().flat_map(|turn| &turn.parts).filter_map(custom_call).collect();
    let mut input = Input { items, custom_calls, losses };
    turns.iter().try_for_each(|turn| input.turn(turn))
}

fn custom_call<'a>(part: &Part<'a>) -> Option<Cow<'a, str>> {
    match &part.said {
        Said::Call(call) if call.kind == ToolKind::Custom => Some(call.id.text()),
        _ => None,
    }
}

struct Input<'i, 'o, 'l, 'd, 'a> {
    items: &'i mut Elements<'o>,
    /// Ids of calls to custom tools: their results have an item type of their own.
    custom_calls: BTreeSet<Cow<'a, str>>,
    losses: &'l mut Losses<'d>,
}

impl<'a> Input<'_, '_, '_, '_, 'a> {
    fn turn(&mut self, turn: &Turn<'a>) -> Result<(), Reject> {
        if turn.name.is_some() {
            self.losses.hint(turn.at.member("name"));
        }
        // Calls often come with an empty text, which says nothing.
        let alone = turn.parts.len() < 2;
        let mut spoken = Vec::new();
        for (index, part) in turn.parts.iter().enumerate() {
            if part.cache.is_some_and(|cache| !content::is_breakpoint(cache)) {
                self.losses.hint(part.at.member("cache_control"));
            }
            if !is_item(part) {
                let empty = matches!(&part.said, Said::Text(text) if text.is_empty());
                if alone || !empty {
                    spoken.push(part);
                }
                continue;
            }
            self.message(turn, &mut spoken)?;
            let rest = turn.parts.get(index + 1..).unwrap_or_default();
            self.item(part, rest)?;
        }
        if turn.parts.is_empty() && turn.role != Role::Assistant {
            return self.message_of(turn, &[]);
        }
        self.message(turn, &mut spoken)
    }

    /// Writes what was said since the last item, if anything.
    fn message(&mut self, turn: &Turn<'a>, spoken: &mut Vec<&Part<'a>>) -> Result<(), Reject> {
        if spoken.is_empty() {
            return Ok(());
        }
        self.message_of(turn, &std::mem::take(spoken))
    }

    fn message_of(&mut self, turn: &Turn<'a>, parts: &[&Part<'a>]) -> Result<(), Reject> {
        let (role, side) = match turn.role {
            Role::System => ("system", Side::Input),
            Role::Developer => ("developer", Side::Input),
            Role::User => ("user", Side::Input),
            Role::Assistant => ("assistant", Side::Output),
        };
        let losses = &mut *self.losses;
        self.items.object(|item| {
            item.value("role", role);
            content::write(item.name("content"), parts, side, losses)
        })
    }

    fn item(&mut self, part: &Part<'a>, rest: &[Part<'a>]) -> Result<(), Reject> {
        match &part.said {
            Said::Thought(thought) => {
                // A `reasoning` item without the item that it led to is refused by the API.
                if is_sealed(part) && rest.iter().any(follows_reasoning) {
                    self.reasoning(thought);
                } else if thought.text.is_some() || thought.seal.is_some() {
                    self.losses.hint(part.at.to_string());
                }
                Ok(())
            }
            Said::Call(call) => {
                self.call(call);
                Ok(())
            }
            Said::Result(result) => self.result(result, part),
            Said::Native(native) if native.home == Home::OpenAi => {
                self.items.raw(native.raw);
                Ok(())
            }
            _ => Err(self.losses.part(part.at)),
        }
    }

    fn reasoning(&mut self, thought: &Thought<'a>) {
        let seal = thought.seal.as_ref();
        self.items.object(|item| {
            item.value("type", "reasoning");
            if let Some(id) = seal.and_then(|seal| seal.id.as_ref()) {
                item.value("id", id);
            }
            item.array("summary", |summary| {
                if let Some(text) = thought.text.as_ref().filter(|text| !text.is_empty()) {
                    summary.object(|part| {
                        part.value("type", "summary_text");
                        part.value("text", text);
                    });
                }
            });
            if let Some(seal) = seal {
                item.value("encrypted_content", &seal.data);
            }
        });
    }

    fn call(&mut self, call: &Call<'a>) {
        let (kind, argument) = match call.kind {
            ToolKind::Function => ("function_call", "arguments"),
            ToolKind::Custom => ("custom_tool_call", "input"),
        };
        self.items.object(|item| {
            item.value("type", kind);
            item.value("call_id", &call.id);
            item.value("name", &call.name);
            match &call.argument {
                Argument::Text(text) => item.value(argument, text),
                Argument::Object(object) => item.value(argument, object.get()),
            }
        });
    }

    fn result(&mut self, result: &ToolResult<'a>, part: &Part<'a>) -> Result<(), Reject> {
        if result.is_error {
            self.losses.hint(part.at.member("is_error"));
        }
        let custom =
            result.kind == ToolKind::Custom || self.custom_calls.contains(&Words::text(&result.call_id));
        let parts: Vec<_> = result.parts.iter().collect();
        let losses = &mut *self.losses;
        self.items.object(|item| {
            item.value("type", if custom { "custom_tool_call_output" } else { "function_call_output" });
            item.value("call_id", &result.call_id);
            content::write(item.name("output"), &parts, Side::Input, losses)
        })
    }
}

/// Whether a part is an item of its own, and not a part of a message.
fn is_item(part: &Part<'_>) -> bool {
    matches!(part.said, Said::Thought(_) | Said::Call(_) | Said::Result(_) | Said::Native(_))
}

fn follows_reasoning(part: &Part<'_>) -> bool {
    match &part.said {
        Said::Text(text) => !text.is_empty(),
        Said::Thought(_) => false,
        _ => true,
    }
}
