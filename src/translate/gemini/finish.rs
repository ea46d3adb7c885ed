//! Why an answer ended, or why there is none.
//!
//! Source of the reasons: <https://ai.google.dev/api/generate-content#FinishReason>. Three kinds:
//!
//! * the model had finished, or its tokens had: the answer is as good as it gets. `CONTINUATION` is the latter: an answer that
//!   reached the bound of one request, and could be gone on with by a token, which the clients' dialects have no word for
//!   (`Candidate` in <https://github.com/googleapis/python-genai/blob/main/google/genai/types.py>);
//! * a filter of the provider's cut it off (`SAFETY`, `RECITATION`, and any reason that is not known here);
//! * the model made nothing of use of a tool call (`MALFORMED_FUNCTION_CALL` and its like). That is no answer, and
//!   is told as the failure that it is, so that another try or another model may do better.

use serde_json::value::RawValue;

use crate::translate::failure::Failure;
use crate::wire::json::Fields;

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Stop,
    Length,
    Filtered,
}

/// Longest text of the provider's that is repeated, in bytes.
const MAX_TEXT: usize = 2048;

/// The ending of a candidate, where it has one.
pub(super) fn ending(candidate: &Fields<'_>) -> Result<Option<Ending>, Failure> {
    let Some(reason) = candidate.text("finishReason") else { return Ok(None) };
    Ok(Some(match reason.as_ref() {
        "STOP" | "FINISH_REASON_UNSPECIFIED" => Ending::Stop,
        "MAX_TOKENS" | "CONTINUATION" => Ending::Length,
        "MALFORMED_FUNCTION_CALL"
        | "UNEXPECTED_TOOL_CALL"
        | "TOO_MANY_TOOL_CALLS"
        | "MISSING_THOUGHT_SIGNATURE"
        | "MALFORMED_RESPONSE" => return Err(given_up(&reason, candidate)),
        _ => Ending::Filtered,
    }))
}

/// 502: the model's answer is of no use.
fn given_up(reason: &str, candidate: &Fields<'_>) -> Failure {
    let message = candidate.text("finishMessage");
    let said = message.as_deref().map_or("the provider said no more of it", |message| message);
    Failure {
        status: 502,
        message: format!(
            "The model gave its answer up with {reason}: {}.",
            bounded(said.trim_end_matches('.'))
        ),
        kind: "server_error".to_owned(),
        code: Some(reason.to_owned()),
        param: None,
        details: None,
    }
}

/// Whether the provider refused the prompt.
///
/// # Errors
/// It did. Others answer 400 then, and this is told as theirs, so that a fallback for refused content acts.
pub(super) fn unless_blocked(feedback: &RawValue) -> Result<(), Failure> {
    let feedback = Fields::of(feedback).map_err(Failure::malformed)?;
    let Some(reason) = feedback.text("blockReason") else { return Ok(()) };
    let message = feedback.text("blockReasonMessage");
    let said = message.as_deref().map(|message| format!(" {}", bounded(message)));
    Err(Failure {
        status: 400,
        message: format!(
            "The provider blocked the prompt: {}.{}",
            bounded(&reason),
            said.unwrap_or_default()
        ),
        kind: "invalid_request_error".to_owned(),
        code: Some("content_filter".to_owned()),
        param: None,
        details: None,
    })
}

fn bounded(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default()
}
