//! What a fallback leads to: a model's name, or one with parameters that count there.

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::names::Names;
use super::suggest::did_you_mean;
use crate::route::Target;
use crate::wire::schema::{self, Standing};
use crate::wire::{Dialect, internal};

/// The dialects whose parameters a target may set.
const DIALECTS: [Dialect; 6] = [
    Dialect::Chat,
    Dialect::Responses,
    Dialect::Compact,
    Dialect::Completions,
    Dialect::Embeddings,
    Dialect::Moderations,
];
/// Further names that belong to a deployment: where it is called, and how it is paid, chosen and timed.
const OF_DEPLOYMENTS: &[&str] = &[
    "api_base",
    "api_key",
    "api_version",
    "base_url",
    "custom_llm_provider",
    "default_headers",
    "extra_body",
    "extra_headers",
    "headers",
    "order",
    "organization",
    "region_name",
    "request_timeout",
    "rpm",
    "stream_timeout",
    "timeout",
    "tpm",
    "weight",
];
/// What a request says to the gateway about itself.
const CONTROLS: &[&str] = &[
    "content_policy_fallbacks",
    "context_window_fallbacks",
    "disable_fallbacks",
    "fallbacks",
    "guardrails",
    "litellm_metadata",
    "max_fallbacks",
    "num_retries",
    "tags",
];

/// The targets of a list, each once. `from` is the group that falls back to them.
pub(super) fn list(list: &Cursor<'_>, from: Option<&str>, names: &Names) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for at in list.list("a list of model groups") {
        let Some(target) = target(&at, names) else { continue };
        if target.overrides.is_none() && from == Some(target.model.as_str()) {
            at.warning(
                format!("`{}` falls back to itself; this step is left out", target.model),
                "its own deployments are tried first in any case".to_owned(),
            );
        } else if targets.contains(&target) {
            at.warning(format!("`{}` stands here twice; it is tried once", target.model), None);
        } else {
            targets.push(target);
        }
    }
    targets
}

/// A name, or `{model: …, <parameters>}`.
fn target(at: &Cursor<'_>, names: &Names) -> Option<Target> {
    let Some(fields) = at.value().as_object() else {
        return Some(Target::group(&names.model(at, &at.text()?)?));
    };
    let overrides = overrides(at, fields);
    let Some(model) = fields.get("model") else {
        at.missing(
            "model",
            "missing, expected a model group's name",
            "write `{model: gpt-4.1-paid, temperature: 0}`".to_owned(),
        );
        return None;
    };
    let model_at = at.at_key("model", model);
    let model = names.model(&model_at, &model_at.text()?)?;
    Some(Target { model, overrides: Some(overrides).filter(|fields| !fields.is_empty()) })
}

/// The parameters beside `model`. Whether the dialect of a request has them is known with the request.
fn overrides(at: &Cursor<'_>, fields: &Map<String, Value>) -> Map<String, Value> {
    let mut overrides = Map::new();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "model") {
        check(&at.at_key(name, value), name);
        overrides.insert(name.clone(), value.clone());
    }
    overrides
}

/// Reports a parameter that a target cannot set.
fn check(at: &Cursor<'_>, name: &str) {
    let is_defined = DIALECTS.iter().any(|dialect| {
        matches!(schema::request(*dialect).standing(name), Standing::Defined(_) | Standing::Hint(_))
    });
    if name == "stream" {
        at.error(
            "whether the answer is a stream is the caller's choice",
            "take it out: the fallback answers as the request asks".to_owned(),
        );
    } else if CONTROLS.contains(&name) {
        at.error(
            format!("`{name}` is for the gateway, not for a model"),
            "write it under `router_settings`, or in the request itself".to_owned(),
        );
    } else if OF_DEPLOYMENTS.contains(&name) || (!is_defined && internal::at_top_level(name)) {
        at.error(
            format!("`{name}` belongs to a deployment, not to a request"),
            "write it in `model_list`, at a deployment of the target's group".to_owned(),
        );
    } else if !is_defined {
        let names = DIALECTS.iter().flat_map(|dialect| schema::request(*dialect).defined());
        at.warning("no API that is served has this parameter", did_you_mean(name, names));
    }
}
