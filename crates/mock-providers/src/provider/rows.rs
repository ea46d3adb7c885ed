//! One row for each provider.

use super::{Api, Provider};

/// What a provider's requests, answers and refusals look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// OpenAI's.
    OpenAi,
    /// OpenAI's, with Azure's additions.
    Azure,
    /// Anthropic's.
    Anthropic,
    /// Gemini's.
    Gemini,
    /// OpenAI's, but for how a wrong field is told.
    Groq,
    /// As Groq's; streams tell their usage unasked.
    Mistral,
}

/// What is known of a provider.
#[derive(Debug)]
pub struct Row {
    /// The name in answers, scripts and paths.
    pub name: &'static str,
    /// The path prefixes below which its own paths begin.
    pub bases: &'static [&'static str],
    /// What it looks like.
    pub shape: Shape,
    /// The headers from which it takes a key, in the order in which it looks.
    pub key_headers: &'static [&'static str],
    /// What its keys begin with.
    pub key_prefix: &'static str,
    /// Whether it turns away requests without a key.
    pub needs_key: bool,
    /// Its paths below the base, where the model is not part of them.
    pub paths: &'static [(&'static str, Api)],
    /// Its chat completions, where they are not OpenAI's: the type, and the table that defines it.
    pub chat: Option<(&'static str, &'static str)>,
}

const OPENAI: Row = Row {
    name: "openai",
    bases: &["/mock-openai/v1/"],
    shape: Shape::OpenAi,
    key_headers: &["authorization"],
    key_prefix: "sk-",
    needs_key: true,
    paths: &[
        ("chat/completions", Api::Chat),
        ("responses", Api::Responses),
        ("responses/compact", Api::Compact),
        ("responses/input_tokens", Api::InputTokens),
        ("completions", Api::Completions),
        ("embeddings", Api::Embeddings),
        ("moderations", Api::Moderations),
        ("models", Api::Models),
    ],
    chat: None,
};

/// Has OpenAI's chat completions, in words of its own.
const COMPATIBLE: Row = Row { key_prefix: "", paths: &[("chat/completions", Api::Chat)], ..OPENAI };

macro_rules! chat {
    ($type_name:literal, $file:literal) => {
        Some(($type_name, include_str!(concat!("../../tables/compatible/", $file, ".yaml"))))
    };
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 12] = [
        Self::OpenAi,
        Self::Azure,
        Self::Anthropic,
        Self::Gemini,
        Self::Vertex,
        Self::Groq,
        Self::Mistral,
        Self::DeepSeek,
        Self::Together,
        Self::OpenRouter,
        Self::Vllm,
        Self::Ollama,
    ];

    /// What is known of it.
    #[must_use]
    #[rustfmt::skip]
    pub fn row(self) -> &'static Row {
        match self {
            Self::OpenAi => &OPENAI,
            Self::Azure => &Row {
                name: "azure",
                bases: &["/mock-azure/openai/v1/", DATED],
                shape: Shape::Azure,
                key_headers: &["api-key", "authorization"],
                key_prefix: "",
                paths: &[
                    ("chat/completions", Api::Chat),
                    ("responses", Api::Responses),
                    ("responses/compact", Api::Compact),
                    ("completions", Api::Completions),
                    ("embeddings", Api::Embeddings),
                ],
                ..OPENAI
            },
            Self::Anthropic => &Row {
                name: "anthropic",
                bases: &["/mock-anthropic/v1/"],
                shape: Shape::Anthropic,
                key_headers: &["x-api-key"],
                paths: &[("messages", Api::Messages), ("messages/count_tokens", Api::CountTokens)],
                ..COMPATIBLE
            },
            Self::Gemini => &Row {
                name: "gemini",
                bases: &["/mock-gemini/v1beta/models/"],
                shape: Shape::Gemini,
                key_headers: &["x-goog-api-key"],
                paths: &[],
                ..COMPATIBLE
            },
            Self::Vertex => &Row {
                name: "vertex",
                bases: &["/mock-vertex/v1/projects/"],
                shape: Shape::Gemini,
                paths: &[],
                ..COMPATIBLE
            },
            Self::Groq => &Row {
                name: "groq",
                bases: &["/mock-groq/openai/v1/"],
                shape: Shape::Groq,
                key_prefix: "gsk_",
                chat: chat!("GroqChatRequest", "groq"),
                ..COMPATIBLE
            },
            Self::Mistral => &Row {
                name: "mistral",
                bases: &["/mock-mistral/v1/"],
                shape: Shape::Mistral,
                chat: chat!("MistralChatRequest", "mistral"),
                ..COMPATIBLE
            },
            Self::DeepSeek => &Row {
                name: "deepseek",
                bases: &["/mock-deepseek/v1/"],
                key_prefix: "sk-",
                chat: chat!("DeepSeekChatRequest", "deepseek"),
                ..COMPATIBLE
            },
            Self::Together => &Row {
                name: "together",
                bases: &["/mock-together/v1/"],
                chat: chat!("TogetherChatRequest", "together"),
                ..COMPATIBLE
            },
            Self::OpenRouter => &Row {
                name: "openrouter",
                bases: &["/mock-openrouter/api/v1/"],
                key_prefix: "sk-or-",
                chat: chat!("OpenRouterChatRequest", "openrouter"),
                ..COMPATIBLE
            },
            Self::Vllm => &Row {
                name: "vllm",
                bases: &["/mock-vllm/v1/"],
                needs_key: false,
                chat: chat!("VllmChatRequest", "vllm"),
                ..COMPATIBLE
            },
            Self::Ollama => &Row {
                name: "ollama",
                bases: &["/mock-ollama/v1/"],
                needs_key: false,
                chat: chat!("OllamaChatRequest", "ollama"),
                ..COMPATIBLE
            },
        }
    }

    /// The name in answers, scripts and paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

/// Below which Azure's dated routes stand.
pub(super) const DATED: &str = "/mock-azure/openai/";
