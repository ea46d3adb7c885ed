//! Moderations: members pass as they were written. OpenAI alone has the API, and counts no tokens for it.

use super::failure::Failure;
use super::same_dialect::{Passing, with_model};
use super::{Answer, Target, View};
use crate::wire::json::{Fields, elements};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as the moderations API defines them.
pub(super) fn request(fields: &Fields<'_>, target: &Target, dropped: &mut Vec<String>) -> Vec<u8> {
    let passing = Passing {
        dialect: Dialect::Moderations,
        api: Api::Moderations,
        fields,
        model: &target.model,
        stream: false,
    };
    let mut body = Vec::new();
    write::object(&mut body, |members| passing.write(members, &[], dropped));
    body
}

/// The provider's verdicts with the public name of the model.
pub(super) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let results =
        fields.get("results").ok_or_else(|| Failure::malformed("a moderation without `results`"))?;
    elements(results).map_err(|error| Failure::malformed(format!("`results`: {error}")))?;
    let mut body = Vec::new();
    with_model(&mut body, fields, &view.model);
    Ok(Answer { body, usage: None })
}
