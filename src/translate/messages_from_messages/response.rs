//! A provider's message for a client of Messages.

use crate::translate::tokens::MessagesCount;
use crate::translate::{Answer, Failure, View, same_dialect};
use crate::wire::json::{Fields, elements};

/// The provider's message with the public name of the model.
pub(in crate::translate) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let content = fields.get("content").ok_or_else(|| Failure::malformed("a message without `content`"))?;
    elements(content).map_err(|error| Failure::malformed(format!("`content`: {error}")))?;
    let mut body = Vec::new();
    same_dialect::with_model(&mut body, fields, &view.model);
    Ok(Answer { body, usage: fields.set("usage").and_then(|usage| MessagesCount::default().take(usage)) })
}
