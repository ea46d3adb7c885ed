//! Parameters: what chat completions and Responses both can say, in the words of Responses.

use serde_json::value::RawValue;

use super::unexpressed::{Unexpressed, fields as members_of, invalid, required, unsupported};
use crate::reject::Reject;
use crate::wire::json::{Fields, text};
use crate::wire::write::Members;

/// Parameters of the same name and meaning on both sides.
const SAME: &[&str] = &[
    "metadata",
    "moderation",
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "temperature",
    "top_logprobs",
    "top_p",
    "user",
];

/// The least `max_output_tokens` that Responses take.
const LEAST_OUTPUT_TOKENS: u64 = 16;

/// Writes every parameter but the tools and the stream's.
pub(super) fn write(
    members: &mut Members<'_>,
    fields: &Fields<'_>,
    unexpressed: &mut Unexpressed<'_>,
) -> Result<(), Reject> {
    for name in SAME {
        members.raw_if(name, fields.set(name));
    }
    match fields.set("store") {
        Some(store) => members.raw("store", store),
        None => members.value("store", &false),
    }
    if let Some(effort) = fields.set("reasoning_effort") {
        members.object("reasoning", |reasoning| reasoning.raw("effort", effort));
    }
    if fields.read("logprobs") == Some(true) {
        members.value("include", &["message.output_text.logprobs"]);
    }
    max_output_tokens(members, fields, unexpressed)?;
    text_format(members, fields)
}

/// `stream_options`: what is left of it. Responses always report usage at a stream's end.
pub(super) fn stream_options(members: &mut Members<'_>, fields: &Fields<'_>) -> Result<(), Reject> {
    let Some(options) = fields.set("stream_options") else { return Ok(()) };
    let options = members_of("stream_options", options)?;
    if let Some(obfuscation) = options.set("include_obfuscation") {
        members.object("stream_options", |options| options.raw("include_obfuscation", obfuscation));
    }
    Ok(())
}

/// Responses take no bound below 16. To raise it unasked would bill the caller for tokens that it refused, so
/// that is done only where the deployment drops parameters, and named there.
fn max_output_tokens(
    members: &mut Members<'_>,
    fields: &Fields<'_>,
    unexpressed: &mut Unexpressed<'_>,
) -> Result<(), Reject> {
    let (name, bound) = match (fields.set("max_completion_tokens"), fields.set("max_tokens")) {
        (Some(_), Some(_)) => {
            return Err(invalid("max_tokens", "cannot be set beside `max_completion_tokens`"));
        }
        (Some(bound), None) => ("max_completion_tokens", bound),
        (None, Some(bound)) => ("max_tokens", bound),
        (None, None) => return Ok(()),
    };
    if !bound.get().parse().is_ok_and(|bound: u64| bound < LEAST_OUTPUT_TOKENS) {
        members.raw("max_output_tokens", bound);
        return Ok(());
    }
    if !unexpressed.drop {
        let found = format!(
            "found {}, expected at least {LEAST_OUTPUT_TOKENS}, the least that the Responses API takes, which \
             serves this model",
            bound.get()
        );
        return Err(invalid(name, found).code("integer_below_min_value"));
    }
    unexpressed.leave_out(name)?;
    members.value("max_output_tokens", &LEAST_OUTPUT_TOKENS);
    Ok(())
}

/// `response_format` and `verbosity` → `text`.
fn text_format(members: &mut Members<'_>, fields: &Fields<'_>) -> Result<(), Reject> {
    let (format, verbosity) = (fields.set("response_format"), fields.set("verbosity"));
    if format.is_none() && verbosity.is_none() {
        return Ok(());
    }
    members.object("text", |members| {
        if let Some(format) = format {
            members.object("format", |members| response_format(members, format))?;
        }
        members.raw_if("verbosity", verbosity);
        Ok(())
    })
}

fn response_format(members: &mut Members<'_>, format: &RawValue) -> Result<(), Reject> {
    let format = members_of("response_format", format)?;
    let kind = required("response_format", &format, "type")?;
    match text(kind).as_deref() {
        Some("text" | "json_object") => members.raw("type", kind),
        Some("json_schema") => {
            let schema = required("response_format", &format, "json_schema")?;
            let schema = members_of("response_format.json_schema", schema)?;
            members.raw("type", kind);
            for name in ["name", "description", "schema", "strict"] {
                members.raw_if(name, schema.set(name));
            }
        }
        _ => return Err(unsupported("response_format.type")),
    }
    Ok(())
}
