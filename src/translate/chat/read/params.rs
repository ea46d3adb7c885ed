//! Parameters of a chat request.

use serde_json::value::RawValue;

use super::object::{At, Object};
use crate::reject::Reject;
use crate::translate::chat::flavours::Flavour;
use crate::translate::conversation::{Choice, Format, Named, Param, Params, Reasoning, Schema, ToolKind};
use crate::translate::losses::{Losses, invalid};
use crate::wire::json::{Fields, Kind, text};

/// Parameters whose values pass as they were written, by their names.
pub(in crate::translate::chat) const PASSING: &[(&str, Param)] = &[
    ("audio", Param::AudioOutput),
    ("frequency_penalty", Param::FrequencyPenalty),
    ("logit_bias", Param::LogitBias),
    ("logprobs", Param::Logprobs),
    ("metadata", Param::Metadata),
    ("modalities", Param::Modalities),
    ("moderation", Param::Moderation),
    ("n", Param::Choices),
    ("prediction", Param::Prediction),
    ("presence_penalty", Param::PresencePenalty),
    ("prompt_cache_key", Param::PromptCacheKey),
    ("prompt_cache_options", Param::PromptCacheOptions),
    ("prompt_cache_retention", Param::PromptCacheRetention),
    ("safety_identifier", Param::SafetyIdentifier),
    ("seed", Param::Seed),
    ("service_tier", Param::ServiceTier),
    ("stop", Param::Stop),
    ("store", Param::Store),
    ("temperature", Param::Temperature),
    ("top_k", Param::TopK),
    ("top_logprobs", Param::TopLogprobs),
    ("top_p", Param::TopP),
    ("user", Param::EndUser),
    ("verbosity", Param::Verbosity),
];

/// Reads every parameter but the tools.
pub(super) fn read<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Params<'a>, Reject> {
    let mut params = Params::default();
    for (name, param) in PASSING {
        params.give(*param, name, fields.get(name));
    }
    match (fields.set("max_completion_tokens"), fields.set("max_tokens")) {
        (Some(bound), Some(former)) if bound.get() != former.get() => {
            return Err(invalid("max_tokens", "cannot be set beside `max_completion_tokens`"));
        }
        (Some(bound), _) => params.give(Param::MaxTokens, "max_completion_tokens", Some(bound)),
        (None, bound) => params.give(Param::MaxTokens, "max_tokens", bound),
    }
    params.parallel_calls = parallel_calls(fields)?;
    params.choice = fields.set("tool_choice").map(choice).transpose()?.map(|choice| ("tool_choice", choice));
    params.format = fields
        .set("response_format")
        .map(|format| response_format(format, losses))
        .transpose()?
        .map(|format| ("response_format", format));
    params.reasoning = reasoning(fields, losses)?;
    stream_options(fields, &mut params)?;
    Ok(params)
}

/// Refuses or names what a client asked of a server that does not define it. What asks for nothing but what is
/// so anyway passes unnoticed.
///
/// # Errors
/// 400 for a parameter that would change the answer, unless the deployment drops.
pub(in crate::translate) fn lacking(
    fields: &Fields<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if flavour.lacks.is_empty() {
        return Ok(());
    }
    let mut lost = Params::default();
    for (name, param) in PASSING.iter().filter(|(name, _)| flavour.lacks.contains(name)) {
        lost.give(*param, name, fields.get(name));
    }
    let lacks = |name: &str| flavour.lacks.contains(&name) && fields.set(name).is_some();
    if lacks("parallel_tool_calls") {
        lost.parallel_calls = parallel_calls(fields)?;
    }
    losses.rest(lost)?;
    let typed = ["function_call", "functions", "web_search_options"];
    typed.into_iter().filter(|name| lacks(name)).try_for_each(|name| losses.param(name))
}

fn parallel_calls(fields: &Fields<'_>) -> Result<Option<(&'static str, bool)>, Reject> {
    let name = "parallel_tool_calls";
    let Some(value) = fields.set(name) else { return Ok(None) };
    match fields.read(name) {
        Some(parallel) => Ok(Some((name, parallel))),
        None => Err(invalid(name, format!("expected a boolean, found {}", Kind::of(value).name()))),
    }
}

fn choice(choice: &RawValue) -> Result<Choice<'_>, Reject> {
    let name = "tool_choice";
    let unknown = || invalid(name, "found no choice that chat completions define");
    if Kind::of(choice) == Kind::Text {
        return match text(choice).as_deref() {
            Some("auto") => Ok(Choice::Auto),
            Some("none") => Ok(Choice::None),
            Some("required") => Ok(Choice::Required),
            _ => Err(unknown()),
        };
    }
    let choice = Object::of(choice, At::Top(name))?;
    if choice.words("type")?.text() != "allowed_tools" {
        return Ok(Choice::One(named(&choice)?));
    }
    let allowed = choice.object("allowed_tools")?;
    let required = match allowed.words("mode")?.text().as_ref() {
        "auto" => false,
        "required" => true,
        _ => return Err(invalid(allowed.path("mode"), "expected `auto` or `required`")),
    };
    allowed.required("tools")?;
    let at = At::Top("tool_choice.allowed_tools.tools");
    let tools = allowed.list("tools")?.into_iter().map(|tool| named(&Object::of(tool, at)?));
    Ok(Choice::Among { tools: tools.collect::<Result<Vec<_>, Reject>>()?, required })
}

/// `{"type":"function","function":{"name":…}}`
fn named<'a>(tool: &Object<'a, '_>) -> Result<Named<'a>, Reject> {
    let (kind, member) = match tool.words("type")?.text().as_ref() {
        "function" => (ToolKind::Function, "function"),
        "custom" => (ToolKind::Custom, "custom"),
        _ => return Err(invalid(tool.path("type"), "expected `function` or `custom`")),
    };
    Ok(Named { kind, name: tool.object(member)?.words("name")? })
}

fn response_format<'a>(format: &'a RawValue, losses: &Losses<'_>) -> Result<Format<'a>, Reject> {
    let format = Object::of(format, At::Top("response_format"))?;
    match format.words("type")?.text().as_ref() {
        "text" => Ok(Format::Text),
        "json_object" => Ok(Format::Json),
        "json_schema" => {
            let schema = format.object("json_schema")?;
            Ok(Format::Schema(Schema {
                name: schema.words_if("name")?,
                description: schema.words_if("description")?,
                schema: schema.set("schema"),
                strict: schema.set("strict"),
            }))
        }
        _ => Err(losses.refusal(&format.path("type"))),
    }
}

/// `reasoning_effort`, and Anthropic's `thinking`, which says more where both are given.
fn reasoning<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Option<Reasoning<'a>>, Reject> {
    let effort = fields.set("reasoning_effort");
    let Some(thinking) = fields.set("thinking") else {
        let name = "reasoning_effort";
        return Ok(effort.map(|effort| Reasoning { effort: Some(effort), name, ..Reasoning::default() }));
    };
    let thinking = Object::of(thinking, At::Top("thinking"))?;
    thinking.others(&["type", "budget_tokens"], losses);
    let mut reasoning = Reasoning { effort, name: "thinking", ..Reasoning::default() };
    match thinking.words("type")?.text().as_ref() {
        "enabled" => {
            reasoning.budget = thinking.set("budget_tokens");
            reasoning.adaptive = reasoning.budget.is_none();
        }
        "disabled" => reasoning.off = true,
        "adaptive" => reasoning.adaptive = true,
        _ => {
            let expected = "expected `enabled`, `disabled` or `adaptive`";
            return Err(invalid(thinking.path("type"), expected));
        }
    }
    Ok(Some(reasoning))
}

/// What is left of `stream_options` beside the usage chunk, which the gateway asks for itself.
fn stream_options<'a>(fields: &Fields<'a>, params: &mut Params<'a>) -> Result<(), Reject> {
    let Some(options) = fields.set("stream_options").filter(|_| fields.read("stream") == Some(true)) else {
        return Ok(());
    };
    let options = Object::of(options, At::Top("stream_options"))?;
    let name = "stream_options.include_obfuscation";
    params.give(Param::Obfuscation, name, options.set("include_obfuscation"));
    Ok(())
}
