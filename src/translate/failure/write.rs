//! [`Failure`] → error bodies and error events of each dialect.

use serde_json::{Value, json};

use super::Failure;
use crate::reject::anthropic_type;
use crate::sse::write_event;
use crate::wire::Dialect;

/// An HTTP error's body.
#[must_use]
pub fn error_body(dialect: Dialect, failure: &Failure) -> Vec<u8> {
    let body = match dialect.is_anthropic() {
        true => json!({"type": "error", "error": for_anthropic(failure)}),
        false => json!({"error": {
            "message": failure.message,
            "type": failure.kind,
            "param": failure.param,
            "code": failure.code,
        }}),
    };
    body.to_string().into_bytes()
}

fn for_anthropic(failure: &Failure) -> Value {
    let mut error = json!({"type": anthropic_type(failure.status), "message": failure.message});
    if let (Some(members), Some(details)) = (error.as_object_mut(), &failure.details) {
        members.insert("details".to_owned(), json!(details));
    }
    error
}

/// The event that tells a client in the middle of a stream that the rest will not come. Nothing follows it:
/// no `[DONE]`, no completed response.
///
/// `next_sequence`: for Responses, one more than the last `sequence_number` that the client saw, or 0. A
/// [`Stream`](crate::translate::Stream) that is under way knows it: see `Stream::fail`.
#[must_use]
pub fn error_event(dialect: Dialect, failure: &Failure, next_sequence: u64) -> Vec<u8> {
    let mut out = Vec::new();
    match dialect {
        Dialect::Messages => write_event(&mut out, b"error", &error_body(dialect, failure)),
        Dialect::Responses | Dialect::Stored(_) => {
            let event = json!({
                "type": "error",
                "code": failure.code,
                "message": failure.message,
                "param": failure.param,
                "sequence_number": next_sequence,
            });
            write_event(&mut out, b"error", event.to_string().as_bytes());
        }
        _ => write_event(&mut out, b"", &error_body(dialect, failure)),
    }
    out
}
