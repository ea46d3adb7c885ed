//! The texts of refusals. OpenAI's wording where it has one, because clients match on it.

use crate::reject::Reject;
use crate::wire::check::Malformed;
use crate::wire::{Dialect, Route, internal};

/// Most undefined fields that one text names.
const MAX_NAMED: usize = 8;

/// What is served, for those who ask for something else.
const SERVED: &str = "POST /v1/chat/completions, /v1/responses, /v1/responses/compact, /v1/messages, \
                      /v1/messages/count_tokens, /v1/completions, /v1/embeddings and /v1/moderations; \
                      GET and DELETE /v1/responses/{id}, POST /v1/responses/{id}/cancel, \
                      GET /v1/responses/{id}/input_items; GET /v1/models, \
                      /v1/models/{model} and /v1/model/info";

/// The answer to a request for something that is not a served model call, the model list or health.
#[must_use]
pub fn off_route(route: Route, path: &str) -> Option<Reject> {
    let path = path.split('?').next().unwrap_or_default();
    let path: String = path.chars().take(128).flat_map(char::escape_default).collect();
    match route {
        Route::Ask(_) | Route::Models | Route::Model | Route::ModelInfo | Route::Health => None,
        Route::WrongMethod { allow } => Some(
            Reject::new(405, "invalid_request_error", format!("{path} takes {allow} only."))
                .code("method_not_allowed"),
        ),
        Route::NotBuilt(name) => Some(not_served(name)),
        Route::Unknown => {
            let message = format!("Unknown path {path}. This gateway serves {SERVED}.");
            Some(Reject::new(404, "not_found_error", message).code("unknown_url"))
        }
    }
}

/// 501: a known API that the gateway does not serve.
fn not_served(name: &str) -> Reject {
    let message = format!("{name}: not served by this gateway yet. It serves {SERVED}.");
    Reject::new(501, "not_implemented_error", message).code("not_implemented")
}

/// 400: a request that ends with its headers.
#[must_use]
pub fn no_body() -> Reject {
    malformed(&Malformed::Empty)
}

pub(super) fn malformed(malformed: &Malformed) -> Reject {
    let reject = Reject::invalid(malformed.to_string());
    match malformed.path() {
        Some(path) => reject.at(path).code(code(malformed)),
        None => reject.code(code(malformed)),
    }
}

fn code(malformed: &Malformed) -> &'static str {
    match malformed {
        Malformed::Duplicate { .. } => "duplicate_parameter",
        Malformed::Reserved { .. } => "reserved_name",
        Malformed::TooManyFields | Malformed::TooManyStrays | Malformed::TooDeep { .. } => "body_too_complex",
        Malformed::NotAnObject { .. } => "invalid_type",
        Malformed::Empty
        | Malformed::ByteOrderMark
        | Malformed::NotUtf8 { .. }
        | Malformed::Syntax { .. } => "invalid_json",
    }
}

/// 400: a member of `extra_body` that stands at the top level, too.
pub(super) fn twice(path: &str) -> Reject {
    Reject::invalid(format!("Duplicate parameter: '{path}' is given at the top level as well."))
        .at(path)
        .code("duplicate_parameter")
}

/// 400: fields that the dialect does not define. `paths` is not empty.
pub(super) fn undefined(paths: &[String], dialect: Dialect) -> Reject {
    let first = paths.first().map_or("", String::as_str);
    let mut message = if dialect.is_anthropic() {
        // Anthropic's wording, by which its clients know what to leave out.
        format!("{first}: Extra inputs are not permitted.")
    } else {
        format!("Unknown parameter: '{first}'.")
    };
    if paths.len() > 1 {
        let others: Vec<String> =
            paths.iter().take(MAX_NAMED).skip(1).map(|path| format!("'{path}'")).collect();
        let more = if paths.len() > MAX_NAMED { " and more" } else { "" };
        message.push_str(&format!(" Also unknown: {}{more}.", others.join(", ")));
    }
    if internal::at_top_level(first) {
        message.push_str(&format!(" '{first}' is internal to a gateway; a request cannot set it."));
    }
    let (api, them) = (api_name(dialect), if paths.len() > 1 { "them" } else { "it" });
    message.push_str(&format!(
        " {api} does not define {them}: remove {them}, or set litellm_settings.drop_params: true in the \
         gateway's configuration to have {them} dropped."
    ));
    Reject::invalid(message).at(first).code("unknown_parameter")
}

fn api_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Chat => "The chat completions API",
        Dialect::Responses => "The Responses API",
        Dialect::Compact => "The compaction API",
        Dialect::Messages => "The Messages API",
        Dialect::CountTokens => "The token counting API",
        Dialect::Completions => "The completions API",
        Dialect::Embeddings => "The embeddings API",
        Dialect::Moderations => "The moderations API",
        Dialect::Stored(_) => "The API of stored responses",
    }
}

/// 400: the policy forbids forced failures.
pub(super) fn mock_testing(name: &str) -> Reject {
    let message = format!(
        "'{name}' is not allowed: it makes the gateway fail on purpose. Set \
         general_settings.dangerously_allow_mock_testing_request_params: true in the gateway's configuration to \
         allow it."
    );
    Reject::invalid(message).at(name).code("mock_testing_not_allowed")
}

/// 400: a control that is known and not built.
pub(super) fn not_built(name: &str) -> Reject {
    let advice = "Remove it; of the mock parameters only 'mock_testing_fallbacks', \
                  'mock_testing_context_fallbacks', 'mock_testing_content_policy_fallbacks' and \
                  'mock_testing_rate_limit_error' are supported.";
    Reject::invalid(format!("'{name}' is not supported as a request parameter. {advice}"))
        .at(name)
        .code("unsupported_parameter")
}
