//! Google's error objects: `{"code":429,"message":"…","status":"RESOURCE_EXHAUSTED","details":[…]}`.
//!
//! `code` is the HTTP status. The word in `status`, one of <https://cloud.google.com/apis/design/errors>, is what
//! others call a code; an `ErrorInfo` among the details says it more exactly (`API_KEY_INVALID`), and a `BadRequest`
//! names the field at fault, in Google's spelling of it.

use std::borrow::Cow;

use super::read::{Said, bounded};
use crate::wire::json::{Fields, elements};

/// The word in `status`, by which such an object is known.
pub(super) fn word<'e>(error: &Fields<'e>) -> Option<Cow<'e, str>> {
    error.text("status").filter(|word| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
}

/// What such an object says; `word` is its `status`. Its kind is told by the HTTP status.
pub(super) fn said(error: &Fields<'_>, word: &str) -> Said {
    let details = error.set("details").and_then(|details| elements(details).ok()).unwrap_or_default();
    let details: Vec<Fields<'_>> = details.into_iter().filter_map(|detail| Fields::of(detail).ok()).collect();
    let reason = detail(&details, "ErrorInfo").and_then(|info| info.text("reason"));
    Said {
        kind: None,
        code: Some(bounded(reason.as_deref().unwrap_or(word))),
        param: detail(&details, "BadRequest").and_then(violated),
        details: None,
    }
}

/// The HTTP status that such an object stands for, inside of an answer.
pub(super) fn status(error: &Fields<'_>) -> Option<u16> {
    word(error)?;
    error.read("code").filter(|status| (400..600).contains(status))
}

fn detail<'d, 'e>(details: &'d [Fields<'e>], kind: &str) -> Option<&'d Fields<'e>> {
    details
        .iter()
        .find(|detail| detail.text("@type").is_some_and(|known| known.rsplit('.').next() == Some(kind)))
}

fn violated(request: &Fields<'_>) -> Option<String> {
    let violations = elements(request.set("fieldViolations")?).ok()?;
    let field = Fields::of(violations.first()?).ok()?.text("field").map(|field| bounded(&field));
    field.filter(|field| !field.is_empty())
}
