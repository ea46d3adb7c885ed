//! What a chat request can say and a Responses body cannot.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::wire::json::{Fields, Malformed};

/// Parameters without a counterpart, and the values that ask for nothing: as if they were not there.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("audio", &[]),
    ("frequency_penalty", &["0", "0.0"]),
    ("logit_bias", &["{}"]),
    ("modalities", &["[\"text\"]"]),
    ("n", &["1"]),
    ("prediction", &[]),
    ("presence_penalty", &["0", "0.0"]),
    ("seed", &[]),
    ("stop", &["[]"]),
];

/// Refuses what cannot be expressed, or takes note of it where the deployment drops.
pub(super) struct Unexpressed<'d> {
    pub(super) drop: bool,
    pub(super) dropped: &'d mut Vec<String>,
}

impl Unexpressed<'_> {
    /// Goes through the parameters that have no counterpart.
    pub(super) fn parameters(&mut self, fields: &Fields<'_>) -> Result<(), Reject> {
        for (name, neutral) in PARAMETERS {
            if fields.set(name).is_some_and(|value| !neutral.contains(&compact(value).as_str())) {
                self.leave_out(name)?;
            }
        }
        Ok(())
    }

    /// A parameter that the provider will not get.
    pub(super) fn leave_out(&mut self, param: &str) -> Result<(), Reject> {
        if !self.drop {
            return Err(unsupported(param));
        }
        self.dropped.push(param.to_owned());
        Ok(())
    }
}

/// A refusal of something that the Responses API has no words for.
pub(super) fn unsupported(param: &str) -> Reject {
    Reject::invalid(format!(
        "`{param}` has no counterpart in the Responses API, which serves this model. Remove it, or use a model \
         that chat completions serve."
    ))
    .at(param)
    .code("unsupported_parameter")
}

/// A refusal of what chat completions had before they had tools.
pub(super) fn retired(param: &str, instead: &str) -> Reject {
    Reject::invalid(format!(
        "`{param}` is retired, and has no counterpart in the Responses API, which serves this model. Use \
         {instead} instead."
    ))
    .at(param)
    .code("unsupported_parameter")
}

/// A refusal of something that is not what chat completions define.
pub(super) fn invalid(param: &str, found: impl std::fmt::Display) -> Reject {
    Reject::invalid(format!("`{param}`: {found}.")).at(param).code("invalid_value")
}

/// The members of an object at a path.
pub(super) fn fields<'a>(path: &str, value: &'a RawValue) -> Result<Fields<'a>, Reject> {
    Fields::of(value).map_err(|error| malformed(path, &error))
}

/// A member that must be there.
pub(super) fn required<'a>(path: &str, fields: &Fields<'a>, name: &str) -> Result<&'a RawValue, Reject> {
    fields.set(name).ok_or_else(|| invalid(&format!("{path}.{name}"), "missing"))
}

/// As [`invalid`], for a value of the wrong type.
pub(super) fn malformed(path: &str, error: &Malformed) -> Reject {
    invalid(path, error)
}

/// A short value without white space, to compare it.
fn compact(value: &RawValue) -> String {
    value.get().chars().take(64).filter(|c| !c.is_ascii_whitespace()).collect()
}
