//! Completions for completions: members pass as they were written, but for the model's name and the usage
//! chunk, which the gateway always asks for and the client gets if it asked too.

mod stream;

pub(super) use stream::Chunks;

use super::failure::Failure;
use super::same_dialect::{Passing, with_model};
use super::{Answer, Target, View, tokens};
use crate::wire::json::{Fields, elements};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as the API defines them.
pub(super) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Vec<u8> {
    let passing = Passing {
        dialect: Dialect::Completions,
        api: Api::Completions,
        fields,
        model: &target.model,
        stream,
    };
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, if stream { &["stream_options"] } else { &[] }, dropped);
        if stream {
            let asked =
                fields.set("stream_options").and_then(|asked| Fields::of(asked).ok()).unwrap_or_default();
            members.object("stream_options", |members| {
                for (name, value) in asked.iter().filter(|(name, _)| *name != "include_usage") {
                    members.raw(name, value);
                }
                members.value("include_usage", &true);
            });
        }
    });
    body
}

/// The provider's completion with the public name of the model.
pub(super) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let choices =
        fields.get("choices").ok_or_else(|| Failure::malformed("a completion without `choices`"))?;
    let choices = elements(choices).map_err(|error| Failure::malformed(format!("`choices`: {error}")))?;
    if choices.is_empty() {
        return Err(Failure::malformed("a completion whose `choices` are empty"));
    }
    let mut body = Vec::new();
    with_model(&mut body, fields, &view.model);
    Ok(Answer { body, usage: tokens::in_chat(fields) })
}
