//! The providers' error objects → [`Failure`].

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Failure, details, google};
use crate::wire::Api;
use crate::wire::json::{Fields, Kind, elements, text};

/// Longest text that is taken from a provider's error, in bytes.
pub(super) const MAX_TEXT: usize = 8 * 1024;

/// A provider's error body, whatever its status.
///
/// Understood: `{"error":{…}}` in the words of OpenAI, Anthropic and Google, `{"error":"…"}`, and the flat
/// `{"message":…}` and `{"detail":…}` of gateways that stand before a provider.
#[must_use]
pub fn failure(api: Api, status: u16, body: &[u8]) -> Failure {
    let parsed = match api {
        Api::ChatCompletions | Api::Responses | Api::Compact | Api::Messages | Api::GenerateContent => {
            parse(status, body)
        }
        Api::Completions | Api::Embeddings | Api::BatchEmbedContents | Api::Moderations => {
            parse(status, body)
        }
        Api::StoredResponses | Api::CountTokens | Api::GeminiCountTokens | Api::InputTokens => {
            parse(status, body)
        }
    };
    parsed.unwrap_or_else(|| Failure {
        status,
        message: format!("The provider answered with status {status} and no readable error."),
        kind: kind_of(status).to_owned(),
        code: None,
        param: None,
        details: None,
    })
}

fn parse(status: u16, body: &[u8]) -> Option<Failure> {
    let fields = Fields::parse(unlisted(body)).ok()?;
    let error = match fields.set("error") {
        Some(error) if Kind::of(error) == Kind::Object => Fields::of(error).ok()?,
        Some(error) => return Some(of_text(status, text(error)?.as_ref())),
        None => fields,
    };
    let Some(message) = error.text("message").or_else(|| error.text("detail")) else {
        return of_validation(status, &error);
    };
    let said = Said::of(&error);
    Some(Failure {
        kind: said.kind.unwrap_or_else(|| kind_of(status).to_owned()),
        code: said.code.or_else(|| inner_code(&error)),
        param: said.param,
        details: said.details,
        ..of_text(status, &message)
    })
}

/// What an error object says besides its message.
pub(super) struct Said {
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) param: Option<String>,
    pub(super) details: Option<Box<Map<String, Value>>>,
}

impl Said {
    fn of(error: &Fields<'_>) -> Self {
        if let Some(word) = google::word(error) {
            return google::said(error, &word);
        }
        let (inner, details) = details::of(error).unzip();
        Self {
            kind: error.text("type").map(|kind| bounded(&kind)),
            code: error.set("code").and_then(code).or(inner),
            param: error.text("param").map(|param| bounded(&param)),
            details,
        }
    }
}

/// What FastAPI says of a body, and so Mistral and vLLM: `detail`, in `message` or by itself, is a list of
/// `{"loc":["body",…],"msg":"…"}`. The first tells enough.
fn of_validation(status: u16, error: &Fields<'_>) -> Option<Failure> {
    let around = error.set("message").and_then(|message| Fields::of(message).ok());
    let detail = around.as_ref().unwrap_or(error).set("detail")?;
    let first = Fields::of(elements(detail).ok()?.first()?).ok()?;
    let place = first.set("loc").and_then(|place| elements(place).ok()).unwrap_or_default();
    let place: Vec<_> = place.into_iter().map(|step| text(step).unwrap_or(step.get().into())).collect();
    let place = place.join(".");
    let param = place.strip_prefix("body.").unwrap_or(&place);
    let param = (!param.is_empty()).then(|| bounded(param));
    Some(Failure { param, ..of_text(status, &first.text("msg")?) })
}

/// Gemini's streaming routes put the error object into a list.
fn unlisted(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii();
    let inside = body.strip_prefix(b"[").and_then(|body| body.strip_suffix(b"]"));
    inside.map_or(body, <[u8]>::trim_ascii)
}

/// Azure names the reason of a filtered prompt in `innererror`.
fn inner_code(error: &Fields<'_>) -> Option<String> {
    Fields::of(error.set("innererror")?).ok()?.set("code").and_then(code)
}

fn of_text(status: u16, message: &str) -> Failure {
    Failure {
        status,
        message: bounded(message),
        kind: kind_of(status).to_owned(),
        code: None,
        param: None,
        details: None,
    }
}

/// An `error` object that stands in a 2xx answer, where no status tells what it would have been.
pub(in crate::translate) fn of_error(error: &RawValue) -> Failure {
    if let Some(message) = text(error) {
        return of_text(500, &message);
    }
    Fields::of(error).map_or_else(|_| of_fields(&Fields::default()), |error| of_fields(&error))
}

/// The `error` event of a Responses stream: flat as the reference has it, or with an `error` object inside.
pub(in crate::translate) fn of_event(event: &Fields<'_>) -> Failure {
    match event.set("error") {
        Some(error) => of_error(error),
        None => of_fields(event),
    }
}

fn of_fields(error: &Fields<'_>) -> Failure {
    let Said { kind, code, param, details } = Said::of(error);
    // The flat event's own `type` is the word "error", which is no kind of error.
    let kind = kind.filter(|kind| kind != "error");
    let status = google::status(error).unwrap_or_else(|| status_of(code.as_deref(), kind.as_deref()));
    Failure {
        status,
        message: error
            .text("message")
            .map_or_else(|| "The provider reported an error without a message.".to_owned(), |m| bounded(&m)),
        kind: kind.unwrap_or_else(|| kind_of(status).to_owned()),
        code,
        param,
        details,
    }
}

/// Codes are strings in the reference, and numbers at some servers.
fn code(value: &RawValue) -> Option<String> {
    match Kind::of(value) {
        Kind::Text => text(value).map(|code| bounded(&code)),
        Kind::Number => Some(bounded(value.get())),
        _ => None,
    }
}

pub(super) fn bounded(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_TEXT);
    text.get(..end).unwrap_or_default().to_owned()
}

/// The error `type` of an HTTP status: <https://platform.openai.com/docs/guides/error-codes>.
fn kind_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

/// The HTTP status that an error inside an answer stands for, by its code, else by its type.
fn status_of(code: Option<&str>, kind: Option<&str>) -> u16 {
    [code, kind].into_iter().flatten().find_map(status_of_word).unwrap_or(500)
}

fn status_of_word(word: &str) -> Option<u16> {
    Some(match word {
        "rate_limit_exceeded"
        | "rate_limit_error"
        | "insufficient_quota"
        | "too_many_requests"
        | "RateLimitReached"
        | "tokens"
        | "requests" => 429,
        "authentication_error" | "invalid_api_key" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" | "model_not_found" | "DeploymentNotFound" => 404,
        "conflict_error" => 409,
        "request_too_large" => 413,
        "server_overloaded" | "server_is_overloaded" | "ServiceUnavailable" => 503,
        "timeout" | "timeout_error" | "vector_store_timeout" | "Timeout" => 504,
        // Anthropic's.
        "overloaded_error" => 529,
        "server_error" | "internal_error" | "internal_server_error" | "api_error" => 500,
        "invalid_request_error"
        | "invalid_prompt"
        | "invalid_encrypted_content"
        | "context_length_exceeded"
        | "missing_required_parameter"
        | "unknown_parameter"
        | "unsupported_parameter"
        | "unsupported_value"
        | "invalid_type"
        | "invalid_value"
        | "content_filter"
        | "content_policy_violation"
        | "bio_policy"
        | "cyber_policy"
        | "misalignment_policy_violation"
        | "data_residency_mismatch"
        | "empty_image_file"
        | "failed_to_download_image"
        | "unsupported_image_media_type" => 400,
        // The rest of the reference's `ResponseErrorCode`: each is about a picture that the caller sent.
        word if word.starts_with("invalid_image") || word.starts_with("image_") => 400,
        "invalid_base64_image" => 400,
        word => word.parse().ok().filter(|status| (400..600).contains(status))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn errors_inside_answers_get_the_status_they_stand_for() {
        for (error, status) in [
            (r#"{"code":"rate_limit_exceeded","message":"m"}"#, 429),
            (r#"{"code":"429","message":"m"}"#, 429),
            (r#"{"code":503,"message":"m"}"#, 503),
            (r#"{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}"#, 429),
            (r#"{"code":200,"message":"m","status":"INTERNAL"}"#, 500),
            (r#"{"code":"rate_limit_exceeded","message":"m","status":"error"}"#, 429),
            (r#"{"code":"RateLimitReached","type":"","message":"m"}"#, 429),
            (r#"{"code":"unsupported_parameter","message":"m"}"#, 400),
            (r#"{"type":"overloaded_error","message":"Overloaded"}"#, 529),
            (r#"{"type":"timeout_error","message":"m"}"#, 504),
            (r#"{"code":"image_too_large","message":"m"}"#, 400),
            (r#"{"code":"misalignment_policy_violation","message":"m"}"#, 400),
            (r#"{"code":"new_thing","type":"invalid_request_error","message":"m"}"#, 400),
            (r#"{"code":"7","type":"new_thing","message":"m"}"#, 500),
            (r#"{}"#, 500),
            (r#""went wrong""#, 500),
            (r#"[1]"#, 500),
        ] {
            assert_eq!(of_error(serde_json::from_str(error).unwrap()).status, status, "{error}");
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let body = format!(r#"{{"error":{{"message":"a{}"}}}}"#, "é".repeat(8 * 1024));
        assert_eq!(failure(Api::Responses, 400, body.as_bytes()).message.len(), MAX_TEXT - 1);
    }
}
