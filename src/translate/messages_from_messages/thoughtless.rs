//! Where a budget of thought would be refused.
//!
//! With one, what the model says first in a turn must be a thought, also while it calls tools: 400 "Expected `thinking` or
//! `redacted_thinking`, but found `tool_use`" otherwise
//! (<https://docs.claude.com/en/docs/build-with-claude/extended-thinking>). Anthropic's own turns are so. One that another
//! provider began, to which a request fell back, is not: it goes on without, and the next turn thinks again.

use serde_json::value::RawValue;

use super::foreign::replaced;
use crate::translate::messages::OWN_CALLS;
use crate::wire::json::{Fields, Kind, Malformed, elements};
use crate::wire::write;

/// What the types of edits that want thinking begin with: "`clear_thinking_20251015` strategy requires `thinking` to be
/// enabled or adaptive".
const CLEARS: &str = "clear_thinking_";

/// A member that cannot go as it is, and what is left of it, if anything is.
pub(super) type Changed = (&'static str, Option<Vec<u8>>);

/// The members that a request must go without, whole or in part: none, unless it asks for a budget of thought in the
/// middle of a turn that another provider began without a thought. What goes is named in `dropped`.
///
/// # Errors
/// Messages that are no list of objects.
pub(super) fn changed(
    fields: &Fields<'_>,
    messages: &RawValue,
    dropped: &mut Vec<String>,
) -> Result<Vec<Changed>, Malformed> {
    let thinking = fields.get("thinking").and_then(|thinking| Fields::of(thinking).ok());
    if thinking.and_then(|thinking| thinking.text("type").map(|kind| kind == "enabled")) != Some(true) {
        return Ok(Vec::new());
    }
    let first = first_of_the_turn(&elements(messages)?)?;
    if !first.is_some_and(|first| first.is_foreign && !first.begins_with(&["thinking", "redacted_thinking"]))
    {
        return Ok(Vec::new());
    }
    dropped.push("thinking".to_owned());
    let management = fields.get("context_management").and_then(|edits| without_clearing(edits, dropped));
    Ok([("thinking", None)].into_iter().chain(management.map(|left| ("context_management", left))).collect())
}

/// What is left of `context_management` without the edits that want thinking, if an edit is; `None` where none of them
/// does.
fn without_clearing(management: &RawValue, dropped: &mut Vec<String>) -> Option<Option<Vec<u8>>> {
    let management = Fields::of(management).ok()?;
    let edits = elements(management.get("edits")?).ok()?;
    let clears = |edit: &RawValue| {
        Fields::of(edit).is_ok_and(|edit| edit.text("type").is_some_and(|kind| kind.starts_with(CLEARS)))
    };
    let (gone, kept): (Vec<_>, Vec<_>) = edits.into_iter().enumerate().partition(|(_, edit)| clears(edit));
    if gone.is_empty() {
        return None;
    }
    if kept.is_empty() {
        dropped.push("context_management".to_owned());
        return Some(None);
    }
    dropped.extend(gone.iter().map(|(index, _)| format!("context_management.edits[{index}]")));
    let mut left = Vec::new();
    write::array(&mut left, |array| kept.iter().for_each(|(_, edit)| array.raw(edit)));
    Some(Some(replaced(&management, "edits", Some(&left))))
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
        let is_foreign = |block: &Fields<'_>| {
            text(block, "type") == "tool_use" && !text(block, "id").starts_with(OWN_CALLS)
        };
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
