//! The providers, and the APIs that they serve.

use serde::{Deserialize, Serialize};

/// Whose API a deployment speaks. The names are LiteLLM's model prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// OpenAI, or a server that defines the same fields.
    #[serde(rename = "openai")]
    OpenAi,
    /// Azure OpenAI.
    Azure,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini API (AI Studio).
    Gemini,
    /// Google's Vertex AI, Gemini models.
    VertexAi,
    /// vLLM's server.
    HostedVllm,
    /// Ollama, through its OpenAI-compatible routes.
    Ollama,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    #[serde(rename = "deepseek")]
    DeepSeek,
    /// Together AI.
    TogetherAi,
    /// OpenRouter.
    #[serde(rename = "openrouter")]
    OpenRouter,
}

impl Provider {
    /// The name in LiteLLM's model prefixes and spend logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Azure => "azure",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::VertexAi => "vertex_ai",
            Self::HostedVllm => "hosted_vllm",
            Self::Ollama => "ollama",
            Self::Groq => "groq",
            Self::Mistral => "mistral",
            Self::DeepSeek => "deepseek",
            Self::TogetherAi => "together_ai",
            Self::OpenRouter => "openrouter",
        }
    }
}

/// An API as a provider serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// OpenAI's chat completions: `POST {base}/chat/completions`
    ChatCompletions,
    /// OpenAI's Responses: `POST {base}/responses`
    Responses,
    /// Compaction of a conversation: `POST {base}/responses/compact`
    Compact,
    /// Anthropic's Messages: `POST {base}/messages`
    Messages,
    /// Gemini's `POST {base}/models/{model}:generateContent`, and `:streamGenerateContent?alt=sse`
    GenerateContent,
    /// OpenAI's completions, before chat: `POST {base}/completions`
    Completions,
    /// OpenAI's embeddings: `POST {base}/embeddings`
    Embeddings,
    /// Gemini's `POST {base}/models/{model}:batchEmbedContents`
    BatchEmbedContents,
    /// OpenAI's moderations: `POST {base}/moderations`
    Moderations,
    /// OpenAI's stored responses: `{base}/responses/{id}` and below
    StoredResponses,
    /// Anthropic's counting: `POST {base}/messages/count_tokens`
    CountTokens,
    /// Gemini's `POST {base}/models/{model}:countTokens`
    GeminiCountTokens,
    /// OpenAI's counting: `POST {base}/responses/input_tokens`
    InputTokens,
}

impl Api {
    /// For texts: `the Responses API`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ChatCompletions => "the chat completions API",
            Self::Responses => "the Responses API",
            Self::Compact => "the compaction API",
            Self::Messages => "Anthropic's Messages API",
            Self::GenerateContent => "the Gemini API",
            Self::Completions => "the completions API",
            Self::Embeddings => "the embeddings API",
            Self::BatchEmbedContents => "the Gemini embeddings API",
            Self::Moderations => "the moderations API",
            Self::StoredResponses => "the API of stored responses",
            Self::CountTokens => "Anthropic's token counting API",
            Self::GeminiCountTokens => "the Gemini token counting API",
            Self::InputTokens => "OpenAI's token counting API",
        }
    }
}
