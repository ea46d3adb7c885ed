//! What an answer repeats of its request.

use serde_json::value::RawValue;

use crate::wire::json::{Fields, elements};
use crate::wire::write::{self, Members};

/// The members of a response that are its request's, as text without the braces, each with the API's default
/// where the client said nothing: the reference requires most of them.
///
/// `store` is always `false`: an answer that was translated is stored nowhere.
pub(in crate::translate) fn echo(fields: &Fields<'_>) -> Vec<u8> {
    let mut object = Vec::new();
    write::object(&mut object, |members| {
        or(members, fields, "background", "false");
        or(members, fields, "instructions", "null");
        or(members, fields, "max_output_tokens", "null");
        or(members, fields, "max_tool_calls", "null");
        or(members, fields, "parallel_tool_calls", "true");
        or(members, fields, "previous_response_id", "null");
        or(members, fields, "prompt_cache_key", "null");
        members.name("reasoning").extend(with_defaults(
            fields,
            "reasoning",
            &[("effort", "null"), ("summary", "null")],
        ));
        or(members, fields, "safety_identifier", "null");
        members.value("store", &false);
        or(members, fields, "temperature", "1.0");
        let text = [("format", "{\"type\":\"text\"}"), ("verbosity", "\"medium\"")];
        members.name("text").extend(with_defaults(fields, "text", &text));
        or(members, fields, "tool_choice", "\"auto\"");
        members.array("tools", |array| offered(fields).into_iter().for_each(|tool| array.raw(tool)));
        or(members, fields, "top_logprobs", "0");
        or(members, fields, "top_p", "1.0");
        or(members, fields, "truncation", "\"disabled\"");
        or(members, fields, "user", "null");
        or(members, fields, "metadata", "{}");
    });
    // Line ends stand between the values only, never in one; an event has none.
    let inside = object.strip_prefix(b"{").and_then(|object| object.strip_suffix(b"}")).unwrap_or_default();
    inside.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect()
}

/// The tools of the request, and those that its items add.
fn offered<'a>(fields: &Fields<'a>) -> Vec<&'a RawValue> {
    let list = |fields: &Fields<'a>, name| fields.set(name).and_then(|list| elements(list).ok());
    let mut tools = list(fields, "tools").unwrap_or_default();
    if fields.set("input").is_some_and(|input| input.get().contains("\"additional_tools\"")) {
        let items = list(fields, "input").unwrap_or_default();
        let items = items.into_iter().filter_map(|item| Fields::of(item).ok());
        let added = items.filter(|item| item.text("type").as_deref() == Some("additional_tools"));
        tools.extend(added.filter_map(|item| list(&item, "tools")).flatten());
    }
    tools
}

/// The client's value of a member, or the default, as JSON.
fn or(members: &mut Members<'_>, fields: &Fields<'_>, name: &str, default: &str) {
    let given = fields.set(name).map_or(default, |value| value.get());
    members.name(name).extend_from_slice(given.as_bytes());
}

/// An object of the client's, with the defaults of the members that it does not have.
fn with_defaults(fields: &Fields<'_>, name: &str, defaults: &[(&str, &str)]) -> Vec<u8> {
    let given = fields.set(name).and_then(|value| Fields::of(value).ok()).unwrap_or_default();
    let mut object = Vec::new();
    write::object(&mut object, |members| {
        for (name, default) in defaults {
            or(members, &given, name, default);
        }
        for (name, value) in given.iter() {
            if !defaults.iter().any(|(known, _)| *known == name) {
                members.raw(name, value);
            }
        }
    });
    object
}
