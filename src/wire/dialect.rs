//! The APIs that a client may speak, by path.

use serde::{Deserialize, Serialize};

use super::{Stored, path};

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
    /// Anthropic messages, counted and not answered.
    CountTokens,
    /// OpenAI completions, the API before chat.
    Completions,
    /// OpenAI embeddings.
    Embeddings,
    /// OpenAI moderations.
    Moderations,
    /// OpenAI Responses, one that a provider keeps. Such a request has no body and names no model.
    Stored(Stored),
}

/// What a method and a path ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A model is asked.
    Ask(Dialect),
    /// The list of models.
    Models,
    /// One model; [`path::model`] is its name.
    Model,
    /// What is known of the models.
    ModelInfo,
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
    ("containers", "Containers"),
    ("conversations", "Conversations"),
    ("deployments", "Other APIs below Azure's deployment paths"),
    ("engines", "Other APIs below engine paths"),
    ("evals", "Evals"),
    ("files", "Files"),
    ("fine_tuning", "Fine-tuning"),
    ("images", "Images"),
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
        let (path, _) = path::parted(path);
        let below = path::below_version(path);
        let ask = |dialect| with_method(method, POST, Route::Ask(dialect));
        match below {
            "chat/completions" => ask(Self::Chat),
            "completions" => ask(Self::Completions),
            "embeddings" => ask(Self::Embeddings),
            "moderations" => ask(Self::Moderations),
            "responses" => ask(Self::Responses),
            "responses/compact" => ask(Self::Compact),
            "messages" if path == "/v1/messages" => ask(Self::Messages),
            "messages/count_tokens" if path == "/v1/messages/count_tokens" => ask(Self::CountTokens),
            // Where LiteLLM passes on to Anthropic: the address that many set-ups of Claude Code have.
            "anthropic/v1/messages" if is_at_the_root(path) => ask(Self::Messages),
            "anthropic/v1/messages/count_tokens" if is_at_the_root(path) => ask(Self::CountTokens),
            "models" => with_method(method, GET, Route::Models),
            "model/info" => with_method(method, GET, Route::ModelInfo),
            "health" | "health/liveliness" | "health/liveness" | "health/readiness" if is_bare(path) => {
                with_method(method, GET, Route::Health)
            }
            _ => match path::deployment(below) {
                Some((_, "chat/completions")) => ask(Self::Chat),
                Some((_, "completions")) => ask(Self::Completions),
                Some(_) => ask(Self::Embeddings),
                None => below_a_segment(method, below),
            },
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
            Self::CountTokens => "acount_tokens",
            Self::Completions => "atext_completion",
            Self::Embeddings => "aembedding",
            Self::Moderations => "amoderation",
            Self::Stored(Stored::Get) => "aget_responses",
            Self::Stored(Stored::Delete) => "adelete_responses",
            Self::Stored(Stored::Cancel) => "acancel_responses",
            Self::Stored(Stored::InputItems) => "alist_input_items",
        }
    }

    /// Whether the dialect's body defines `stream`.
    #[must_use]
    pub fn streams(self) -> bool {
        matches!(self, Self::Chat | Self::Responses | Self::Messages | Self::Completions)
    }

    /// Whether it is Anthropic's, with Anthropic's errors.
    #[must_use]
    pub fn is_anthropic(self) -> bool {
        matches!(self, Self::Messages | Self::CountTokens)
    }

    /// The header by which its clients ask for betas of the API that is the dialect's own, by their names.
    #[must_use]
    pub fn beta_header(self) -> Option<&'static str> {
        match self {
            Self::Messages | Self::CountTokens => Some("anthropic-beta"),
            Self::Responses | Self::Compact | Self::Stored(_) => Some("openai-beta"),
            _ => None,
        }
    }

    /// Whether a request takes tokens that somebody pays for.
    #[must_use]
    pub fn spends_tokens(self) -> bool {
        !matches!(self, Self::CountTokens | Self::Stored(_))
    }
}

/// Below no version.
fn is_at_the_root(path: &str) -> bool {
    path.starts_with("/anthropic/")
}

/// Health stands at the root, below no version.
fn is_bare(path: &str) -> bool {
    path.starts_with("/health")
}

fn with_method(method: &str, allow: &'static str, route: Route) -> Route {
    if allow.split(", ").any(|allowed| allowed == method) { route } else { Route::WrongMethod { allow } }
}

/// A path that no table has as a whole.
fn below_a_segment(method: &str, below: &str) -> Route {
    match below.split_once('/') {
        Some(("models", _)) => with_method(method, GET, Route::Model),
        Some(("responses", rest)) if rest != "input_tokens" => stored(method, rest),
        _ => not_built(below),
    }
}

/// A path below `responses/`.
fn stored(method: &str, rest: &str) -> Route {
    let ask = |operation| Route::Ask(Dialect::Stored(operation));
    match (rest.split_once('/'), method) {
        (None, "GET") => ask(Stored::Get),
        (None, "DELETE") => ask(Stored::Delete),
        (None, _) => Route::WrongMethod { allow: "GET, DELETE" },
        (Some((_, "cancel")), _) => with_method(method, POST, ask(Stored::Cancel)),
        (Some((_, "input_items")), _) => with_method(method, "GET", ask(Stored::InputItems)),
        (Some(_), _) => Route::Unknown,
    }
}

fn not_built(below: &str) -> Route {
    if below == "responses/input_tokens" {
        return Route::NotBuilt("Token counting of Responses requests");
    }
    let (first, rest) = below.split_once('/').unwrap_or((below, ""));
    match first {
        "chat" if rest.starts_with("completions/") => Route::NotBuilt("Stored chat completions"),
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

    use super::{Dialect, Route, Stored};

    #[test]
    fn methods_and_paths_name_routes() {
        let wrong_post = Route::WrongMethod { allow: "POST" };
        let stored = |operation| Route::Ask(Dialect::Stored(operation));
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
            ("POST", "/v1/messages/count_tokens", Route::Ask(Dialect::CountTokens)),
            ("POST", "/messages/count_tokens", Route::Unknown),
            ("POST", "/anthropic/v1/messages?beta=true", Route::Ask(Dialect::Messages)),
            ("POST", "/anthropic/v1/messages/count_tokens", Route::Ask(Dialect::CountTokens)),
            ("POST", "/v1/anthropic/v1/messages", Route::Unknown),
            ("GET", "/v1/models", Route::Models),
            ("GET", "/models", Route::Models),
            ("POST", "/models", Route::WrongMethod { allow: "GET, HEAD" }),
            ("GET", "/v1/models/gpt-4.1", Route::Model),
            ("HEAD", "/models/openai/gpt-4.1/", Route::Model),
            ("DELETE", "/v1/models/gpt-4.1", Route::WrongMethod { allow: "GET, HEAD" }),
            ("GET", "/v1/model/info", Route::ModelInfo),
            ("GET", "/model/info?litellm_model_id=1", Route::ModelInfo),
            ("POST", "/model/info", Route::WrongMethod { allow: "GET, HEAD" }),
            ("GET", "/v1/model/new", Route::Unknown),
            ("GET", "/health", Route::Health),
            ("HEAD", "/health/", Route::Health),
            ("GET", "/health/liveliness", Route::Health),
            ("GET", "/health/readiness", Route::Health),
            ("GET", "/v1/health", Route::Unknown),
            ("POST", "/v1/embeddings", Route::Ask(Dialect::Embeddings)),
            ("POST", "/openai/v1/moderations", Route::Ask(Dialect::Moderations)),
            ("POST", "/completions", Route::Ask(Dialect::Completions)),
            ("GET", "/v1/completions", wrong_post),
            ("GET", "/v1/responses/resp_1?stream=true", stored(Stored::Get)),
            ("DELETE", "/responses/resp_1/", stored(Stored::Delete)),
            ("POST", "/v1/responses/resp_1", Route::WrongMethod { allow: "GET, DELETE" }),
            ("POST", "/openai/v1/responses/resp_1/cancel", stored(Stored::Cancel)),
            ("GET", "/v1/responses/resp_1/cancel", wrong_post),
            ("GET", "/v1/responses/resp_1/input_items", stored(Stored::InputItems)),
            ("GET", "/v1/responses/resp_1/output_items", Route::Unknown),
            ("POST", "/v1/responses/input_tokens", Route::NotBuilt("Token counting of Responses requests")),
            ("GET", "/v1/chat/completions/c_1/messages", Route::NotBuilt("Stored chat completions")),
            (
                "POST",
                "/openai/deployments/m/chat/completions?api-version=2024-10-21",
                Route::Ask(Dialect::Chat),
            ),
            ("POST", "/openai/deployments/a/m/completions", Route::Ask(Dialect::Completions)),
            ("POST", "/engines/m/embeddings", Route::Ask(Dialect::Embeddings)),
            ("GET", "/engines/m/embeddings", wrong_post),
            (
                "POST",
                "/openai/deployments/m/images/generations",
                Route::NotBuilt("Other APIs below Azure's deployment paths"),
            ),
            ("GET", "/v1/engines/m", Route::NotBuilt("Other APIs below engine paths")),
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
