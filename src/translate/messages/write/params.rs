//! Parameters.

use serde_json::value::RawValue;

use super::super::model::Model;
use super::{schema, thinking};
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::conversation::{Format, Given, Param, Params, Words};
use crate::translate::end_user;
use crate::translate::losses::{Losses, malformed, missing};
use crate::wire::json::{Kind, elements};
use crate::wire::write::Members;

/// The bound on an answer where nobody named one: LiteLLM's. Also what is left for the answer beside a budget of
/// thought that would have taken all of it.
const MAX_TOKENS: u64 = 4096;

/// Writes `max_tokens`, which the API wants, and larger than the budget of thought.
pub(super) fn write_max_tokens(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    target: &Target,
    budget: Option<u64>,
    losses: &mut Losses<'_>,
) {
    let given = params.take(Param::MaxTokens);
    let own = || target.max_output_tokens.unwrap_or(MAX_TOKENS);
    let bound = given.map_or_else(|| Some(own()), |given| given.value.get().parse().ok());
    match (bound, budget, given) {
        (Some(bound), Some(budget), given) if bound <= budget => {
            if let Some(given) = given {
                losses.hint(given.name);
            }
            members.value("max_tokens", &budget.saturating_add(MAX_TOKENS));
        }
        (_, _, Some(given)) => members.raw("max_tokens", given.value),
        (bound, _, None) => members.value("max_tokens", &bound.unwrap_or(MAX_TOKENS)),
    }
}

/// Writes `output_config`: how much effort, and what the answer must look like.
pub(super) fn write_output_config(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    effort: Option<&str>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let schema = match params.format.take() {
        Some((name, Format::Schema(format))) => {
            // Chat completions have the schema one level deeper than the others.
            let path = if name == "response_format" { "response_format.json_schema" } else { name };
            if format.description.is_some() {
                losses.hint(format!("{path}.description"));
            }
            let path = format!("{path}.schema");
            let schema = format.schema.ok_or_else(|| missing(path.clone()))?;
            let fitted = schema::fitted(schema);
            if fitted.as_ref().is_some_and(|fitted| fitted.loosened) {
                losses.hint(path);
            }
            Some((schema, fitted))
        }
        // JSON of any shape has no counterpart: it stays for the losses.
        other => {
            params.format = other;
            None
        }
    };
    if effort.is_none() && schema.is_none() {
        return Ok(());
    }
    members.object("output_config", |config| {
        if let Some(effort) = effort {
            config.value("effort", effort);
        }
        if let Some((schema, fitted)) = &schema {
            config.object("format", |format| {
                format.value("type", "json_schema");
                format.raw("schema", fitted.as_ref().map_or(*schema, |fitted| &*fitted.schema));
            });
        }
    });
    Ok(())
}

/// Writes the rest.
pub(super) fn write(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    model: Model,
    thinking: &thinking::Plan,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    sampling(members, params, model, thinking.thinks, losses)?;
    if let Some(stop) = params.take(Param::Stop) {
        stop_sequences(members, stop, losses)?;
    }
    let mut user = |param| end_user::take(params, param, end_user::fits_anthropic, losses);
    if let Some(user) = user(Param::EndUser).or_else(|| user(Param::SafetyIdentifier)) {
        members.object("metadata", |metadata| metadata.raw("user_id", user.value));
    }
    if let Some(tier) = params.take(Param::ServiceTier) {
        match tier.value.get() {
            "\"auto\"" => members.raw("service_tier", tier.value),
            "\"default\"" | "\"standard_only\"" => members.value("service_tier", "standard_only"),
            _ => losses.param(tier.name)?,
        }
    }
    Ok(())
}

/// `temperature`, `top_p` and `top_k`. A model that thinks takes a temperature of 1, a `top_p` from 0.95 and no
/// `top_k`; the newest take none of them. Where only one of the first two may be said, it is the one that says something,
/// and of two the temperature, if the model takes it.
fn sampling(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    model: Model,
    thinks: bool,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let [temperature, top_p, top_k] =
        [Param::Temperature, Param::TopP, Param::TopK].map(|param| params.take(param));
    let either = !model.both_samplers && temperature.is_some() && top_p.is_some();
    // OpenAI's go up to 2.
    let takes_warmth = |number: f64| number <= 1.0 && !thinks;
    let warm = temperature.map(number).is_some_and(|number| takes_warmth(number) && number != 1.0);
    for (param, member, given) in [
        (Param::Temperature, "temperature", temperature),
        (Param::TopP, "top_p", top_p),
        (Param::TopK, "top_k", top_k),
    ] {
        let Some(given) = given else { continue };
        let number = number(given);
        let neutral = param != Param::TopK && number == 1.0;
        if either && neutral {
            continue;
        }
        let allowed = match param {
            Param::Temperature => takes_warmth(number),
            Param::TopP if either && warm => false,
            Param::TopP => !thinks || number >= 0.95,
            _ => !thinks,
        };
        if model.samples && (allowed || neutral) {
            members.raw(member, given.value);
        } else if !neutral {
            losses.param(given.name)?;
        }
    }
    Ok(())
}

fn number(given: Given<'_>) -> f64 {
    given.value.get().parse().unwrap_or_default()
}

/// A sequence of white space alone is one that the API refuses.
fn stop_sequences(members: &mut Members<'_>, stop: Given<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    let list: Vec<&RawValue> = match Kind::of(stop.value) {
        Kind::Text => vec![stop.value],
        _ => elements(stop.value).map_err(|error| malformed(stop.name, &error))?,
    };
    let (kept, blank): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|sequence| !Words::from(*sequence).text().trim().is_empty());
    if !blank.is_empty() {
        losses.param(stop.name)?;
    }
    if !kept.is_empty() {
        members.array("stop_sequences", |array| kept.into_iter().for_each(|sequence| array.raw(sequence)));
    }
    Ok(())
}
