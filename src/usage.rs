//! Token counts of one answer, in one shape whichever API reported them.
//!
//! `input` and `output` are totals: cached and reasoning tokens are counted inside them, as OpenAI reports
//! them. A translator for an API that reports them apart (Anthropic) adds them up on the way in.

use serde::{Deserialize, Serialize};

/// Tokens read and written by one request. Counts, not money; zero where a provider said nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens of the prompt, cached ones included.
    pub input: u64,
    /// Tokens of the answer, reasoning ones included.
    pub output: u64,
    /// Part of `input` that was read from the provider's cache.
    pub cache_read: u64,
    /// Part of `input` that was written to the provider's cache.
    pub cache_write: u64,
    /// Part of `output` that was reasoning.
    pub reasoning: u64,
}

impl Usage {
    /// All tokens that the request is charged for against a token limit.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input.saturating_add(self.output)
    }
}
