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
    /// Part of `input` that was written to the provider's cache, for however long.
    pub cache_write: u64,
    /// Part of `cache_write` that the provider keeps for an hour, which Anthropic charges more for.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_write_1h: u64,
    /// Part of `output` that was reasoning.
    pub reasoning: u64,
}

impl Usage {
    /// All tokens that the request is charged for against a token limit.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// The two together, count by count.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            cache_write_1h: self.cache_write_1h.saturating_add(other.cache_write_1h),
            reasoning: self.reasoning.saturating_add(other.reasoning),
        }
    }
}

/// Tokens that a text of so many bytes has, roughly, where nobody has counted them: one for each four bytes begun.
///
/// Bytes, because a character of a script that takes several of them takes more tokens too.
#[must_use]
pub fn tokens_of(bytes: u64) -> u64 {
    /// English text, by <https://platform.openai.com/tokenizer>.
    const BYTES_PER_TOKEN: u64 = 4;
    bytes.div_ceil(BYTES_PER_TOKEN)
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
