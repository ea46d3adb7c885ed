//! A provider's response for a client of Responses.

use crate::translate::failure::{self, Failure};
use crate::translate::tokens::{self, searches};
use crate::translate::{Answer, View, public};
use crate::wire::json::{Fields, elements};

/// The provider's response with the public name of the model and the id that the client may use.
///
/// One that `failed` is an error like any other, so that another deployment is tried. Where it carries
/// `error`, as the reference says, it does not even come here.
pub(in crate::translate) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let output = fields.get("output").ok_or_else(|| Failure::malformed("a response without `output`"))?;
    let items = elements(output).map_err(|error| Failure::malformed(format!("`output`: {error}")))?;
    if fields.text("status").as_deref() == Some("failed") {
        return Err(failure::of_event(&Fields::default()));
    }
    let mut body = Vec::new();
    public::response(&mut body, fields, view);
    Ok(Answer { body, usage: tokens::in_responses(fields, || searches::in_items(&items)) })
}
