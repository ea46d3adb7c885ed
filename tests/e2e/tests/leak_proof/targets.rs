//! A deployment of each kind.

use mock_providers::provider::{self, Tables};
use mock_providers::schema::Table;
use serde_json::{Value, json};
use spillway_filter::translate::Target;
use spillway_filter::wire::{Api, Provider};

/// A deployment, and how failures call it.
pub struct Deployment {
    pub name: &'static str,
    pub target: Target,
}

/// One per provider's API and setting that changes what is written.
pub fn deployments() -> Vec<Deployment> {
    let target = |name, provider: &str, model: &str, more: Value| {
        let mut target = json!({"provider": provider, "model": model, "bridge_to_responses": false,
            "drop_params": true, "additional_drop_params": []});
        for (key, value) in more.as_object().unwrap() {
            target[key] = value.clone();
        }
        Deployment { name, target: serde_json::from_value(target).unwrap() }
    };
    vec![
        target("openai", "openai", "gpt-4.1", json!({})),
        target("openai, strict", "openai", "gpt-4.1", json!({"drop_params": false})),
        target("openai by Responses", "openai", "gpt-5", json!({"bridge_to_responses": true})),
        target("openai, chat only", "openai", "gpt-4.1", json!({"chat_only": true})),
        target("azure", "azure", "my-deployment", json!({})),
        target("anthropic", "anthropic", "claude-sonnet-4-5", json!({})),
        target("anthropic, newer", "anthropic", "claude-opus-4-6", json!({})),
        target("gemini", "gemini", "gemini-2.5-flash", json!({})),
        target("gemini, newer", "gemini", "gemini-3-pro-preview", json!({})),
        target("vertex", "vertex_ai", "gemini-2.5-pro", json!({})),
        target("groq", "groq", "llama-3.3-70b-versatile", json!({})),
        target("mistral", "mistral", "mistral-large-2512", json!({})),
        target("deepseek", "deepseek", "deepseek-chat", json!({})),
        target("together", "together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo", json!({})),
        target("openrouter", "openrouter", "openai/gpt-4.1", json!({})),
        target("vllm", "hosted_vllm", "Qwen/Qwen3-32B", json!({})),
        target("ollama", "ollama", "llama3.3", json!({})),
    ]
}

/// What a provider's stand-in takes.
pub fn table(tables: &Tables, provider: Provider, api: Api) -> &Table {
    let api = match api {
        Api::ChatCompletions => provider::Api::Chat,
        Api::Responses => provider::Api::Responses,
        Api::Compact => provider::Api::Compact,
        Api::Messages => provider::Api::Messages,
        Api::GenerateContent => provider::Api::Generate,
    };
    tables.of(stand_in(provider), api).expect("an API with a body")
}

fn stand_in(provider: Provider) -> mock_providers::Provider {
    use mock_providers::Provider as StandIn;
    match provider {
        Provider::OpenAi | Provider::OpenAiLike | Provider::LmStudio | Provider::Llamafile => StandIn::OpenAi,
        Provider::Azure => StandIn::Azure,
        Provider::Anthropic => StandIn::Anthropic,
        Provider::Gemini => StandIn::Gemini,
        Provider::VertexAi => StandIn::Vertex,
        Provider::HostedVllm => StandIn::Vllm,
        Provider::Ollama => StandIn::Ollama,
        Provider::Groq => StandIn::Groq,
        Provider::Mistral => StandIn::Mistral,
        Provider::DeepSeek => StandIn::DeepSeek,
        Provider::TogetherAi => StandIn::Together,
        Provider::OpenRouter => StandIn::OpenRouter,
    }
}

/// Whether a body that its own dialect takes must be right in every value, too. Which values of OpenAI's a server takes
/// that speaks like OpenAI is for the server to judge: it is asked, and says so.
pub fn is_exact(provider: Provider) -> bool {
    use mock_providers::Provider as StandIn;
    matches!(
        stand_in(provider),
        StandIn::OpenAi | StandIn::Azure | StandIn::Anthropic | StandIn::Gemini | StandIn::Vertex
    )
}
