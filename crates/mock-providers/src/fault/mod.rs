//! How each provider refuses: the status and body of every way in which a request can be wrong.
//!
//! Wordings that depend on the request (which field, which type) are in the provider modules; fixed ones are in
//! `tables/errors/`, see [`Catalogue`].

mod anthropic;
mod catalogue;
mod compatible;
mod gemini;
mod openai;

use serde_json::Value;

use crate::provider::{Provider, Shape};
use crate::schema::Problem;

pub use catalogue::Catalogue;

/// A refusal, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The provider's own error body.
    pub body: Value,
}

/// Why a request is refused before any script runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// The body is not what the API takes.
    Body(Problem),
    /// The body is no JSON; the parser's sentence.
    NotJson(String),
    /// The body is not announced as JSON; what it is announced as.
    ContentType(Option<String>),
    /// No credential of this provider.
    NoKey,
    /// A key that contains `bad`, or that this provider would never issue.
    BadKey,
    /// A credential that belongs to another provider, or one of this provider's twice or in two ways; its name.
    StrayCredential(String),
    /// Anthropic's `anthropic-version` is missing, or unknown.
    Version(Option<String>),
    /// Azure's `api-version` is missing on a dated route, or stands on another.
    ApiVersion(Option<String>),
    /// The body is longer than this many bytes.
    TooLong(usize),
    /// The path takes no body.
    UnexpectedBody,
    /// The path takes another method; the one that was used.
    Method(String),
}

/// The refusal that `provider` gives for `wrong`.
#[must_use]
pub fn refusal(catalogue: &Catalogue, provider: Provider, wrong: &Wrong) -> Refusal {
    let plain = |status, message: &str| plain(provider, status, message);
    match wrong {
        Wrong::Body(problem) => body_problem(provider, problem),
        Wrong::NotJson(why) => plain(400, &not_json(provider, why)),
        Wrong::ContentType(found) => {
            let found = found.as_deref().unwrap_or("none");
            plain(400, &format!("Unsupported content type: '{found}'. Send 'application/json'."))
        }
        Wrong::NoKey => {
            catalogue.find(provider, "missing_api_key", "").unwrap_or_else(|| plain(401, "No API key."))
        }
        Wrong::BadKey => {
            catalogue.find(provider, "invalid_api_key", "").unwrap_or_else(|| plain(401, "Bad API key."))
        }
        Wrong::StrayCredential(name) => plain(
            400,
            &format!(
                "mock-providers: the request carries the credential '{name}', which {} does not expect here",
                provider.name()
            ),
        ),
        Wrong::Version(None) => plain(400, "anthropic-version: header is required"),
        Wrong::Version(Some(found)) => {
            plain(400, &format!("anthropic-version: \"{found}\" is not a valid version"))
        }
        Wrong::ApiVersion(None) => plain(404, "Resource not found"),
        Wrong::ApiVersion(Some(_)) => {
            plain(400, "api-version query parameter is not allowed when using /v1 path")
        }
        Wrong::TooLong(most) => plain(413, &format!("The request is longer than {most} bytes.")),
        Wrong::UnexpectedBody => plain(400, "mock-providers: a body was sent where the API takes none."),
        Wrong::Method(method) => plain(405, &format!("Method {method} is not allowed here.")),
    }
}

/// A refusal with a message of our own in the provider's shape.
#[must_use]
pub fn plain(provider: Provider, status: u16, message: &str) -> Refusal {
    let body = match provider.row().shape {
        Shape::OpenAi | Shape::Azure | Shape::Groq | Shape::Mistral => openai::plain(message),
        Shape::Anthropic => anthropic::plain(status, message),
        Shape::Gemini => gemini::plain(status, message),
    };
    Refusal { status, body }
}

fn body_problem(provider: Provider, problem: &Problem) -> Refusal {
    let (status, body) = match provider.row().shape {
        Shape::OpenAi | Shape::Azure => (400, openai::problem(problem)),
        Shape::Anthropic => (400, anthropic::problem(problem)),
        Shape::Gemini => (400, gemini::problem(problem)),
        Shape::Groq => (400, compatible::groq(problem)),
        Shape::Mistral => (422, compatible::mistral(problem)),
    };
    Refusal { status, body }
}

fn not_json(provider: Provider, why: &str) -> String {
    match provider.row().shape {
        Shape::Anthropic => format!("The request body is not valid JSON: {why}"),
        Shape::Gemini => format!("Invalid JSON payload received. {why}"),
        Shape::OpenAi | Shape::Azure | Shape::Groq | Shape::Mistral => {
            format!("The JSON body of the request could not be parsed: {why}")
        }
    }
}

/// A number as the providers write it: `2`, not `2.0`.
fn number(value: f64) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests;
