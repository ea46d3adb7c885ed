//! A Responses body from a Responses request.

use super::Input;
use crate::translate::Target;
use crate::translate::same_dialect::Passing;
use crate::wire::json::Fields;
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as Responses defines them.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Vec<u8> {
    let passing =
        Passing { dialect: Dialect::Responses, api: Api::Responses, fields, model: &target.model, stream };
    let input = Input::of(fields);
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, input.apart(), dropped);
        input.write(members, dropped);
    });
    body
}
