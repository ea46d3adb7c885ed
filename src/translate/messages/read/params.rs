//! Parameters.

use serde_json::value::RawValue;

use super::{members_of, required, type_of};
use crate::reject::{Reject, THREAD_UNSUPPORTED};
use crate::translate::conversation::{Format, Param, Params, Reasoning, Schema};
use crate::translate::losses::{Losses, invalid};

/// Parameters whose values pass as they were written.
const SAME: &[(&str, &str, Param)] = &[
    ("max_tokens", "max_tokens", Param::MaxTokens),
    ("temperature", "temperature", Param::Temperature),
    ("top_p", "top_p", Param::TopP),
    ("top_k", "top_k", Param::TopK),
    ("stop_sequences", "stop_sequences", Param::Stop),
    ("container", "container", Param::Container),
    ("context_management", "context_management", Param::ContextEdits),
    ("inference_geo", "inference_geo", Param::InferenceGeo),
    ("mcp_servers", "mcp_servers", Param::McpServers),
];

/// Reads a parameter, which is not `null`.
pub(super) fn read<'a>(
    name: &str,
    value: &'a RawValue,
    params: &mut Params<'a>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if let Some((_, name, param)) = SAME.iter().find(|(known, ..)| *known == name) {
        params.give(*param, name, Some(value));
        return Ok(());
    }
    match name {
        "metadata" => {
            let metadata = members_of(name, value)?;
            params.give(Param::EndUser, "metadata.user_id", metadata.set("user_id"));
        }
        "service_tier" => params.give(Param::ServiceTier, "service_tier", Some(service_tier(value))),
        "thinking" => thinking(value, params, losses)?,
        "output_config" => output_config(value, params, losses)?,
        "output_format" => params.format = Some(("output_format", format(name, value)?)),
        // `fast` costs more and is another way to serve.
        "speed" if value.get() == "\"standard\"" => {}
        "compaction" | "speed" => losses.param(name)?,
        // A turn that goes on with a thread brings the new messages only, without system and tools, and the next turn of one
        // that is begun will: to leave the member out would ask another question.
        "thread" => return Err(unthreaded(losses)),
        // What only Anthropic has and does not change the answer: for whom it is billed (`billing_policy`,
        // `fallback_credit_token`), what a cache has missed (`diagnostics`), that the whole prompt is to be cached
        // (`cache_control`). And what the dialect does not define.
        _ => losses.hint(name),
    }
    Ok(())
}

/// The refusal by which Anthropic's SDKs know that they are to send the whole conversation, now and from then on.
fn unthreaded(losses: &Losses<'_>) -> Reject {
    let mut reject = losses.refusal("thread").code(THREAD_UNSUPPORTED);
    reject.message = format!(
        "`thread` has no counterpart in {}, which serves this model: nobody would keep the conversation. Send all of \
         it, without `thread`.",
        losses.api.name()
    );
    reject
}

/// `standard_only` is OpenAI's `default`: no priority, whatever the account has.
fn service_tier(value: &RawValue) -> &RawValue {
    match value.get() {
        "\"standard_only\"" => serde_json::from_str("\"default\"").unwrap_or(value),
        _ => value,
    }
}

/// Effort and thinking are one thing to other makers; the client's name for it is the first that it gave.
fn reasoning<'p, 'a>(params: &'p mut Params<'a>, name: &'static str) -> &'p mut Reasoning<'a> {
    params.reasoning.get_or_insert_with(|| Reasoning { name, ..Reasoning::default() })
}

fn thinking<'a>(value: &'a RawValue, params: &mut Params<'a>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    const NAME: &str = "thinking";
    let thinking = members_of(NAME, value)?;
    let kind = type_of(NAME, &thinking)?;
    if thinking.set("block_binding").is_some() {
        losses.hint("thinking.block_binding");
    }
    let reasoning = reasoning(params, NAME);
    match kind.as_ref() {
        "enabled" => reasoning.budget = Some(required(NAME, &thinking, "budget_tokens")?),
        "adaptive" => reasoning.adaptive = true,
        // Without thinking before the answer; notes between the calls of tools are left to the model.
        "disabled" | "between_tools" => reasoning.off = true,
        _ => return Err(invalid("thinking.type", "expected `enabled`, `adaptive` or `disabled`")),
    }
    if thinking.text("display").as_deref() == Some("summarized") {
        reasoning.summary = serde_json::from_str("\"auto\"").ok();
    }
    Ok(())
}

fn output_config<'a>(
    value: &'a RawValue,
    params: &mut Params<'a>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let config = members_of("output_config", value)?;
    if let Some(effort) = config.set("effort") {
        reasoning(params, "output_config.effort").effort = Some(effort);
    }
    if let Some(value) = config.set("format") {
        params.format = Some(("output_config.format", format("output_config.format", value)?));
    }
    if config.set("task_budget").is_some() {
        losses.param("output_config.task_budget")?;
    }
    Ok(())
}

fn format<'a>(path: &str, value: &'a RawValue) -> Result<Format<'a>, Reject> {
    let format = members_of(path, value)?;
    match type_of(path, &format)?.as_ref() {
        "json_schema" => Ok(Format::Schema(Schema {
            name: None,
            description: None,
            schema: Some(required(path, &format, "schema")?),
            strict: None,
        })),
        _ => Err(invalid(format!("{path}.type"), "expected `json_schema`")),
    }
}
