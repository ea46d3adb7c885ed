//! An error that the gateway itself answers with, and its body in each dialect.
//!
//! The OpenAI dialects get `{"error":{message, type, param, code}}` with LiteLLM's `type` names where they
//! exist; Anthropic's gets `{"type":"error","error":{type, message}}`, with `details: {error_code}` where its SDKs go
//! on by that.

use serde_json::{Map, Value};

use crate::wire::Dialect;
use crate::wire::write::{self, Members};

/// Code of a request whose `thread` nobody would keep: the one that Anthropic's clients read, in `details`. Source: the
/// error types of its SDK (November 2026, `ThreadUnsupportedRequestErrorDetails`).
pub(crate) const THREAD_UNSUPPORTED: &str = "thread_unsupported_request";

/// Why a request is refused, before it is put in anybody's words.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// HTTP status.
    pub status: u16,
    /// The error's `type`, e.g. `invalid_request_error`.
    pub kind: &'static str,
    /// The error's `code`, e.g. `unknown_parameter`; the status where none is set, as LiteLLM does.
    pub code: Option<&'static str>,
    /// The field at fault, as a path from the body's root: `messages[0].content`.
    pub param: Option<String>,
    /// What was wrong, and what to do.
    pub message: String,
    /// Seconds after which the same request may pass; becomes `retry-after`.
    pub retry_after: Option<u64>,
    /// LiteLLM's `provider_specific_fields`, for guardrails.
    pub details: Option<Map<String, Value>>,
}

impl Reject {
    /// A refusal with a status, a `type` and a message; the rest unset.
    #[must_use]
    pub fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
            retry_after: None,
            details: None,
        }
    }

    /// The caller's request is at fault: 400 `invalid_request_error`.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// Sets the error's `code`.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// The response body in the client's dialect.
    #[must_use]
    pub fn body(&self, dialect: Dialect) -> Vec<u8> {
        let anthropic = dialect.is_anthropic();
        // Enough for nearly all.
        let mut body = Vec::with_capacity(self.message.len() + 256);
        write::object(&mut body, |whole| {
            if anthropic {
                whole.value("type", "error");
            }
            whole.object("error", |error| {
                match anthropic {
                    true => self.for_anthropic(error),
                    false => self.for_openai(error),
                }
                if let Some(details) = &self.details {
                    error.value("provider_specific_fields", details);
                }
            });
        });
        body
    }

    fn for_anthropic(&self, error: &mut Members<'_>) {
        error.value("type", anthropic_type(self.status));
        error.value("message", &self.message);
        if let Some(code) = self.code.filter(|code| *code == THREAD_UNSUPPORTED) {
            error.object("details", |details| details.value("error_code", code));
        }
    }

    fn for_openai(&self, error: &mut Members<'_>) {
        error.value("message", &self.message);
        error.value("type", self.kind);
        error.value("param", &self.param);
        match self.code {
            Some(code) => error.value("code", code),
            None => error.value("code", &self.status.to_string()),
        }
    }
}

/// Anthropic's error types, by status: <https://platform.claude.com/docs/en/api/errors>.
pub(crate) fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        408 | 504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
