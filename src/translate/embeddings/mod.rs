//! Embeddings: for OpenAI's own API members pass as they were written; for Gemini's the texts are taken out
//! and the vectors put in.

pub(super) mod gemini;

use super::failure::Failure;
use super::same_dialect::{Passing, with_model};
use super::{Answer, Target, View, tokens};
use crate::wire::json::{Fields, elements};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as the embeddings API defines them.
pub(super) fn request(fields: &Fields<'_>, target: &Target, dropped: &mut Vec<String>) -> Vec<u8> {
    let passing = Passing {
        dialect: Dialect::Embeddings,
        api: Api::Embeddings,
        fields,
        model: &target.model,
        stream: false,
    };
    let mut body = Vec::new();
    write::object(&mut body, |members| passing.write(members, &[], dropped));
    body
}

/// The provider's embeddings with the public name of the model.
pub(super) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let data = fields.get("data").ok_or_else(|| Failure::malformed("embeddings without `data`"))?;
    elements(data).map_err(|error| Failure::malformed(format!("`data`: {error}")))?;
    let mut body = Vec::new();
    with_model(&mut body, fields, &view.model);
    Ok(Answer { body, usage: tokens::in_chat(fields) })
}
