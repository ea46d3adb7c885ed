//! Where a budget of thought would be refused.
//!
//! With one, what the model says first in a turn must be a thought, also while it calls tools: 400 "Expected `thinking` or
//! `redacted_thinking`, but found `tool_use`" otherwise
//! (<https://docs.claude.com/en/docs/build-with-claude/extended-thinking>). Anthropic's own turns are so. One that another
//! provider began, to which a request fell back, is not: it goes on without, and the next turn thinks again.

use serde_json::value::RawValue;

use crate::translate::messages::OWN_CALLS;
use crate::wire::json::{Fields, Kind, Malformed, elements};

/// Names of the members that a request must go without: none, unless it asks for a budget of thought in the middle of a
/// turn that another provider began without a thought.
///
/// # Errors
/// Messages that are no list of objects.
pub(super) fn without(
    fields: &Fields<'_>,
    messages: &RawValue,
) -> Result<&'static [&'static str], Malformed> {
    let thinking = fields.get("thinking").and_then(|thinking| Fields::of(thinking).ok());
    if thinking.and_then(|thinking| thinking.text("type").map(|kind| kind == "enabled")) != Some(true) {
        return Ok(&[]);
    }
    let messages = elements(messages)?;
    let first = first_of_the_turn(&messages)?;
    if !first.is_some_and(|first| first.is_foreign && !first.begins_with(&["thinking", "redacted_thinking"]))
    {
        return Ok(&[]);
    }
    // "`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive"
    let clears =
        fields.get("context_management").is_some_and(|edits| edits.get().contains("\"clear_thinking_"));
    Ok(if clears { &["thinking", "context_management"] } else { &["thinking"] })
}

/// What the model said first in the turn in which it calls tools; `None` where it is the user's turn.
fn first_of_the_turn(messages: &[&RawValue]) -> Result<Option<Message>, Malformed> {
    let mut first = None;
    let mut rest = messages;
    while let [before @ .., called, results] = rest {
        let called = Message::of(called)?;
        if called.role != "assistant" || !Message::of(results)?.begins_with(&["tool_result"]) {
            break;
        }
        first = Some(called);
        rest = before;
    }
    Ok(first)
}

/// What of a message tells who made it.
struct Message {
    role: String,
    /// The type of its first block.
    begins: String,
    /// Whether it has a call that is not Anthropic's.
    is_foreign: bool,
}

impl Message {
    fn of(message: &RawValue) -> Result<Self, Malformed> {
        let fields = Fields::of(message)?;
        let content = fields.get("content").filter(|content| Kind::of(content) == Kind::Array);
        let blocks = content.map(elements).transpose()?.unwrap_or_default();
        let blocks = blocks.into_iter().map(Fields::of).collect::<Result<Vec<_>, _>>()?;
        let text = |fields: &Fields<'_>, name| fields.text(name).unwrap_or_default().into_owned();
        let is_foreign =
            |block: &Fields<'_>| text(block, "type") == "tool_use" && !text(block, "id").starts_with(OWN_CALLS);
        Ok(Self {
            role: text(&fields, "role"),
            begins: blocks.first().map(|block| text(block, "type")).unwrap_or_default(),
            is_foreign: blocks.iter().any(is_foreign),
        })
    }

    fn begins_with(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.begins.as_str())
    }
}
