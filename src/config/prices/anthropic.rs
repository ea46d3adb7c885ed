//! Anthropic's models as published by November 2026 (platform.claude.com/docs/en/about-claude/pricing). A cache that is
//! written for five minutes costs a quarter more than input, and one for an hour twice as much; where reading it costs
//! another part of input than a tenth, the row says so. Haiku 5.5 costs five times as much for prompts of more than
//! 100,000 tokens; Sonnet 4 and 4.5 have a tier above 200,000. A thousand searches cost $10 whatever the model
//! (platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool); to fetch a page costs its tokens alone.

use super::row::{Row, Times};
use crate::pricing::Factor;

/// Models that have a fast mode, at twice the rates. Opus 4.6 and 4.7 have none any more.
const FAST: [&str; 4] = ["claude-fable-5-2", "claude-opus-5-5", "claude-opus-5", "claude-opus-4-8"];

/// How many times as much a model's fast mode costs.
pub(super) fn fast_mode(name: &str) -> Option<Factor> {
    FAST.contains(&name).then_some(const { Factor::times(2) })
}

/// Writing the cache, for five minutes and for an hour.
const WRITES: (Times, Times) = (Times(5, 4), Times(2, 1));

const fn claude(name: &'static str, input: u64, cached: u64, output: u64) -> Row {
    Row::new(name, input, Some(cached), output).writing(WRITES.0, WRITES.1).searching(10_000)
}

impl Row {
    /// With what longer prompts cost: reading the cache a tenth of input.
    const fn longer(self, above: u64, input: u64, output: u64) -> Self {
        self.above(above, input, Some(input / 10), output).writing(WRITES.0, WRITES.1)
    }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    claude("claude-fable-5-2", 8_000_000, 200_000, 40_000_000),
    claude("claude-fable-5-1", 10_000_000, 250_000, 50_000_000),
    claude("claude-fable-5", 10_000_000, 1_000_000, 50_000_000),
    claude("claude-mythos-5-1", 10_000_000, 250_000, 50_000_000),
    claude("claude-mythos-5", 10_000_000, 1_000_000, 50_000_000),
    claude("claude-opus-5-5", 4_000_000, 200_000, 20_000_000),
    claude("claude-opus-5", 5_000_000, 500_000, 25_000_000),
    claude("claude-opus-4-8", 5_000_000, 500_000, 25_000_000),
    claude("claude-opus-4-7", 5_000_000, 500_000, 25_000_000),
    claude("claude-opus-4-6", 5_000_000, 500_000, 25_000_000),
    claude("claude-opus-4-5", 5_000_000, 500_000, 25_000_000),
    claude("claude-opus-4-1", 15_000_000, 1_500_000, 75_000_000),
    claude("claude-opus-4-0", 15_000_000, 1_500_000, 75_000_000),
    claude("claude-opus-4", 15_000_000, 1_500_000, 75_000_000),
    claude("claude-sonnet-5-5", 2_000_000, 100_000, 10_000_000),
    claude("claude-sonnet-5", 2_000_000, 200_000, 10_000_000),
    claude("claude-sonnet-4-6", 3_000_000, 300_000, 15_000_000),
    claude("claude-sonnet-4-5", 3_000_000, 300_000, 15_000_000).longer(200_000, 6_000_000, 22_500_000),
    claude("claude-sonnet-4-0", 3_000_000, 300_000, 15_000_000).longer(200_000, 6_000_000, 22_500_000),
    claude("claude-sonnet-4", 3_000_000, 300_000, 15_000_000).longer(200_000, 6_000_000, 22_500_000),
    claude("claude-3-7-sonnet", 3_000_000, 300_000, 15_000_000),
    claude("claude-haiku-5-5", 100_000, 10_000, 500_000).longer(100_000, 500_000, 2_500_000),
    claude("claude-haiku-4-5", 1_000_000, 100_000, 5_000_000),
    claude("claude-3-5-haiku", 800_000, 80_000, 4_000_000),
    claude("claude-3-haiku", 250_000, 30_000, 1_250_000),
];
