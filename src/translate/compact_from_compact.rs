//! A compaction for a compaction. The API has no stream, no `store` and no `metadata`; a `stream` that
//! the client sent is dropped and named.

use super::failure::Failure;
use super::responses_from_responses::Input;
use super::same_dialect::Passing;
use super::{Answer, Target, View, public, tokens};
use crate::wire::json::{Fields, elements};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as compaction defines them.
pub(super) fn request(fields: &Fields<'_>, target: &Target, dropped: &mut Vec<String>) -> Vec<u8> {
    let passing =
        Passing { dialect: Dialect::Compact, api: Api::Compact, fields, model: &target.model, stream: false };
    let input = Input::of(fields);
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, input.apart(), dropped);
        input.write(members, dropped);
    });
    body
}

/// The provider's compaction, as it is.
pub(super) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let output = fields.get("output").ok_or_else(|| Failure::malformed("a compaction without `output`"))?;
    elements(output).map_err(|error| Failure::malformed(format!("`output`: {error}")))?;
    let mut body = Vec::new();
    public::response(&mut body, fields, view);
    Ok(Answer { body, usage: tokens::in_compaction(fields) })
}
