//! An error that the gateway itself answers with, and its body in each dialect.
//!
//! The OpenAI dialects get `{"error":{message, type, param, code}}` with LiteLLM's `type` names where they
//! exist; Anthropic's gets `{"type":"error","error":{type, message}}`.

use serde_json::{Map, Value, json};

use crate::wire::Dialect;

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
        let mut error = match dialect.is_anthropic() {
            true => json!({"type": anthropic_type(self.status), "message": self.message}),
            false => json!({
                "message": self.message,
                "type": self.kind,
                "param": self.param,
                "code": self.code.map_or_else(|| self.status.to_string(), str::to_owned),
            }),
        };
        if let (Some(details), Value::Object(fields)) = (&self.details, &mut error) {
            fields.insert("provider_specific_fields".to_owned(), Value::Object(details.clone()));
        }
        let whole = match dialect.is_anthropic() {
            true => json!({"type": "error", "error": error}),
            false => json!({"error": error}),
        };
        whole.to_string().into_bytes()
    }
}

/// Anthropic's error types, by status: <https://platform.claude.com/docs/en/api/errors>.
pub(crate) fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        408 | 504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
