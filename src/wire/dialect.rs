//! The APIs that a client may speak, by path.

use serde::{Deserialize, Serialize};

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
}

impl Dialect {
    /// LiteLLM's `call_type` of a request in this dialect.
    #[must_use]
    pub fn call_type(self) -> &'static str {
        match self {
            Self::Chat => "acompletion",
            Self::Responses => "aresponses",
            Self::Compact => "acompact_responses",
            Self::Messages => "anthropic_messages",
        }
    }

    /// Whether the dialect defines `stream`.
    #[must_use]
    pub fn streams(self) -> bool {
        !matches!(self, Self::Compact)
    }
}
