//! The caller's own `fallbacks`, `context_window_fallbacks` and `content_policy_fallbacks`.
//!
//! LiteLLM's two forms: a plain list of where to go (`["gpt-4.1", {"model": "gpt-5", "temperature": 0}]`), and
//! the configuration's form, a list of `{"the failed model": [where to go]}`.

use serde_json::{Map, Value};

use super::read;
use crate::reject::Reject;

/// Most places of one list.
const MAX_TARGETS: usize = 16;
const EXPECTED: &str = "an array of model names, or of objects with a `model` and other parameters";

/// Where the caller wants a request to go after a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The model whose failure this is for; `None`: whichever was asked.
    pub from: Option<String>,
    /// The model to ask then.
    pub model: String,
    /// Parameters that take the place of the request's own there, `model` not among them; empty for none.
    pub overrides: Map<String, Value>,
    /// Where it stands in the body, e.g. `fallbacks[1]`.
    pub path: String,
}

/// Reads one list; `None` for `null`.
///
/// # Errors
/// 400 for anything that is not one of the two forms.
pub(super) fn targets(name: &str, raw: &str) -> Result<Option<Vec<Target>>, Reject> {
    let Some(entries) = read::value::<Vec<Value>>(name, raw, EXPECTED)? else { return Ok(None) };
    let mut targets = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        let path = format!("{name}[{index}]");
        match mapping(&entry) {
            Some((from, list)) => {
                for (index, entry) in list.iter().enumerate() {
                    let path = format!("{path}.{from}[{index}]");
                    targets.push(target(Some(from), entry.clone(), path)?);
                }
            }
            None => targets.push(target(None, entry, path)?),
        }
    }
    if targets.len() > MAX_TARGETS {
        let message = format!("'{name}' may have at most {MAX_TARGETS} entries, found {}.", targets.len());
        return Err(Reject::invalid(message).at(name));
    }
    Ok(Some(targets))
}

/// `{"the failed model": [where to go]}`
fn mapping(entry: &Value) -> Option<(&str, &Vec<Value>)> {
    let mut fields = entry.as_object()?.iter();
    match (fields.next(), fields.next()) {
        (Some((from, Value::Array(list))), None) => Some((from, list)),
        _ => None,
    }
}

fn target(from: Option<&str>, entry: Value, path: String) -> Result<Target, Reject> {
    let (model, overrides) = match entry {
        Value::String(model) => (model, Map::new()),
        Value::Object(mut fields) => match fields.shift_remove("model") {
            Some(Value::String(model)) => (model, fields),
            _ => return Err(wrong(&path)),
        },
        _ => return Err(wrong(&path)),
    };
    if model.is_empty() {
        return Err(wrong(&path));
    }
    read::model_name(&path, &model)?;
    if let Some(name) = ["stream", "fallbacks"].into_iter().find(|name| overrides.contains_key(*name)) {
        let message = format!("'{path}.{name}' cannot be changed by a fallback.");
        return Err(Reject::invalid(message).at(format!("{path}.{name}")));
    }
    Ok(Target { from: from.map(str::to_owned), model, overrides, path })
}

fn wrong(path: &str) -> Reject {
    let message =
        format!("Invalid value for '{path}': expected a model's name, or an object with a 'model'.");
    Reject::invalid(message).at(path).code("invalid_type")
}
