//! Parameters, as far as the server defines them. What is not taken here shows in the end.

use serde_json::value::RawValue;

use crate::translate::chat::flavours::{Flavour, Thinking};
use crate::translate::chat::read::PASSING;
use crate::translate::conversation::{Format, Param, Params, Reasoning, Schema};
use crate::translate::losses::Losses;
use crate::wire::write::Members;

/// The name of a schema that has none: chat completions want one.
const UNNAMED_SCHEMA: &str = "response";

/// Budgets of thought, in tokens, below which they ask for an effort; LiteLLM draws the lines there too.
/// Nothing less than `low` is asked for, because not every model takes `minimal`.
const EFFORTS: &[(u64, &str)] = &[(5_000, "low"), (10_000, "medium")];
const MOST_EFFORT: &str = "high";

/// Writes every parameter but the tools' and the stream's.
pub(super) fn write(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) {
    if let Some(bound) = params.take(Param::MaxTokens) {
        members.raw(flavour.name("max_completion_tokens"), bound.value);
    }
    for (name, param) in PASSING.iter().filter(|(name, _)| flavour.defines(name)) {
        if let Some(given) = params.take(*param) {
            members.raw(flavour.name(name), given.value);
        }
    }
    if let Some((_, format)) = params.format.take() {
        members.object("response_format", |members| write_format(members, &format));
    }
    if let Some(reasoning) = params.reasoning.take() {
        if reasoning.summary.is_some() {
            losses.hint(format!("{}.summary", reasoning.name));
        }
        write_reasoning(members, &reasoning, flavour.thinking);
    }
}

/// Streams always end with the token counts, because the gateway counts by them.
pub(super) fn write_stream(members: &mut Members<'_>, params: &mut Params<'_>, flavour: &Flavour) {
    members.value("stream", &true);
    if !flavour.defines("stream_options") {
        return;
    }
    members.object("stream_options", |options| {
        if flavour.is_reference()
            && let Some(obfuscation) = params.take(Param::Obfuscation)
        {
            options.raw("include_obfuscation", obfuscation.value);
        }
        options.value("include_usage", &true);
    });
}

fn write_format(members: &mut Members<'_>, format: &Format<'_>) {
    match format {
        Format::Text => members.value("type", "text"),
        Format::Json => members.value("type", "json_object"),
        Format::Schema(schema) => {
            members.value("type", "json_schema");
            members.object("json_schema", |members| write_schema(members, schema));
        }
    }
}

fn write_schema(members: &mut Members<'_>, schema: &Schema<'_>) {
    match &schema.name {
        Some(name) => members.value("name", name),
        None => members.value("name", UNNAMED_SCHEMA),
    }
    if let Some(description) = &schema.description {
        members.value("description", description);
    }
    members.raw_if("schema", schema.schema);
    members.raw_if("strict", schema.strict);
}

fn write_reasoning(members: &mut Members<'_>, reasoning: &Reasoning<'_>, thinking: Thinking) {
    match thinking {
        Thinking::Effort => match (reasoning.effort, reasoning.off) {
            (_, true) => members.value("reasoning_effort", "none"),
            (Some(effort), _) => members.raw("reasoning_effort", effort),
            (None, _) => write_effort(members, reasoning.budget),
        },
        Thinking::Switch => {
            let switch = if is_off(reasoning) { "disabled" } else { "enabled" };
            members.object("thinking", |thinking| thinking.value("type", switch));
            match reasoning.effort {
                Some(effort) if switch == "enabled" => members.raw("reasoning_effort", effort),
                _ => {}
            }
        }
        Thinking::Object => members.object("reasoning", |members| match reasoning {
            Reasoning { off: true, .. } => members.value("enabled", &false),
            Reasoning { effort: Some(effort), .. } => members.raw("effort", effort),
            Reasoning { budget: Some(budget), .. } => members.raw("max_tokens", budget),
            _ => members.value("enabled", &true),
        }),
    }
}

fn write_effort(members: &mut Members<'_>, budget: Option<&RawValue>) {
    // As the model likes is what it does unasked.
    let Some(budget) = budget.and_then(|budget| budget.get().parse::<u64>().ok()) else { return };
    let effort = EFFORTS.iter().find(|(below, _)| budget < *below).map_or(MOST_EFFORT, |(_, effort)| *effort);
    members.value("reasoning_effort", effort);
}

fn is_off(reasoning: &Reasoning<'_>) -> bool {
    reasoning.off || reasoning.effort.is_some_and(|effort| effort.get() == "\"none\"")
}
