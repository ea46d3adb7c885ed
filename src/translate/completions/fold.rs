//! An answer as one completion with one choice, and what chunks share with it.

use super::finish_reason;
use crate::translate::failure::Failure;
use crate::translate::told::{Begun, Told};
use crate::translate::{View, tokens};
use crate::wire::write::{self, Members};

/// An answer as one body of the dialect. What the model thought, and whatever else is no text, has no place in it.
///
/// # Errors
/// None: every answer has a text, though it may be empty.
pub(in crate::translate) fn fold(told: Vec<Told<'_>>, view: &View) -> Result<Vec<u8>, Failure> {
    let (mut text, mut usage, mut finish, mut id) = (String::new(), None, None, made_up_id(view));
    for piece in told {
        match piece {
            Told::Begun(begun) => take_id(&mut id, &begun),
            Told::Text(words) | Told::Refusal(words) => text.push_str(&words.text()),
            Told::Usage(counted) => usage = Some(counted),
            Told::Finished(how) => finish = Some(how),
            _ => {}
        }
    }
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        opening(members, &id, view);
        choices(members, &text, Some(finish_reason(finish.as_ref())));
        if let Some(usage) = &usage {
            members.object("usage", |members| tokens::write_chat(members, usage));
        }
    });
    Ok(body)
}

/// An id for an answer whose provider gives none.
pub(super) fn made_up_id(view: &View) -> String {
    format!("cmpl-{}", view.created_s)
}

pub(super) fn take_id(id: &mut String, begun: &Begun<'_>) {
    if let Some(given) = begun.id.as_ref().filter(|given| !given.is_empty()) {
        *id = given.text().into_owned();
    }
}

/// What every object of one answer begins with.
pub(super) fn opening(members: &mut Members<'_>, id: &str, view: &View) {
    members.value("id", id);
    members.value("object", "text_completion");
    members.value("created", &view.created_s);
    members.value("model", &view.model);
}

/// The one choice.
pub(super) fn choices(
    members: &mut Members<'_>,
    text: &(impl serde::Serialize + ?Sized),
    finish_reason: Option<&str>,
) {
    members.array("choices", |array| {
        array.object(|choice| {
            choice.value("index", &0);
            choice.value("text", text);
            choice.value("logprobs", &());
            choice.value("finish_reason", &finish_reason);
        });
    });
}
