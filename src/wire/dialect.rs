//! The APIs that a client may speak, by path.

use serde::{Deserialize, Serialize};

/// An API as a client speaks it to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// OpenAI chat completions.
    Chat,
    /// OpenAI Responses.
    Responses,
    /// OpenAI Responses, compaction of a conversation.
    Compact,
    /// Anthropic messages.
    Messages,
}

/// What a method and a path ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A model is asked.
    Ask(Dialect),
    /// The list of models.
    Models,
    /// Whether the gateway is alive.
    Health,
    /// The path is known, with another method.
    WrongMethod {
        /// Value of the `allow` header.
        allow: &'static str,
    },
    /// A known API that the gateway does not serve; the name is for the error's text.
    NotBuilt(&'static str),
    /// Nobody's.
    Unknown,
}

/// APIs of OpenAI and LiteLLM that are not served: first path segments below the version, and their names.
const NOT_BUILT: &[(&str, &str)] = &[
    ("assistants", "Assistants"),
    ("audio", "Audio"),
    ("batches", "Batches"),
    ("completions", "Legacy completions"),
    ("containers", "Containers"),
    ("conversations", "Conversations"),
    ("deployments", "Azure deployment paths"),
    ("embeddings", "Embeddings"),
    ("engines", "Engine paths"),
    ("evals", "Evals"),
    ("files", "Files"),
    ("fine_tuning", "Fine-tuning"),
    ("images", "Images"),
    ("moderations", "Moderations"),
    ("ocr", "OCR"),
    ("realtime", "Realtime"),
    ("rerank", "Rerank"),
    ("search", "Search"),
    ("skills", "Skills"),
    ("threads", "Threads"),
    ("uploads", "Uploads"),
    ("vector_stores", "Vector stores"),
    ("videos", "Videos"),
];

const POST: &str = "POST";
const GET: &str = "GET, HEAD";

impl Dialect {
    /// What `method` on `path` asks for. The path may have a query and a trailing slash.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Route {
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let below = ["/openai/v1/", "/openai/", "/v1/", "/"].iter().find_map(|top| path.strip_prefix(top));
        match below.unwrap_or_default() {
            "chat/completions" => with_method(method, POST, Route::Ask(Self::Chat)),
            "responses" => with_method(method, POST, Route::Ask(Self::Responses)),
            "responses/compact" => with_method(method, POST, Route::Ask(Self::Compact)),
            "messages" if path == "/v1/messages" => with_method(method, POST, Route::Ask(Self::Messages)),
            "models" => with_method(method, GET, Route::Models),
            "health" | "health/liveliness" | "health/liveness" | "health/readiness" if is_bare(path) => {
                with_method(method, GET, Route::Health)
            }
            other => not_built(other),
        }
    }

    /// LiteLLM's `call_type` of a request in this dialect.
    #[must_use]
    pub fn call_type(self) -> &'static str {
        match self {
            Self::Chat => "acompletion",
            Self::Responses => "aresponses",
            Self::Compact => "acompact_responses",
            Self::Messages => "anthropic_messages",
        }
    }

    /// Whether the dialect defines `stream`.
    #[must_use]
    pub fn streams(self) -> bool {
        !matches!(self, Self::Compact)
    }
}

/// Health stands at the root, below no version.
fn is_bare(path: &str) -> bool {
    path.starts_with("/health")
}

fn with_method(method: &str, allow: &'static str, route: Route) -> Route {
    if allow.split(", ").any(|allowed| allowed == method) { route } else { Route::WrongMethod { allow } }
}

fn not_built(below: &str) -> Route {
    match below {
        "messages/count_tokens" => return Route::NotBuilt("Token counting"),
        "responses/input_tokens" => return Route::NotBuilt("Token counting"),
        _ => {}
    }
    let (first, rest) = below.split_once('/').unwrap_or((below, ""));
    match first {
        "responses" if !rest.is_empty() => Route::NotBuilt("Stored responses"),
        "chat" if rest.starts_with("completions/") => Route::NotBuilt("Stored chat completions"),
        "models" if !rest.is_empty() => Route::NotBuilt("Single models"),
        _ => NOT_BUILT
            .iter()
            .find(|(segment, _)| *segment == first)
            .map_or(Route::Unknown, |(_, name)| Route::NotBuilt(name)),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Dialect, Route};

    #[test]
    fn methods_and_paths_name_routes() {
        let wrong_post = Route::WrongMethod { allow: "POST" };
        for (method, path, route) in [
            ("POST", "/v1/chat/completions", Route::Ask(Dialect::Chat)),
            ("POST", "/chat/completions/", Route::Ask(Dialect::Chat)),
            ("POST", "/openai/v1/chat/completions?api-version=preview", Route::Ask(Dialect::Chat)),
            ("GET", "/v1/chat/completions", wrong_post),
            ("post", "/v1/chat/completions", wrong_post),
            ("POST", "/v1/responses", Route::Ask(Dialect::Responses)),
            ("POST", "/responses?", Route::Ask(Dialect::Responses)),
            ("POST", "/openai/v1/responses", Route::Ask(Dialect::Responses)),
            ("POST", "/v1/responses/compact", Route::Ask(Dialect::Compact)),
            ("POST", "/responses/compact", Route::Ask(Dialect::Compact)),
            ("POST", "/openai/v1/responses/compact/", Route::Ask(Dialect::Compact)),
            ("POST", "/v1/messages", Route::Ask(Dialect::Messages)),
            ("POST", "/v1/messages/count_tokens", Route::NotBuilt("Token counting")),
            ("GET", "/v1/models", Route::Models),
            ("GET", "/models", Route::Models),
            ("POST", "/models", Route::WrongMethod { allow: "GET, HEAD" }),
            ("GET", "/v1/models/gpt-4.1", Route::NotBuilt("Single models")),
            ("GET", "/health", Route::Health),
            ("HEAD", "/health/", Route::Health),
            ("GET", "/health/liveliness", Route::Health),
            ("GET", "/health/readiness", Route::Health),
            ("GET", "/v1/health", Route::Unknown),
            ("POST", "/v1/embeddings", Route::NotBuilt("Embeddings")),
            ("POST", "/completions", Route::NotBuilt("Legacy completions")),
            ("GET", "/v1/responses/resp_1", Route::NotBuilt("Stored responses")),
            ("POST", "/v1/responses/resp_1/cancel", Route::NotBuilt("Stored responses")),
            ("GET", "/v1/chat/completions/c_1/messages", Route::NotBuilt("Stored chat completions")),
            ("POST", "/openai/deployments/m/chat/completions", Route::NotBuilt("Azure deployment paths")),
            ("POST", "/v1/chat/completion", Route::Unknown),
            ("POST", "/V1/chat/completions", Route::Unknown),
            ("POST", "/v1", Route::Unknown),
            ("POST", "/", Route::Unknown),
            ("POST", "", Route::Unknown),
            ("POST", "v1/chat/completions", Route::Unknown),
        ] {
            assert_eq!(Dialect::of(method, path), route, "{method} {path}");
        }
    }
}
