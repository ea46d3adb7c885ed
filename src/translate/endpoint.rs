//! Where below its base address a deployment serves an API.

use super::Target;
use crate::wire::Api;

/// The path below the deployment's base path, with its query.
pub(super) fn path(api: Api, target: &Target, stream: bool) -> String {
    match api {
        Api::ChatCompletions => "/chat/completions".to_owned(),
        Api::Responses => "/responses".to_owned(),
        Api::Compact => "/responses/compact".to_owned(),
        Api::Messages => "/messages".to_owned(),
        Api::GenerateContent => {
            let verb = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
            format!("/models/{}:{verb}", target.model)
        }
        Api::Completions => "/completions".to_owned(),
        Api::Embeddings => "/embeddings".to_owned(),
        Api::BatchEmbedContents => format!("/models/{}:batchEmbedContents", target.model),
        Api::Moderations => "/moderations".to_owned(),
        // Below it stands the id: see `stored`.
        Api::StoredResponses => "/responses".to_owned(),
        Api::CountTokens => "/messages/count_tokens".to_owned(),
        Api::GeminiCountTokens => format!("/models/{}:countTokens", target.model),
        Api::InputTokens => "/responses/input_tokens".to_owned(),
    }
}

/// The version of Anthropic's API that is spoken: <https://docs.anthropic.com/en/api/versioning>.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Headers that an API wants besides the usual ones.
pub(super) fn headers(api: Api) -> Vec<(&'static str, String)> {
    match api {
        Api::Messages | Api::CountTokens => vec![("anthropic-version", ANTHROPIC_VERSION.to_owned())],
        _ => Vec::new(),
    }
}
