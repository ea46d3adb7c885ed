//! A provider's chat completion for a chat client.

use crate::translate::{Answer, Failure, View, same_dialect, tokens};
use crate::wire::json::{Fields, has_elements};

/// The provider's completion with the public name of the model.
pub(in crate::translate) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let choices =
        fields.get("choices").ok_or_else(|| Failure::malformed("a completion without `choices`"))?;
    let has_any = has_elements(choices);
    if !has_any.map_err(|error| Failure::malformed(format!("`choices`: {error}")))? {
        return Err(Failure::malformed("a completion whose `choices` are empty"));
    }
    let mut body = fields.room();
    same_dialect::with_model(&mut body, fields, &view.model);
    Ok(Answer { body, usage: tokens::in_chat(fields) })
}
