//! The providers, and the APIs that they serve.

use serde::{Deserialize, Serialize};

/// Whose API a deployment speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// OpenAI, or a server that defines the same fields.
    #[serde(rename = "openai")]
    OpenAi,
    /// Azure OpenAI, through its v1 routes.
    Azure,
}

impl Provider {
    /// The name in LiteLLM's model prefixes and spend logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Azure => "azure",
        }
    }
}

/// An API as a provider serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// `POST {base}/chat/completions`
    ChatCompletions,
    /// `POST {base}/responses`
    Responses,
    /// `POST {base}/responses/compact`
    Compact,
}

impl Api {
    /// The path below the deployment's base address.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::ChatCompletions => "/chat/completions",
            Self::Responses => "/responses",
            Self::Compact => "/responses/compact",
        }
    }
}
