//! Anthropic's models as published by October 2026 (platform.claude.com/docs/en/about-claude/pricing). A cache that is
//! written for five minutes costs a quarter more than input, and one for an hour twice as much; where reading it costs
//! another part of input than a tenth, the row says so. Haiku 5.5 costs five times as much for prompts of more than
//! 100,000 tokens; Sonnet 4 and 4.5 have a tier above 200,000.

use super::{Long, Row};
use crate::config::fast_mode::Factor;

/// Models that have a fast mode, at twice the rates. Opus 4.6 and 4.7 have none any more.
const FAST: [&str; 4] = ["claude-fable-5-2", "claude-opus-5-5", "claude-opus-5", "claude-opus-4-8"];

/// How many times as much a model's fast mode costs.
pub(super) fn fast_mode(name: &str) -> Option<Factor> {
    FAST.contains(&name).then_some(const { Factor::times(2) })
}

/// `cached`: in thousandths of a dollar per million tokens.
const fn claude(name: &'static str, input: u64, cached: u64, output: u64) -> Row {
    Row {
        cache_write: Some(input + input / 4),
        cache_write_1h: Some(2 * input),
        ..Row::new(name, input, Some(cached), output)
    }
}

impl Row {
    /// With what longer prompts cost: reading the cache a tenth of input.
    const fn longer(self, above: u64, input: u64, output: u64) -> Self {
        let long = Long {
            above,
            input,
            cached: Some(input / 10),
            cache_write: Some(input + input / 4),
            cache_write_1h: Some(2 * input),
            output,
        };
        Self { long: Some(long), ..self }
    }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    claude("claude-fable-5-1", 10_000, 250, 50_000),
    claude("claude-fable-5", 10_000, 1_000, 50_000),
    claude("claude-opus-5-5", 4_000, 200, 20_000),
    claude("claude-opus-5", 5_000, 500, 25_000),
    claude("claude-opus-4-8", 5_000, 500, 25_000),
    claude("claude-opus-4-7", 5_000, 500, 25_000),
    claude("claude-opus-4-6", 5_000, 500, 25_000),
    claude("claude-opus-4-5", 5_000, 500, 25_000),
    claude("claude-opus-4-1", 15_000, 1_500, 75_000),
    claude("claude-opus-4-0", 15_000, 1_500, 75_000),
    claude("claude-opus-4", 15_000, 1_500, 75_000),
    claude("claude-sonnet-5-5", 2_000, 100, 10_000),
    claude("claude-sonnet-5", 2_000, 200, 10_000),
    claude("claude-sonnet-4-6", 3_000, 300, 15_000),
    claude("claude-sonnet-4-5", 3_000, 300, 15_000).longer(200_000, 6_000, 22_500),
    claude("claude-sonnet-4-0", 3_000, 300, 15_000).longer(200_000, 6_000, 22_500),
    claude("claude-sonnet-4", 3_000, 300, 15_000).longer(200_000, 6_000, 22_500),
    claude("claude-3-7-sonnet", 3_000, 300, 15_000),
    claude("claude-haiku-5-5", 100, 10, 500).longer(100_000, 500, 2_500),
    claude("claude-haiku-4-5", 1_000, 100, 5_000),
    claude("claude-3-5-haiku", 800, 80, 4_000),
    claude("claude-3-haiku", 250, 30, 1_250),
];
