//! Messages for a server that knows fewer roles and members than the reference, or other ids of calls.
//!
//! A message without these passes as it was written; of the others, every other member does.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::chat::{CallIds, Flavour};
use crate::translate::conversation::Words;
use crate::translate::losses::Losses;
use crate::wire::json::{Fields, Kind, elements};
use crate::wire::write::{self, Elements, Members};

/// Whether `messages` pass as they were written.
pub(super) fn pass(messages: &str, flavour: &Flavour) -> bool {
    flavour.takes_messages_as_they_are() && !has_other_ids(messages, flavour.call_ids)
}

/// Whether the server does not take an id of a call.
fn has_other_ids(messages: &str, server: CallIds) -> bool {
    if server == CallIds::Any || !messages.contains("\"tool_call") {
        return false;
    }
    let is_other = |fields: &Fields<'_>, name| fields.text(name).is_some_and(|id| !server.takes(&id));
    let parsed = serde_json::from_str::<&RawValue>(messages).ok();
    let messages = parsed.and_then(|messages| elements(messages).ok()).unwrap_or_default();
    messages.into_iter().filter_map(|message| Fields::of(message).ok()).any(|message| {
        let calls = message.get("tool_calls").and_then(|calls| elements(calls).ok()).unwrap_or_default();
        let mut calls = calls.into_iter().filter_map(|call| Fields::of(call).ok());
        is_other(&message, "tool_call_id") || calls.any(|call| is_other(&call, "id"))
    })
}

/// Writes `messages`. What is no list of objects is for the provider to judge.
pub(super) fn write(
    out: &mut Vec<u8>,
    messages: &str,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let parsed = serde_json::from_str::<&RawValue>(messages).ok();
    let Some(messages) = parsed.and_then(|messages| elements(messages).ok()) else {
        out.extend_from_slice(messages.as_bytes());
        return Ok(());
    };
    write::array(out, |array| {
        messages.into_iter().enumerate().try_for_each(|(at, text)| message(array, at, text, flavour, losses))
    })
}

fn message(
    array: &mut Elements<'_>,
    at: usize,
    text: &RawValue,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let renamed =
        |name: &str, value: &RawValue| name == "role" && value.get() == "\"developer\"" && !flavour.developer;
    let fields = Fields::of(text).unwrap_or_default();
    // What a function gave back, of the API before it had tools; its name is not a speaker's.
    let is_function = fields.text("role").as_deref() == Some("function");
    if is_function && !flavour.defines("functions") {
        return Err(losses.refusal(&format!("messages[{at}].role")));
    }
    let lacking = |name: &str| flavour.message_lacks.contains(&name) && !(is_function && name == "name");
    let has_ids = flavour.call_ids != CallIds::Any
        && (fields.set("tool_call_id").is_some() || fields.set("tool_calls").is_some());
    if !has_ids && !fields.iter().any(|(name, value)| renamed(name, value) || lacking(name)) {
        array.raw(text);
        return Ok(());
    }
    array.object(|members| {
        for (name, value) in fields.iter() {
            match name {
                _ if renamed(name, value) => members.value(name, "system"),
                "tool_call_id" => id(members, name, value, flavour),
                "tool_calls" if has_ids => calls(members, value, flavour),
                _ if !lacking(name) => members.raw(name, value),
                _ if value.get() == "null" => {}
                "name" => losses.hint(format!("messages[{at}].name")),
                _ => return Err(losses.refusal(&format!("messages[{at}].{name}"))),
            }
        }
        Ok(())
    })
}

/// Calls with the server's ids. What is no list of objects is for the provider to judge.
fn calls(members: &mut Members<'_>, calls: &RawValue, flavour: &Flavour) {
    let list =
        elements(calls).ok().and_then(|calls| calls.into_iter().map(|call| Fields::of(call).ok()).collect());
    let Some(list): Option<Vec<Fields<'_>>> = list else { return members.raw("tool_calls", calls) };
    members.array("tool_calls", |array| {
        for call in list {
            array.object(|members| {
                for (name, value) in call.iter() {
                    match name {
                        "id" => id(members, name, value, flavour),
                        _ => members.raw(name, value),
                    }
                }
            });
        }
    });
}

fn id(members: &mut Members<'_>, name: &str, value: &RawValue, flavour: &Flavour) {
    match Kind::of(value) {
        Kind::Text => members.value(name, &flavour.call_ids.id(&Words::Json(value))),
        _ => members.raw(name, value),
    }
}
