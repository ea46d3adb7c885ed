//! What each API defines at the top level of its request body.
//!
//! The one place that decides what may leave the gateway. Sources: the `CreateChatCompletionRequest`,
//! `CreateResponse`, `CompactResponseMethodPublicBody`, `CreateCompletionRequest`, `CreateEmbeddingRequest` and
//! `CreateModerationRequest` schemas of
//! <https://github.com/openai/openai-openapi> (August 2026, Responses and compaction November); Azure's v1 routes take the same fields
//! (<https://learn.microsoft.com/azure/ai-foundry/openai/latest>). Anthropic's Messages are the table of the
//! dialect: [`crate::wire::schema`].

use crate::wire::schema::{self, Standing};
use crate::wire::{Api, Dialect};

/// `POST /chat/completions`
fn chat_completions(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "frequency_penalty"
            | "function_call"
            | "functions"
            | "logit_bias"
            | "logprobs"
            | "max_completion_tokens"
            | "max_tokens"
            | "messages"
            | "metadata"
            | "modalities"
            | "model"
            | "moderation"
            | "n"
            | "parallel_tool_calls"
            | "prediction"
            | "presence_penalty"
            | "prompt_cache_key"
            | "prompt_cache_options"
            | "prompt_cache_retention"
            | "reasoning_effort"
            | "response_format"
            | "safety_identifier"
            | "seed"
            | "service_tier"
            | "stop"
            | "store"
            | "stream"
            | "stream_options"
            | "temperature"
            | "tool_choice"
            | "tools"
            | "top_logprobs"
            | "top_p"
            | "user"
            | "verbosity"
            | "web_search_options"
    )
}

/// `POST /responses`
fn responses(name: &str) -> bool {
    matches!(
        name,
        "access_programs"
            | "background"
            | "background_options"
            | "context_management"
            | "conversation"
            | "image"
            | "include"
            | "input"
            | "instructions"
            | "max_output_tokens"
            | "max_tool_calls"
            | "metadata"
            | "model"
            | "moderation"
            | "multi_agent"
            | "parallel_tool_calls"
            | "previous_response_id"
            | "prompt"
            | "prompt_cache_key"
            | "prompt_cache_options"
            | "prompt_cache_retention"
            | "reasoning"
            | "safety_identifier"
            | "service_tier"
            | "store"
            | "stream"
            | "stream_options"
            | "temperature"
            | "text"
            | "tool_choice"
            | "tools"
            | "top_logprobs"
            | "top_p"
            | "truncation"
            | "user"
    )
}

/// `POST /responses/compact`
fn compact(name: &str) -> bool {
    matches!(
        name,
        "image"
            | "input"
            | "instructions"
            | "model"
            | "previous_response_id"
            | "prompt_cache_key"
            | "prompt_cache_options"
            | "prompt_cache_retention"
            | "service_tier"
    )
}

/// `POST /completions`
fn completions(name: &str) -> bool {
    matches!(
        name,
        "best_of"
            | "echo"
            | "frequency_penalty"
            | "logit_bias"
            | "logprobs"
            | "max_tokens"
            | "model"
            | "n"
            | "presence_penalty"
            | "prompt"
            | "seed"
            | "stop"
            | "stream"
            | "stream_options"
            | "suffix"
            | "temperature"
            | "top_p"
            | "user"
    )
}

/// `POST /embeddings`
fn embeddings(name: &str) -> bool {
    matches!(name, "dimensions" | "encoding_format" | "input" | "model" | "user")
}

/// `POST /moderations`
fn moderations(name: &str) -> bool {
    matches!(name, "input" | "model")
}

/// Whether an API defines a field at the top level of its request body.
pub(super) fn defines(api: Api, name: &str) -> bool {
    match api {
        Api::ChatCompletions => chat_completions(name),
        Api::Responses => responses(name),
        Api::Compact => compact(name),
        Api::Completions => completions(name),
        Api::Embeddings => embeddings(name),
        Api::Moderations => moderations(name),
        Api::Messages => {
            let standing = schema::request(Dialect::Messages).standing(name);
            // Where the gateway's own are meant, they were taken out of the body.
            matches!(standing, Standing::Defined(_)) || name == "fallbacks"
        }
        // Written from a conversation, member by member, or without a body.
        Api::GenerateContent
        | Api::BatchEmbedContents
        | Api::StoredResponses
        | Api::CountTokens
        | Api::GeminiCountTokens
        | Api::InputTokens => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn gateway_keys_are_in_no_api() {
        for api in [Api::ChatCompletions, Api::Responses, Api::Compact, Api::Messages] {
            for name in ["api_base", "litellm_metadata", "mock_testing_fallbacks", "proxy_server_request", ""]
            {
                assert!(!defines(api, name), "{api:?} {name}");
            }
        }
        assert!(!defines(Api::Compact, "metadata") && defines(Api::Responses, "metadata"));
    }
}
