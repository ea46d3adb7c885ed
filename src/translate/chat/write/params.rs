//! Parameters, as far as the server defines them. What is not taken here shows in the end.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::chat::flavours::{Flavour, Thinking};
use crate::translate::chat::read::PASSING;
use crate::translate::chat::values::logprobs_count;
use crate::translate::conversation::{Format, Given, Param, Params, Reasoning, Schema};
use crate::translate::end_user;
use crate::translate::losses::Losses;
use crate::wire::write::Members;

/// The name of a schema that has none: chat completions want one.
const UNNAMED_SCHEMA: &str = "response";

/// Budgets of thought, in tokens, below which they ask for an effort; LiteLLM draws the lines there too.
/// Nothing less than `low` is asked for, because not every model takes `minimal`.
const EFFORTS: &[(u64, &str)] = &[(5_000, r#""low""#), (10_000, r#""medium""#)];
const MOST_EFFORT: &str = r#""high""#;
const NO_EFFORT: &str = r#""none""#;

/// Writes every parameter but the tools' and the stream's.
pub(super) fn write(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if let Some(bound) = params.take(Param::MaxTokens) {
        members.raw(flavour.name("max_completion_tokens"), bound.value);
    }
    if flavour.counts_logprobs() {
        write_logprobs(members, params, losses);
    }
    for (name, param) in PASSING.iter().filter(|(name, _)| flavour.defines(name)) {
        if let Some(given) = take(params, *param, flavour, losses) {
            flavour.parameter(members, name, given.name, given.value, losses)?;
        }
    }
    let sayable = |format: &Format<'_>| flavour.schemas || !matches!(format, Format::Schema(_));
    if let Some((_, format)) = params.format.take_if(|(_, format)| sayable(format)) {
        members.object("response_format", |members| write_format(members, &format));
    }
    if let Some(reasoning) = params.reasoning.take() {
        if reasoning.summary.is_some() {
            losses.hint(format!("{}.summary", reasoning.name));
        }
        write_reasoning(members, &reasoning, flavour, losses)?;
    }
    Ok(())
}

fn take<'a>(
    params: &mut Params<'a>,
    param: Param,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Option<Given<'a>> {
    match (param, flavour.longest_user) {
        (Param::EndUser, Some(most)) => end_user::take(params, param, end_user::is_within(most), losses),
        _ => params.take(param),
    }
}

/// Writes how many log probabilities are wanted.
fn write_logprobs(members: &mut Members<'_>, params: &mut Params<'_>, losses: &mut Losses<'_>) {
    let (logprobs, top) = (params.take(Param::Logprobs), params.take(Param::TopLogprobs));
    let count = logprobs.and_then(|given| logprobs_count(given.value, top.map(|top| top.value)));
    match (count, top) {
        (Some(count), _) => members.raw("logprobs", &count),
        (None, Some(top)) => losses.hint(top.name),
        (None, None) => {}
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

fn write_reasoning(
    members: &mut Members<'_>,
    reasoning: &Reasoning<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if is_off(reasoning) && flavour.thinking_switch().is_some() {
        flavour.write_off(members);
        return Ok(());
    }
    match flavour.thinking {
        Thinking::Effort | Thinking::EffortOrOff => write_effort(members, reasoning, flavour, losses)?,
        Thinking::Switch => {
            members.object("thinking", |thinking| thinking.value("type", "enabled"));
            if let Some(effort) = reasoning.effort {
                flavour.effort(members, reasoning.name, effort, losses)?;
            }
        }
        Thinking::Object => members.object("reasoning", |members| match reasoning {
            Reasoning { off: true, .. } => members.value("enabled", &false),
            Reasoning { effort: Some(effort), .. } => members.raw("effort", effort),
            Reasoning { budget: Some(budget), .. } => members.raw("max_tokens", budget),
            _ => members.value("enabled", &true),
        }),
    }
    Ok(())
}

fn write_effort(
    members: &mut Members<'_>,
    reasoning: &Reasoning<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let effort = match reasoning {
        Reasoning { off: true, .. } => serde_json::from_str(NO_EFFORT).ok(),
        Reasoning { effort: Some(effort), .. } => Some(*effort),
        // As the model likes is what it does unasked.
        _ => reasoning.budget.and_then(effort_of),
    };
    effort.map_or(Ok(()), |effort| flavour.effort(members, reasoning.name, effort, losses))
}

fn effort_of(budget: &RawValue) -> Option<&'static RawValue> {
    let budget = budget.get().parse::<u64>().ok()?;
    let effort = EFFORTS.iter().find(|(below, _)| budget < *below).map_or(MOST_EFFORT, |(_, effort)| *effort);
    serde_json::from_str(effort).ok()
}

fn is_off(reasoning: &Reasoning<'_>) -> bool {
    reasoning.off || reasoning.effort.is_some_and(|effort| effort.get() == NO_EFFORT)
}
