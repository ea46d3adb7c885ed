//! A completions request as a conversation of one turn.

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::{Conversation, Param, Params, Part, Place, Role, Said, Turn, Words};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::{Fields, Kind, elements};

/// Parameters whose values pass as they were written. A bound that is not set stays so: the dialect's own (16
/// tokens) is of a time when models did not think first.
const PASSING: &[(&str, Param)] = &[
    ("frequency_penalty", Param::FrequencyPenalty),
    ("logit_bias", Param::LogitBias),
    ("max_tokens", Param::MaxTokens),
    ("n", Param::Choices),
    ("presence_penalty", Param::PresencePenalty),
    ("seed", Param::Seed),
    ("stop", Param::Stop),
    ("temperature", Param::Temperature),
    ("top_p", Param::TopP),
    ("user", Param::EndUser),
];

/// Parameters that no conversation has, with the values by which they ask for nothing.
const LOST: &[(&str, &[&str])] =
    &[("best_of", &["1"]), ("echo", &["false"]), ("logprobs", &[]), ("suffix", &["\"\""])];

/// Reads a client's request.
///
/// # Errors
/// 400 for several prompts, for one of token numbers, and for what no conversation can ask for.
pub(in crate::translate) fn read<'a>(
    fields: &Fields<'a>,
    losses: &mut Losses<'_>,
) -> Result<Conversation<'a>, Reject> {
    let mut params = Params::default();
    for (name, value) in fields.iter() {
        match name {
            "model" | "prompt" | "stream" => {}
            "stream_options" => stream_options(value, &mut params)?,
            _ => param(name, value, &mut params, losses)?,
        }
    }
    let prompt = fields.set("prompt").ok_or_else(|| missing("prompt"))?;
    let at = Place::new("prompt", 0);
    let said = Said::Text(Words::Json(one_text(prompt, losses)?));
    let turn = Turn { role: Role::User, parts: vec![Part { said, cache: None, at }], name: None, at };
    Ok(Conversation { turns: vec![turn], params, ..Conversation::default() })
}

fn param<'a>(
    name: &str,
    value: &'a RawValue,
    params: &mut Params<'a>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if let Some((name, param)) = PASSING.iter().find(|(known, _)| *known == name) {
        params.give(*param, name, Some(value));
        return Ok(());
    }
    let lost = LOST.iter().find(|(known, _)| *known == name);
    match lost {
        Some((_, neutral)) if value.get() == "null" || neutral.contains(&value.get()) => Ok(()),
        Some((name, _)) => losses.param(name),
        None => {
            losses.hint(name);
            Ok(())
        }
    }
}

/// The usage chunk is the gateway's to write.
fn stream_options<'a>(options: &'a RawValue, params: &mut Params<'a>) -> Result<(), Reject> {
    if options.get() == "null" {
        return Ok(());
    }
    let options = Fields::of(options).map_err(|error| malformed("stream_options", &error))?;
    params.give(Param::Obfuscation, "stream_options.include_obfuscation", options.get("include_obfuscation"));
    Ok(())
}

/// The prompt, which is a text, or a list of one.
fn one_text<'a>(prompt: &'a RawValue, losses: &Losses<'_>) -> Result<&'a RawValue, Reject> {
    if Kind::of(prompt) == Kind::Text {
        return Ok(prompt);
    }
    let list = elements(prompt).map_err(|error| malformed("prompt", &error))?;
    match list.as_slice() {
        [one] if Kind::of(one) == Kind::Text => Ok(one),
        [first, ..] if Kind::of(first) == Kind::Text => Err(unlike(losses, "takes one prompt at a time")),
        [first, ..] if matches!(Kind::of(first), Kind::Number | Kind::Array) => {
            Err(unlike(losses, "takes text and no token numbers"))
        }
        _ => Err(invalid("prompt", "expected a string")),
    }
}

fn unlike(losses: &Losses<'_>, what: &str) -> Reject {
    let api = losses.api.name();
    Reject::invalid(format!("`prompt`: {api}, which serves this model, {what}."))
        .at("prompt")
        .code("unsupported_value")
}
