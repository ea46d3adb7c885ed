//! An error as an answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::{StoreError, WriteError};

/// Seconds after which a gateway that was told 503 does well to try again.
const RETRY_AFTER: &str = "1";

/// An error's status and body; the body has the shape that the gateway's own errors have.
#[derive(Debug)]
pub(crate) struct Problem {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl Problem {
    /// An error with a status, a `type` and a message; `code` is the status.
    pub(crate) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, param: None, message: message.into() }
    }

    /// The request is at fault.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// The ledger cannot, now; the same request may pass later.
    pub(crate) fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(503, "service_unavailable", message).code(code)
    }

    /// Names the field or parameter at fault.
    pub(crate) fn at(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// Sets the error's `code`.
    pub(crate) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({"error": {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code.map_or_else(|| self.status.to_string(), str::to_owned),
        }});
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        let advice = match self.status {
            401 => Some((header::WWW_AUTHENTICATE, "Bearer")),
            503 => Some((header::RETRY_AFTER, RETRY_AFTER)),
            _ => None,
        };
        if let Some((name, value)) = advice {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// A query that failed. What a write's failure means is said where it is written.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::PageTooLarge => Self::invalid(format!("{error}: ask for fewer")).at("page_size"),
            StoreError::TooManyGroups => {
                Self::invalid(format!("{error}: ask for fewer days, or narrow it")).at("start_date")
            }
            StoreError::TooLong => {
                Self::unavailable("query_too_long", format!("{error}: ask for a shorter time"))
            }
            StoreError::Busy => Self::unavailable("busy", error.to_string()),
            StoreError::Closed => Self::unavailable("stopping", error.to_string()),
            StoreError::Database(_) => {
                crate::log::error("query_failed", json!({"message": error.to_string()}));
                Self::unavailable("storage_failed", error.to_string())
            }
        }
    }
}

/// A write that did not happen.
impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken { column, .. } => {
                // A key is stored by its token, and a request names it `key`.
                let field = if column == "token" { "key" } else { column };
                Self::new(400, "bad_request_error", error.to_string()).at(field)
            }
            WriteError::Store(error) => error.into(),
        }
    }
}
