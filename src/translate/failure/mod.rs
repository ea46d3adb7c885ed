//! A provider's error, in one shape whichever API reported it, and in the words of each dialect.
//!
//! The provider's message, type, code and parameter are kept: they tell the caller what to change. A body
//! that is not an error object (a proxy's HTML page, nothing at all) gets a text of our own, because such
//! pages name hosts and addresses that are nobody's business.

mod cause;
mod details;
mod google;
mod read;
mod write;

use serde_json::{Map, Value};

pub use read::failure;
pub(super) use read::{of_error, of_event};
pub use write::{error_body, error_event};

/// Code of an answer that does not have its API's shape.
const MALFORMED: &str = "malformed_upstream_response";
/// Code of a stream that ended too early.
const CUT_OFF: &str = "upstream_stream_cut";

/// Code of an answer that is larger than the gateway holds.
const TOO_LARGE: &str = "upstream_answer_too_large";

/// Why a provider's answer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP status; for an error inside a stream, the one that the provider answers with elsewhere for
    /// the same code.
    pub status: u16,
    /// What happened, for the caller.
    pub message: String,
    /// The error's `type`, e.g. `invalid_request_error`.
    pub kind: String,
    /// The error's `code`, e.g. `context_length_exceeded`.
    pub code: Option<String>,
    /// The parameter at fault.
    pub param: Option<String>,
    /// Anthropic's `details`, for clients of its own dialect: what its SDKs go on by after an error. An object with an
    /// `error_code`. Boxed, because nearly no error has any.
    pub details: Option<Box<Map<String, Value>>>,
}

impl Failure {
    /// The provider's answer does not have the shape that its API defines: 502.
    pub(super) fn malformed(message: impl std::fmt::Display) -> Self {
        Self {
            status: 502,
            message: format!("The provider's answer is malformed: {message}."),
            kind: "server_error".to_owned(),
            code: Some(MALFORMED.to_owned()),
            param: None,
            details: None,
        }
    }

    /// The provider's answer has more than `most` bytes, which is what the gateway holds of one: 502.
    #[must_use]
    pub fn too_large(most: u32) -> Self {
        Self {
            status: 502,
            message: format!(
                "The provider's answer is larger than the {most} bytes that this gateway holds of one. Ask for less at \
                 once, or for a stream."
            ),
            kind: "server_error".to_owned(),
            code: Some(TOO_LARGE.to_owned()),
            param: None,
            details: None,
        }
    }

    /// The provider closed a stream before the event that ends it: 502.
    pub(super) fn cut_off() -> Self {
        Self {
            status: 502,
            message: "The provider closed the stream before the answer was complete.".to_owned(),
            kind: "server_error".to_owned(),
            code: Some(CUT_OFF.to_owned()),
            param: None,
            details: None,
        }
    }

    /// No translation exists for a dialect and an API: 501.
    pub(super) fn unsupported(message: String) -> Self {
        Self {
            status: 501,
            message,
            kind: "not_implemented_error".to_owned(),
            code: Some("unsupported_translation".to_owned()),
            param: None,
            details: None,
        }
    }
}
