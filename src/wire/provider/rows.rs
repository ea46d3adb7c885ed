//! The providers: one row each. Names, variables and addresses are LiteLLM's, so that its files mean the same here.

use super::{Api, Base, Below, KeyHeader, Row};

/// Makes of each row a variant of [`Provider`], so that a row is all that a new provider takes.
macro_rules! providers {
    ($($(#[$doc:meta])+ $variant:ident { $($fields:tt)* })+) => {
        /// Whose API a deployment speaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Provider {
            $($(#[$doc])+ $variant,)+
        }

        impl Provider {
            /// Every provider, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What is known of it.
            #[must_use]
            pub fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => {
                        const ROW: Row = Row { $($fields)* };
                        &ROW
                    })+
                }
            }
        }
    };
}

providers! {
    /// OpenAI, or a server that defines the same fields.
    OpenAi {
        name: "openai",
        aliases: &[],
        title: "OpenAI",
        base: Base::Public("https://api.openai.com/v1"),
        base_variables: &["OPENAI_BASE_URL", "OPENAI_API_BASE"],
        below: Below::Nothing,
        key_variables: &["OPENAI_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: true,
        families: &[],
    }
    /// Azure OpenAI.
    Azure {
        name: "azure",
        aliases: &[],
        title: "Azure OpenAI",
        base: Base::Own("https://{resource}.openai.azure.com"),
        base_variables: &["AZURE_API_BASE"],
        below: Below::Azure,
        key_variables: &["AZURE_API_KEY"],
        key_header: KeyHeader::plain("api-key"),
        needs_key: true,
        api: Api::ChatCompletions,
        responses: true,
        families: &[],
    }
    /// Anthropic.
    Anthropic {
        name: "anthropic",
        aliases: &[],
        title: "Anthropic",
        base: Base::Public("https://api.anthropic.com"),
        base_variables: &["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"],
        below: Below::Version("/v1"),
        key_variables: &["ANTHROPIC_API_KEY"],
        key_header: KeyHeader::plain("x-api-key"),
        needs_key: true,
        api: Api::Messages,
        responses: false,
        families: &[],
    }
    /// Google's Gemini API (AI Studio).
    Gemini {
        name: "gemini",
        aliases: &[],
        title: "Gemini",
        base: Base::Public("https://generativelanguage.googleapis.com"),
        base_variables: &["GEMINI_API_BASE"],
        below: Below::OwnVersion("/v1beta"),
        key_variables: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        key_header: KeyHeader::plain("x-goog-api-key"),
        needs_key: true,
        api: Api::GenerateContent,
        responses: false,
        families: &[],
    }
    /// Google's Vertex AI, Gemini models.
    VertexAi {
        name: "vertex_ai",
        aliases: &["vertex_ai_beta"],
        title: "Vertex AI",
        base: Base::Vertex,
        base_variables: &[],
        below: Below::Vertex,
        key_variables: &[],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::GenerateContent,
        responses: false,
        families: &["gemini-"],
    }
    /// vLLM's server.
    HostedVllm {
        name: "hosted_vllm",
        aliases: &[],
        title: "vLLM",
        base: Base::Own("http://{host}:8000/v1"),
        base_variables: &["HOSTED_VLLM_API_BASE"],
        below: Below::Nothing,
        key_variables: &["HOSTED_VLLM_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: false,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// Ollama, through its OpenAI-compatible routes.
    Ollama {
        name: "ollama",
        aliases: &["ollama_chat"],
        title: "Ollama",
        base: Base::Local("http://localhost:11434"),
        base_variables: &["OLLAMA_API_BASE"],
        below: Below::Version("/v1"),
        key_variables: &["OLLAMA_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: false,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// Groq.
    Groq {
        name: "groq",
        aliases: &[],
        title: "Groq",
        base: Base::Public("https://api.groq.com/openai/v1"),
        base_variables: &["GROQ_API_BASE"],
        below: Below::Nothing,
        key_variables: &["GROQ_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// Mistral.
    Mistral {
        name: "mistral",
        aliases: &[],
        title: "Mistral",
        base: Base::Public("https://api.mistral.ai/v1"),
        base_variables: &["MISTRAL_API_BASE"],
        below: Below::Nothing,
        key_variables: &["MISTRAL_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// DeepSeek.
    DeepSeek {
        name: "deepseek",
        aliases: &[],
        title: "DeepSeek",
        base: Base::Public("https://api.deepseek.com"),
        base_variables: &["DEEPSEEK_API_BASE"],
        below: Below::Nothing,
        key_variables: &["DEEPSEEK_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// Together AI.
    TogetherAi {
        name: "together_ai",
        aliases: &[],
        title: "Together AI",
        base: Base::Public("https://api.together.xyz/v1"),
        base_variables: &["TOGETHER_AI_API_BASE"],
        below: Below::Nothing,
        key_variables: &["TOGETHERAI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// OpenRouter.
    OpenRouter {
        name: "openrouter",
        aliases: &[],
        title: "OpenRouter",
        base: Base::Public("https://openrouter.ai/api/v1"),
        base_variables: &["OPENROUTER_API_BASE"],
        below: Below::Nothing,
        key_variables: &["OPENROUTER_API_KEY", "OR_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: true,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// LM Studio.
    LmStudio {
        name: "lm_studio",
        aliases: &[],
        title: "LM Studio",
        base: Base::Own("http://{host}:1234/v1"),
        base_variables: &["LM_STUDIO_API_BASE"],
        below: Below::Nothing,
        key_variables: &["LM_STUDIO_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: false,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// llamafile.
    Llamafile {
        name: "llamafile",
        aliases: &[],
        title: "llamafile",
        base: Base::Local("http://127.0.0.1:8080/v1"),
        base_variables: &["LLAMAFILE_API_BASE"],
        below: Below::Nothing,
        key_variables: &["LLAMAFILE_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: false,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
    /// Any other server with OpenAI's chat completions and nothing else.
    OpenAiLike {
        name: "openai_like",
        aliases: &["custom_openai"],
        title: "an OpenAI-like server",
        base: Base::Own("https://{host}/v1"),
        base_variables: &["OPENAI_LIKE_API_BASE"],
        below: Below::Nothing,
        key_variables: &["OPENAI_LIKE_API_KEY"],
        key_header: KeyHeader::BEARER,
        needs_key: false,
        api: Api::ChatCompletions,
        responses: false,
        families: &[],
    }
}
