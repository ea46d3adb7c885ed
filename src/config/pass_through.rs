//! What a deployment takes or gets besides what its API defines: `allowed_openai_params`, `extra_body`,
//! `additional_drop_params`.

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::section::Section;
use crate::translate;
use crate::wire::internal;

/// What the gateway writes itself, whatever the deployment.
const OWNED: &[&str] = &["contents", "extra_body", "input", "messages", "model", "stream", "stream_options"];
/// What a request says to the gateway about itself. LiteLLM's other controls are internal names.
const CONTROLS: &[&str] = &[
    "additional_drop_params",
    "content_policy_fallbacks",
    "context_window_fallbacks",
    "disable_fallbacks",
    "drop_params",
    "fallbacks",
    "guardrails",
    "num_retries",
    "tags",
];
const LONGEST_NAME: usize = 64;

/// `allowed_openai_params`: each name once.
pub(super) fn allowed(params: &Section<'_>) -> Vec<String> {
    let Some(list) = params.get("allowed_openai_params") else { return Vec::new() };
    let mut names = Vec::new();
    for at in list.list("a list of parameters") {
        let Some(name) = at.text() else { continue };
        if is_free(&at, &name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `extra_body`.
pub(super) fn extra(params: &Section<'_>) -> Map<String, Value> {
    let Some(at) = params.get("extra_body") else { return Map::new() };
    let Some(fields) = at.fields() else { return Map::new() };
    let mut extra = Map::new();
    for (name, value) in fields {
        let at = at.at_key(name, value);
        if names_a_variable(value) {
            at.error(
                "a variable is not looked up here, and what stands here is part of what is rendered",
                "write the value itself; a credential belongs into `api_key`".to_owned(),
            );
        } else if is_free(&at, name) {
            extra.insert(name.clone(), value.clone());
        }
    }
    extra
}

/// `additional_drop_params`. A path that means nothing would let through what it was written to drop.
pub(super) fn dropped(params: &Section<'_>) -> Vec<String> {
    let Some(list) = params.get("additional_drop_params") else { return Vec::new() };
    let path = |at: &Cursor<'_>| {
        let path = at.text()?;
        if !translate::is_drop_path(&path) {
            at.error(
                format!("found `{path}`, expected the path of a parameter"),
                "write `metadata`, `a.b`, `tools[0].strict` or `tools[*].function.strict`".to_owned(),
            );
        }
        Some(path)
    };
    list.list("a list of parameters").iter().filter_map(path).collect()
}

/// Whether a name is one that a client or a deployment may use towards a provider.
fn is_free(at: &Cursor<'_>, name: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_name) {
        at.error(
            format!("expected a parameter's name: letters, digits, `_` and `-`, at most {LONGEST_NAME}"),
            "nested fields cannot be named here".to_owned(),
        );
    } else if OWNED.contains(&name) {
        at.error(format!("`{name}` is written by the gateway"), "take it out".to_owned());
    } else if CONTROLS.contains(&name) || internal::at_top_level(name) {
        at.error(format!("`{name}` is for gateways; no provider may see it"), "take it out".to_owned());
    } else {
        return true;
    }
    false
}

fn names_a_variable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("os.environ/"),
        Value::Array(items) => items.iter().any(names_a_variable),
        Value::Object(fields) => fields.values().any(names_a_variable),
        _ => false,
    }
}
