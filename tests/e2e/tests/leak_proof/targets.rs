//! A deployment of each kind.

use mock_providers::provider::{Api as MockApi, Provider as Mock, Tables};
use mock_providers::schema::Table;
use serde_json::{Value, json};
use spillway_filter::translate::Target;
use spillway_filter::wire::Api;

/// A deployment, and how failures call it.
pub struct Deployment {
    pub name: &'static str,
    /// Whose tables judge its bodies.
    pub mock: Mock,
    pub target: Target,
}

/// One per provider's API and setting that changes what is written.
pub fn deployments() -> Vec<Deployment> {
    let target = |name, mock, provider: &str, model: &str, more: Value| {
        let mut target = json!({"provider": provider, "model": model, "bridge_to_responses": false,
            "drop_params": true, "additional_drop_params": []});
        for (key, value) in more.as_object().unwrap() {
            target[key] = value.clone();
        }
        Deployment { name, mock, target: serde_json::from_value(target).unwrap() }
    };
    vec![
        target("openai", Mock::OpenAi, "openai", "gpt-4.1", json!({})),
        target("openai, strict", Mock::OpenAi, "openai", "gpt-4.1", json!({"drop_params": false})),
        target("openai by Responses", Mock::OpenAi, "openai", "gpt-5", json!({"bridge_to_responses": true})),
        target("openai, chat only", Mock::OpenAi, "openai", "gpt-4.1", json!({"chat_only": true})),
        target("openai, completing", Mock::OpenAi, "openai", "gpt-3.5", json!({"completions": true})),
        target("azure", Mock::Azure, "azure", "my-deployment", json!({})),
        target("anthropic", Mock::Anthropic, "anthropic", "claude-sonnet-4-5", json!({})),
        target("anthropic, newer", Mock::Anthropic, "anthropic", "claude-opus-4-6", json!({})),
        target("gemini", Mock::Gemini, "gemini", "gemini-2.5-flash", json!({})),
        target("gemini, newer", Mock::Gemini, "gemini", "gemini-3-pro-preview", json!({})),
        target("vertex", Mock::Vertex, "vertex_ai", "gemini-2.5-pro", json!({})),
        target("groq", Mock::Groq, "groq", "llama-3.3-70b-versatile", json!({})),
        target("mistral", Mock::Mistral, "mistral", "mistral-large-latest", json!({})),
        target("deepseek", Mock::DeepSeek, "deepseek", "deepseek-chat", json!({})),
        target("together", Mock::Together, "together_ai", "meta-llama/Llama-3.3-70B", json!({})),
        target("openrouter", Mock::OpenRouter, "openrouter", "anthropic/claude-sonnet-4.5", json!({})),
        target("vllm", Mock::Vllm, "hosted_vllm", "qwen3", json!({})),
        target("ollama", Mock::Ollama, "ollama", "qwen3", json!({})),
    ]
}

/// The table of an API.
pub fn table(tables: &Tables, provider: Mock, api: Api) -> &Table {
    let api = match api {
        Api::ChatCompletions => MockApi::Chat,
        Api::Responses => MockApi::Responses,
        Api::Compact => MockApi::Compact,
        Api::Messages => MockApi::Messages,
        Api::GenerateContent => MockApi::Generate,
        Api::Completions => MockApi::Completions,
        Api::Embeddings => MockApi::Embeddings,
        Api::BatchEmbedContents => MockApi::BatchEmbed,
        Api::Moderations => MockApi::Moderations,
        Api::CountTokens => MockApi::CountTokens,
        Api::GeminiCountTokens => MockApi::GeminiCountTokens,
        Api::InputTokens => MockApi::InputTokens,
        Api::StoredResponses => MockApi::Response,
    };
    tables.of(provider, api).expect("an API with a body")
}
