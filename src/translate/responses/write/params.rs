//! Parameters: what a conversation and Responses both can say, in the words of Responses.

use super::reasoning;
use crate::reject::Reject;
use crate::translate::conversation::{Format, Param, Params, Schema};
use crate::translate::end_user;
use crate::translate::losses::{Losses, invalid};
use crate::wire::write::Members;

/// Parameters that pass as they were written, under their names here.
const PLAIN: &[(Param, &str)] = &[
    (Param::PromptCacheKey, "prompt_cache_key"),
    (Param::PromptCacheOptions, "prompt_cache_options"),
    (Param::PromptCacheRetention, "prompt_cache_retention"),
    (Param::SafetyIdentifier, "safety_identifier"),
];

/// As [`PLAIN`], after the tier.
const SAMPLING: &[(Param, &str)] = &[
    (Param::Temperature, "temperature"),
    (Param::TopLogprobs, "top_logprobs"),
    (Param::TopP, "top_p"),
    (Param::Truncation, "truncation"),
    (Param::Background, "background"),
    (Param::PreviousResponse, "previous_response_id"),
    (Param::StoredConversation, "conversation"),
    (Param::PromptTemplate, "prompt"),
    (Param::ContextManagement, "context_management"),
];

/// The least `max_output_tokens` that Responses take.
const LEAST_OUTPUT_TOKENS: u64 = 16;

/// Writes every parameter but the tools' and the stream's. `sealed`: whether sealed reasoning is sent along.
pub(super) fn write(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    sealed: bool,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    plain(members, params, &[(Param::Metadata, "metadata"), (Param::Moderation, "moderation")]);
    if let Some((_, parallel)) = params.parallel_calls.take() {
        members.value("parallel_tool_calls", &parallel);
    }
    plain(members, params, PLAIN);
    service_tier(members, params);
    plain(members, params, SAMPLING);
    user(members, params, losses);
    let stored = store(members, params);
    let reasons = reasoning::write(members, params, losses);
    let mut include = Vec::new();
    if params.take(Param::Logprobs).is_some_and(|logprobs| logprobs.value.get() == "true") {
        include.push("message.output_text.logprobs");
    }
    if (reasons || sealed) && !stored {
        include.push("reasoning.encrypted_content");
    }
    if !include.is_empty() {
        members.value("include", &include);
    }
    max_output_tokens(members, params, losses)?;
    text_options(members, params);
    Ok(())
}

/// `stream_options`, which means something with a stream only.
pub(super) fn stream_options(members: &mut Members<'_>, params: &mut Params<'_>, stream: bool) {
    let obfuscation = params.take(Param::Obfuscation).filter(|_| stream);
    if let Some(obfuscation) = obfuscation {
        members.object("stream_options", |options| options.raw("include_obfuscation", obfuscation.value));
    }
}

fn plain(members: &mut Members<'_>, params: &mut Params<'_>, names: &[(Param, &str)]) {
    for (param, name) in names {
        if let Some(given) = params.take(*param) {
            members.raw(name, given.value);
        }
    }
}

/// Anthropic's `standard_only` asks for what OpenAI calls `default`.
fn service_tier(members: &mut Members<'_>, params: &mut Params<'_>) {
    if let Some(tier) = params.take(Param::ServiceTier) {
        match tier.value.get() {
            "\"standard_only\"" => members.value("service_tier", "default"),
            _ => members.raw("service_tier", tier.value),
        }
    }
}

fn user(members: &mut Members<'_>, params: &mut Params<'_>, losses: &mut Losses<'_>) {
    let fits = end_user::is_within(end_user::OPENAI_LONGEST);
    let user = end_user::take(params, Param::EndUser, fits, losses);
    members.raw_if("user", user.map(|user| user.value));
}

/// Says whether the answer will be stored.
fn store(members: &mut Members<'_>, params: &mut Params<'_>) -> bool {
    let Some(store) = params.take(Param::Store) else {
        members.value("store", &false);
        return false;
    };
    members.raw("store", store.value);
    store.value.get() == "true"
}

/// Responses take no bound below 16. To raise it unasked would bill the caller for tokens that it refused, so
/// that is done only where the deployment drops parameters, and named there.
fn max_output_tokens(
    members: &mut Members<'_>,
    params: &mut Params<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let Some(bound) = params.take(Param::MaxTokens) else { return Ok(()) };
    if !bound.value.get().parse().is_ok_and(|bound: u64| bound < LEAST_OUTPUT_TOKENS) {
        members.raw("max_output_tokens", bound.value);
        return Ok(());
    }
    if !losses.drop {
        let found = format!(
            "found {}, expected at least {LEAST_OUTPUT_TOKENS}, the least that the Responses API takes, which \
             serves this model",
            bound.value.get()
        );
        return Err(invalid(bound.name, found).code("integer_below_min_value"));
    }
    losses.hint(bound.name);
    members.value("max_output_tokens", &LEAST_OUTPUT_TOKENS);
    Ok(())
}

/// The answer's form and length.
fn text_options(members: &mut Members<'_>, params: &mut Params<'_>) {
    let (format, verbosity) = (params.format.take(), params.take(Param::Verbosity));
    if format.is_none() && verbosity.is_none() {
        return;
    }
    members.object("text", |members| {
        if let Some((_, format)) = &format {
            members.object("format", |members| text_format(members, format));
        }
        members.raw_if("verbosity", verbosity.map(|verbosity| verbosity.value));
    });
}

fn text_format(members: &mut Members<'_>, format: &Format<'_>) {
    let Schema { name, description, schema, strict } = match format {
        Format::Text => return members.value("type", "text"),
        Format::Json => return members.value("type", "json_object"),
        Format::Schema(schema) => schema,
    };
    members.value("type", "json_schema");
    match name {
        Some(name) => members.value("name", name),
        // Anthropic's schemas have no name, and Responses want one.
        None => members.value("name", "answer"),
    }
    if let Some(description) = description {
        members.value("description", description);
    }
    members.raw_if("schema", *schema);
    members.raw_if("strict", *strict);
}
