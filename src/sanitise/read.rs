//! Single values of a body, with errors that name the field.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::wire::json::Kind;

/// A value as a `T`; `None` for `null`.
///
/// # Errors
/// 400 `invalid_type` where it is something else; `expected` says what it should be, with its article.
pub(super) fn value<T: DeserializeOwned>(path: &str, raw: &str, expected: &str) -> Result<Option<T>, Reject> {
    serde_json::from_str(raw).map_err(|_| wrong_type(path, raw, expected))
}

/// A list of short strings; `null` is the empty one.
///
/// # Errors
/// 400 where it is something else, or has more than `most` entries or an entry of more than 256 bytes.
pub(super) fn names(path: &str, raw: &str, most: usize) -> Result<Vec<String>, Reject> {
    let names: Vec<String> = value(path, raw, "an array of strings")?.unwrap_or_default();
    if names.len() > most {
        let message = format!("'{path}' may have at most {most} entries, found {}.", names.len());
        return Err(Reject::invalid(message).at(path));
    }
    match names.iter().find(|name| name.len() > MAX_NAME_BYTES) {
        Some(name) => Err(too_long(path, MAX_NAME_BYTES, name.len())),
        None => Ok(names),
    }
}

/// Longest entry of a list of names, and longest model name.
pub(super) const MAX_NAME_BYTES: usize = 256;

/// 400: a string is too long.
pub(super) fn too_long(path: &str, most: usize, found: usize) -> Reject {
    Reject::invalid(format!("'{path}' is too long: at most {most} bytes are allowed, found {found}."))
        .at(path)
        .code("string_above_max_length")
}

/// A model's name may stand in headers and paths.
///
/// # Errors
/// 400: it is too long, or has characters that nobody sees.
pub(super) fn model_name(path: &str, name: &str) -> Result<(), Reject> {
    if name.len() > MAX_NAME_BYTES {
        return Err(too_long(path, MAX_NAME_BYTES, name.len()));
    }
    if name.chars().any(char::is_control) {
        let message = format!("Invalid value for '{path}': a model's name has no control characters.");
        return Err(Reject::invalid(message).at(path).code("invalid_value"));
    }
    Ok(())
}

/// 400: a value is not what it should be.
pub(super) fn wrong_type(path: &str, raw: &str, expected: &str) -> Reject {
    let kind =
        serde_json::from_str::<&RawValue>(raw).map_or("something else", |value| Kind::of(value).name());
    let found = match kind {
        "a number" if raw.len() <= 24 => format!("the number {raw}"),
        kind => kind.to_owned(),
    };
    Reject::invalid(format!("Invalid type for '{path}': expected {expected}, but got {found} instead."))
        .at(path)
        .code("invalid_type")
}
