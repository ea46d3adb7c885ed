//! Everything that is neither said nor offered.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::{
    Choice, Format, Named, Param, Params, Reasoning, Schema, ToolKind, Words,
};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::{Fields, Kind, elements, text};

/// Parameters that pass as they were written, under their names here.
const PLAIN: &[(Param, &str)] = &[
    (Param::Temperature, "temperature"),
    (Param::TopP, "top_p"),
    (Param::MaxTokens, "max_output_tokens"),
    (Param::ServiceTier, "service_tier"),
    (Param::MaxToolCalls, "max_tool_calls"),
    (Param::Truncation, "truncation"),
    (Param::Background, "background"),
    (Param::PreviousResponse, "previous_response_id"),
    (Param::StoredConversation, "conversation"),
    (Param::PromptTemplate, "prompt"),
    (Param::ContextManagement, "context_management"),
    (Param::Moderation, "moderation"),
    (Param::EndUser, "user"),
    (Param::SafetyIdentifier, "safety_identifier"),
    (Param::Metadata, "metadata"),
    (Param::Store, "store"),
    (Param::PromptCacheKey, "prompt_cache_key"),
    (Param::PromptCacheRetention, "prompt_cache_retention"),
    (Param::PromptCacheOptions, "prompt_cache_options"),
];

/// How OpenAI is to run a request, which nobody else is told: by which of its programs, how soon in the background, and how
/// pictures are kept in the context.
const ONLY_OPENAIS: &[&str] = &["access_programs", "background_options", "image"];

/// Reads the parameters.
pub(super) fn read<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Params<'a>, Reject> {
    let mut params = Params::default();
    for (param, name) in PLAIN {
        params.give(*param, name, fields.set(name));
    }
    include(fields, &mut params, losses)?;
    for name in ONLY_OPENAIS {
        if fields.set(name).is_some() {
            losses.hint(*name);
        }
    }
    cache_options(fields, &mut params, losses)?;
    if is_on(fields, "multi_agent", "enabled") {
        losses.param("multi_agent")?;
    }
    if let Some(options) = fields.set("stream_options") {
        let options = members_of("stream_options", options)?;
        params.give(
            Param::Obfuscation,
            "stream_options.include_obfuscation",
            options.set("include_obfuscation"),
        );
    }
    if let Some(parallel) = fields.set("parallel_tool_calls") {
        let parallel = fields.read("parallel_tool_calls").ok_or_else(|| {
            let found = format!("expected a boolean, found {}", Kind::of(parallel).name());
            invalid("parallel_tool_calls", found)
        })?;
        params.parallel_calls = Some(("parallel_tool_calls", parallel));
    }
    if let Some(choice) = fields.set("tool_choice") {
        match tool_choice(choice)? {
            Some(choice) => params.choice = Some(("tool_choice", choice)),
            None => losses.param("tool_choice")?,
        }
    }
    text_options(fields, &mut params)?;
    params.reasoning = reasoning(fields, losses)?;
    Ok(params)
}

/// `prewarm` is of the Responses API alone. Where it is on, nothing is to be said: only a cache is to be filled.
fn cache_options<'a>(
    fields: &Fields<'a>,
    params: &mut Params<'a>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    const NAME: &str = "prompt_cache_options";
    let options = fields.set(NAME).and_then(|options| Fields::of(options).ok());
    if options.is_none_or(|options| options.get("prewarm").is_none()) {
        return Ok(());
    }
    if is_on(fields, NAME, "prewarm") {
        losses.param("prompt_cache_options.prewarm")?;
    }
    params.take(Param::PromptCacheOptions);
    losses.hint(NAME);
    Ok(())
}

/// Whether a member of a parameter is `true`.
fn is_on(fields: &Fields<'_>, parameter: &str, name: &str) -> bool {
    let parameter = fields.set(parameter).and_then(|parameter| Fields::of(parameter).ok());
    parameter.is_some_and(|parameter| parameter.read(name) == Some(true))
}

/// `include`: what more the answer is to hold. Sealed reasoning travels in any case, log probabilities are a
/// parameter elsewhere; without being included, they are not in an answer whatever `top_logprobs` says.
fn include<'a>(fields: &Fields<'a>, params: &mut Params<'a>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    let listed = fields.set("include").map_or(Ok(Vec::new()), elements);
    let mut logprobs = false;
    for value in listed.map_err(|error| malformed("include", &error))? {
        match text(value).as_deref() {
            Some("reasoning.encrypted_content") => {}
            Some("message.output_text.logprobs") => logprobs = true,
            _ => losses.hint("include"),
        }
    }
    let top = fields.set("top_logprobs").filter(|top| top.get() != "0");
    if logprobs {
        params.give(Param::Logprobs, "include", serde_json::from_str("true").ok());
        params.give(Param::TopLogprobs, "top_logprobs", top);
    } else if top.is_some() {
        losses.hint("top_logprobs");
    }
    Ok(())
}

/// `None` for a choice of a hosted tool, which no other API can be told to call.
fn tool_choice(choice: &RawValue) -> Result<Option<Choice<'_>>, Reject> {
    if let Some(word) = text(choice) {
        return match word.as_ref() {
            "auto" => Ok(Some(Choice::Auto)),
            "none" => Ok(Some(Choice::None)),
            "required" => Ok(Some(Choice::Required)),
            _ => Err(invalid("tool_choice", "expected `auto`, `none`, `required` or an object")),
        };
    }
    let choice = members_of("tool_choice", choice)?;
    match choice.text("type").as_deref() {
        Some("allowed_tools") => {
            let tools = choice.set("tools").ok_or_else(|| missing("tool_choice.tools"))?;
            let mut named = Vec::new();
            for tool in elements(tools).map_err(|error| malformed("tool_choice.tools", &error))? {
                match named_tool(&members_of("tool_choice.tools", tool)?)? {
                    Some(tool) => named.push(tool),
                    None => return Ok(None),
                }
            }
            let required = choice.text("mode").as_deref() == Some("required");
            Ok(Some(Choice::Among { tools: named, required }))
        }
        _ => Ok(named_tool(&choice)?.map(Choice::One)),
    }
}

fn named_tool<'a>(tool: &Fields<'a>) -> Result<Option<Named<'a>>, Reject> {
    let kind = match tool.text("type").as_deref() {
        Some("function") => ToolKind::Function,
        Some("custom") => ToolKind::Custom,
        _ => return Ok(None),
    };
    let name = tool.set("name").ok_or_else(|| missing("tool_choice.name"))?;
    Ok(Some(Named { kind, name: Words::Json(name) }))
}

/// `text`: the answer's form and length.
fn text_options<'a>(fields: &Fields<'a>, params: &mut Params<'a>) -> Result<(), Reject> {
    let Some(options) = fields.set("text") else { return Ok(()) };
    let options = members_of("text", options)?;
    params.give(Param::Verbosity, "text.verbosity", options.set("verbosity"));
    let Some(format) = options.set("format") else { return Ok(()) };
    let format = members_of("text.format", format)?;
    let format = match format.text("type").as_deref() {
        Some("text") => Format::Text,
        Some("json_object") => Format::Json,
        Some("json_schema") => Format::Schema(Schema {
            name: format.set("name").map(Words::Json),
            description: format.set("description").map(Words::Json),
            schema: format.set("schema"),
            strict: format.set("strict"),
        }),
        _ => return Err(invalid("text.format.type", "expected `text`, `json_object` or `json_schema`")),
    };
    params.format = Some(("text.format", format));
    Ok(())
}

fn reasoning<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Option<Reasoning<'a>>, Reject> {
    let Some(reasoning) = fields.set("reasoning") else { return Ok(None) };
    let reasoning = members_of("reasoning", reasoning)?;
    if reasoning.set("context").is_some_and(|context| context.get() != "\"auto\"") {
        losses.hint("reasoning.context");
    }
    if reasoning.set("mode").is_some_and(|mode| mode.get() != "\"standard\"") {
        losses.param("reasoning.mode")?;
    }
    let effort = reasoning.set("effort");
    // `generate_summary` is the older name.
    let summary = reasoning.set("summary").or_else(|| reasoning.set("generate_summary"));
    if effort.is_none() && summary.is_none() {
        return Ok(None);
    }
    Ok(Some(Reasoning { effort, summary, name: "reasoning", ..Reasoning::default() }))
}

fn members_of<'a>(path: &str, value: &'a RawValue) -> Result<Fields<'a>, Reject> {
    Fields::of(value).map_err(|error| malformed(path, &error))
}
