//! A chat completions body from a chat request.

use serde_json::value::RawValue;

use super::{beyond, messages};
use crate::reject::Reject;
use crate::translate::bridge::{self, Made, Side};
use crate::translate::chat::{EFFORT, Flavour, lacking, logprobs_count};
use crate::translate::end_user::is_within;
use crate::translate::losses::{Losses, invalid};
use crate::translate::{Target, hints};
use crate::wire::json::{Fields, text};
use crate::wire::schema::{self, Standing};
use crate::wire::write::{self, Members};
use crate::wire::{Api, Dialect};

/// The client's members, as far as the server defines them, in the client's order. A stream always ends with
/// the token counts, because the gateway counts by them.
///
/// # Errors
/// 400 for a parameter that would change the answer and that the server does not define, unless the deployment
/// drops.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    let flavour = Flavour::of(target);
    refuse_twins(fields, flavour)?;
    if beyond::is_beyond(fields, flavour) {
        return bridged(fields, stream, target, flavour, dropped);
    }
    let named = dropped.len();
    let mut losses = Losses { api: Api::ChatCompletions, drop: target.drop_params, dropped };
    lacking(fields, flavour, &mut losses)?;
    let mut body = fields.room();
    write::object(&mut body, |members| {
        members.value("model", &target.model);
        for (name, value) in fields.iter() {
            match name {
                "model" | "stream" => {}
                "stream_options" if stream => {}
                _ if repeats(name, fields, flavour) => {}
                _ if !flavour.defines(name) => undefined(name, value, &mut losses)?,
                _ => member(members, name, value, fields, flavour, &mut losses)?,
            }
        }
        if stream {
            members.value("stream", &true);
            stream_options(members, fields.get("stream_options"), flavour, &mut losses);
        }
        Ok::<(), Reject>(())
    })?;
    if dropped.len() > named && beyond::has_foreign_parts(fields, flavour) {
        dropped.truncate(named);
        return bridged(fields, stream, target, flavour, dropped);
    }
    Ok(body)
}

/// Over the bridge, past which goes what the server defines beyond the reference.
fn bridged(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    flavour: &Flavour,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    // The bridge reads these itself.
    let is_extra = |name: &str| flavour.extras.contains(&name) && !matches!(name, "thinking" | "top_k");
    let mut known = fields.clone();
    let extras: Vec<_> = fields.iter().filter(|(name, _)| is_extra(name)).collect();
    for (name, _) in &extras {
        known.remove(name);
    }
    let built = bridge::request(Side::Chat, Made::Chat, &known, stream, target, dropped)?;
    let Ok(written) = Fields::parse(&built) else { return Ok(built) };
    let mut body = Vec::with_capacity(built.len());
    write::object(&mut body, |members| {
        // The server's own words go before what the reference's became.
        let says = |name: &str| extras.iter().any(|(extra, _)| *extra == name);
        written.iter().filter(|(name, _)| !says(name)).for_each(|(name, value)| members.raw(name, value));
        extras.iter().for_each(|(name, value)| members.raw(name, value));
    });
    Ok(body)
}

/// Two names of the client's that are one of the server's, and do not say the same.
fn refuse_twins(fields: &Fields<'_>, flavour: &Flavour) -> Result<(), Reject> {
    for (name, own) in flavour.renamed {
        let twins = fields.set(name).zip(fields.set(own));
        if twins.is_some_and(|(one, other)| one.get() != other.get()) {
            return Err(invalid(*own, format!("cannot be set beside `{name}`")));
        }
    }
    Ok(())
}

/// Whether a member's twin says it: the server's own name for it goes first, unless it is `null`.
fn repeats(name: &str, fields: &Fields<'_>, flavour: &Flavour) -> bool {
    flavour.renamed.iter().any(|(reference, own)| {
        (name == *reference && fields.set(own).is_some())
            || (name == *own && fields.set(own).is_none() && fields.get(reference).is_some())
    })
}

/// A field that the server does not define. Parameters of the reference are dealt with already; names that
/// nobody defines go no further.
fn undefined(name: &str, value: &RawValue, losses: &mut Losses<'_>) -> Result<(), Reject> {
    match schema::request(Dialect::Chat).standing(name) {
        Standing::Defined(_) => Ok(()),
        Standing::Hint(_) if value.get() == "null" => Ok(()),
        Standing::Hint(_) => losses.param(name),
        Standing::LeftOut | Standing::Undefined => {
            losses.hint(name);
            Ok(())
        }
    }
}

fn member(
    members: &mut Members<'_>,
    name: &str,
    value: &RawValue,
    fields: &Fields<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    match name {
        EFFORT => return effort(members, value, fields, flavour, losses),
        "logprobs" | "top_logprobs" if flavour.counts_logprobs() => {
            logprobs(members, name, value, fields, losses);
            return Ok(());
        }
        "response_format" if !flavour.schemas && is_schema(value) => return losses.param(name),
        _ if flavour.has_words_for(name) => return flavour.parameter(members, name, name, value, losses),
        _ => {}
    }
    if name == "user" && is_too_long(value, flavour) {
        losses.hint(name);
        return Ok(());
    }
    let text = hints::without(Dialect::Chat, name, value, flavour.message_extras, losses.dropped);
    let out = members.name(flavour.renamed(name).unwrap_or(name));
    if name == "messages" && !messages::pass(&text, flavour) {
        return messages::write(out, &text, flavour, losses);
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Whether an end user's id would be refused.
fn is_too_long(user: &RawValue, flavour: &Flavour) -> bool {
    flavour.longest_user.zip(text(user)).is_some_and(|(most, user)| !is_within(most)(&user))
}

/// How much the model is to think; `none` is another member to some, unless the client wrote that one itself.
fn effort(
    members: &mut Members<'_>,
    value: &RawValue,
    fields: &Fields<'_>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    match flavour.thinking_switch() {
        Some(switch) if value.get() == "\"none\"" && fields.set(switch).is_some() => losses.hint(EFFORT),
        Some(_) if value.get() == "\"none\"" => flavour.write_off(members),
        _ => flavour.effort(members, EFFORT, value, losses)?,
    }
    Ok(())
}

/// `logprobs` and `top_logprobs` where they are one number.
fn logprobs(
    members: &mut Members<'_>,
    name: &str,
    value: &RawValue,
    fields: &Fields<'_>,
    losses: &mut Losses<'_>,
) {
    let logprobs = fields.get("logprobs");
    if name == "logprobs" {
        if let Some(count) = logprobs_count(value, fields.get("top_logprobs")) {
            members.raw(name, &count);
        }
    } else if logprobs.is_none_or(|logprobs| logprobs.get() != "true") && value.get() != "null" {
        losses.hint(name);
    }
}

fn is_schema(format: &RawValue) -> bool {
    Fields::of(format).is_ok_and(|format| format.text("type").as_deref() == Some("json_schema"))
}

fn stream_options(
    members: &mut Members<'_>,
    asked: Option<&RawValue>,
    flavour: &Flavour,
    losses: &mut Losses<'_>,
) {
    let asked = asked.and_then(|asked| Fields::of(asked).ok()).unwrap_or_default();
    let others = asked.iter().filter(|(name, _)| *name != "include_usage");
    if flavour.is_reference() {
        members.object("stream_options", |members| {
            others.for_each(|(name, value)| members.raw(name, value));
            members.value("include_usage", &true);
        });
        return;
    }
    others.for_each(|(name, _)| losses.hint(format!("stream_options.{name}")));
    if flavour.defines("stream_options") {
        members.object("stream_options", |members| members.value("include_usage", &true));
    }
}
