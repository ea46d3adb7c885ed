//! Parameters: `generationConfig` and `serviceTier`.

use serde_json::value::RawValue;

use super::model::Model;
use super::thinking;
use crate::reject::Reject;
use crate::translate::conversation::{Format, Given, Param, Params, Schema};
use crate::translate::losses::{Losses, malformed};
use crate::wire::json::{Kind, elements, text};
use crate::wire::write::{self, Members};

/// Parameters whose values pass as they are.
const PLAIN: &[(Param, &str)] = &[
    (Param::Temperature, "temperature"),
    (Param::TopP, "topP"),
    (Param::TopK, "topK"),
    (Param::MaxTokens, "maxOutputTokens"),
    (Param::Seed, "seed"),
    (Param::PresencePenalty, "presencePenalty"),
    (Param::FrequencyPenalty, "frequencyPenalty"),
];

/// Most stop sequences: <https://ai.google.dev/api/generate-content#generationconfig>.
const MAX_STOPS: usize = 5;

/// Writes `generationConfig`, unless it would be empty.
pub(super) fn write(
    body: &mut Members<'_>,
    params: &mut Params<'_>,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let mut config = Vec::new();
    write::object(&mut config, |config| {
        for (param, name) in PLAIN {
            config.raw_if(name, params.take(*param).map(|given| given.value));
        }
        if let Some(stop) = params.take(Param::Stop) {
            write_stop(config, stop, losses)?;
        }
        write_logprobs(config, params);
        if let Some((name, format)) = params.format.take() {
            write_format(config, name, format, losses);
        }
        match params.reasoning.take() {
            Some(reasoning) => thinking::write(config, &reasoning, model, losses),
            None => Ok(()),
        }
    })?;
    if config != b"{}" {
        body.name("generationConfig").extend_from_slice(&config);
    }
    Ok(())
}

/// A string or an array of strings.
fn write_stop(config: &mut Members<'_>, stop: Given<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    if Kind::of(stop.value) == Kind::Text {
        config.array("stopSequences", |array| array.raw(stop.value));
        return Ok(());
    }
    let count = elements(stop.value).map_err(|error| malformed(stop.name, &error))?.len();
    if count > MAX_STOPS {
        if losses.drop {
            losses.hint(stop.name);
            return Ok(());
        }
        return Err(Reject::invalid(format!(
            "`{}`: found {count} sequences, and Gemini takes {MAX_STOPS} at most. Send fewer.",
            stop.name
        ))
        .at(stop.name)
        .code("unsupported_parameter"));
    }
    if count > 0 {
        config.raw("stopSequences", stop.value);
    }
    Ok(())
}

/// Gemini gives the most likely tokens only with those that were chosen.
fn write_logprobs(config: &mut Members<'_>, params: &mut Params<'_>) {
    let wanted = params.take(Param::Logprobs).is_some_and(|given| given.value.get() == "true");
    let top = params.take(Param::TopLogprobs).map(|given| given.value).filter(|top| top.get() != "0");
    if wanted || top.is_some() {
        config.value("responseLogprobs", &true);
    }
    config.raw_if("logprobs", top);
}

fn write_format(config: &mut Members<'_>, name: &str, format: Format<'_>, losses: &mut Losses<'_>) {
    let schema: Option<&RawValue> = match format {
        Format::Text => return,
        Format::Json => None,
        Format::Schema(Schema { schema, description, .. }) => {
            // The schema's name says nothing to the model, and Gemini always follows it exactly.
            if description.is_some() {
                losses.hint(format!("{name}.description"));
            }
            schema
        }
    };
    config.value("responseMimeType", "application/json");
    config.raw_if("responseJsonSchema", schema);
}

/// OpenAI's and Anthropic's words for tiers that Gemini has, in Gemini's:
/// <https://ai.google.dev/gemini-api/docs/flex-inference>.
const TIERS: &[(&str, &str)] = &[("flex", "flex"), ("priority", "priority"), ("standard_only", "standard")];

/// Writes `serviceTier`. A tier that Gemini does not have stays with the parameters; `auto` and `default` say nothing.
pub(super) fn write_tier(body: &mut Members<'_>, params: &mut Params<'_>) {
    let Some(given) = params.take(Param::ServiceTier) else { return };
    let asked = text(given.value);
    match TIERS.iter().find(|(known, _)| asked.as_deref() == Some(known)) {
        Some((_, tier)) => body.value("serviceTier", tier),
        None => params.give(Param::ServiceTier, given.name, Some(given.value)),
    }
}
