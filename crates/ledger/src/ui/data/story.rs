//! One request's whole story.

use spillway_filter::event::{Attempt, ErrorInformation, GuardrailInformation};

use super::{Named, Status};

/// Everything that is known of one request: a row of the spend log with its `metadata` taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The request.
    pub id: String,
    /// Call type.
    pub dialect: String,
    /// How it ended.
    pub status: Status,
    /// What the client got; 0 where nothing was sent, none where it is not known.
    pub http_status: Option<u16>,
    /// When its headers arrived.
    pub started_us: u64,
    /// When its last byte was sent, or the client left.
    pub ended_us: u64,
    /// When its first content was released.
    pub first_token_us: Option<u64>,
    /// Whether the caller asked for a stream.
    pub stream: bool,
    /// Whether the client left before the answer was whole.
    pub client_disconnected: bool,
    /// Model group, as the caller named it after aliases.
    pub model_group: String,
    /// The provider's name of the model.
    pub model: String,
    /// The deployment that answered last; empty where none was tried.
    pub deployment: String,
    /// The provider; empty where none was tried.
    pub provider: String,
    /// The deployment's base address.
    pub api_base: String,
    /// The key; none where none was accepted.
    pub key: Option<Named>,
    /// The team.
    pub team: Option<Named>,
    /// Owner of the key.
    pub user: Option<String>,
    /// The caller's `user`.
    pub end_user: Option<String>,
    /// The caller's address.
    pub ip: Option<String>,
    /// The caller's `user-agent`.
    pub user_agent: Option<String>,
    /// `session_id` of the caller's metadata.
    pub session: Option<String>,
    /// The caller's tags.
    pub tags: Vec<String>,
    /// The caller's own metadata, as JSON; none where there is none.
    pub metadata: Option<String>,
    /// What was counted.
    pub tokens: Tokens,
    /// Price, in 10⁻⁹ dollars.
    pub nanodollars: u64,
    /// Tries at the requested group after the first.
    pub retries: u32,
    /// Fallback groups that were entered.
    pub fallbacks: u32,
    /// Each try, in order.
    pub attempts: Vec<Attempt>,
    /// Each run of a guardrail, in order; those that were selected and did not run too.
    pub guardrails: Vec<GuardrailInformation>,
    /// Why the client got an error.
    pub error: Option<ErrorInformation>,
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Of the prompt, cached ones included.
    pub input: u64,
    /// Of the answer, reasoning included.
    pub output: u64,
    /// Of the prompt, read from the provider's cache.
    pub cache_read: u64,
    /// Of the prompt, written into the provider's cache.
    pub cache_write: u64,
    /// Of the answer, reasoning.
    pub reasoning: u64,
}
