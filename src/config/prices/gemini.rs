//! Google's Gemini models, text and sound, paid tier, as published by November 2026
//! (ai.google.dev/gemini-api/docs/pricing, for most rows through models.dev). The rates of Gemini 3.8 Flash are
//! introductory until the end of 2026. What a name with `-latest` means changes; it costs what it meant then. Thoughts cost
//! what the answer costs. Priority costs 1.8 times as much; flex half, and what its cache has differs by model: as at
//! the standard tier where the row does not say. Sound costs what text costs where the row does not say, and so do pictures
//! and films. A thousand searches cost $14, and before Gemini 3 a thousand answers that were searched for $35; what is free
//! of them every month, or every day, is not looked at.

use super::row::{Row, Times};

impl Row {
    const fn priority_dearer(self) -> Self {
        self.priority_times(Times(9, 5))
    }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("gemini-4-argon", 2_000_000, Some(100_000), 10_000_000).flex(1_000_000, Some(50_000), 5_000_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.8-flash", 750_000, Some(75_000), 3_750_000).flex(375_000, Some(37_500), 1_875_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.7-flash", 750_000, Some(75_000), 3_750_000).flex(375_000, Some(37_500), 1_875_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.6-flash", 750_000, Some(75_000), 3_750_000).flex(375_000, Some(37_500), 1_875_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.5-flash", 1_500_000, Some(150_000), 9_000_000).flex(750_000, Some(80_000), 4_500_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.5-flash-lite", 300_000, Some(30_000), 2_500_000).flex(150_000, Some(20_000), 1_250_000).priority(540_000, Some(50_000), 4_500_000).searching(14_000),
    Row::new("gemini-3.1-pro-preview", 2_000_000, Some(200_000), 12_000_000).above(200_000, 4_000_000, Some(400_000), 18_000_000)
        .flex(1_000_000, None, 6_000_000).flex_above(2_000_000, None, 9_000_000).priority_dearer().searching(14_000),
    Row::new("gemini-3.1-flash-lite", 250_000, Some(25_000), 1_500_000)
        .hearing(500_000, Some(50_000)).flex(125_000, Some(12_500), 750_000).flex_hearing(250_000, Some(25_000)).priority_dearer().searching(14_000),
    Row::new("gemini-3-flash-preview", 500_000, Some(50_000), 3_000_000)
        .hearing(1_000_000, Some(100_000)).flex(250_000, None, 1_500_000).flex_hearing(500_000, None).priority_dearer().searching(14_000),
    Row::new("gemini-2.5-pro", 1_250_000, Some(125_000), 10_000_000).above(200_000, 2_500_000, Some(250_000), 15_000_000)
        .flex(625_000, None, 5_000_000).flex_above(1_250_000, None, 7_500_000).priority_dearer().grounded(35_000),
    Row::new("gemini-2.5-flash", 300_000, Some(30_000), 2_500_000)
        .hearing(1_000_000, Some(100_000)).flex(150_000, None, 1_250_000).flex_hearing(500_000, None).priority_dearer().grounded(35_000),
    Row::new("gemini-2.5-flash-lite", 100_000, Some(10_000), 400_000)
        .hearing(300_000, Some(30_000)).flex(50_000, None, 200_000).flex_hearing(150_000, None).priority_dearer().grounded(35_000),
    Row::new("gemini-pro-latest", 2_000_000, Some(200_000), 12_000_000).above(200_000, 4_000_000, Some(400_000), 18_000_000)
        .flex(1_000_000, None, 6_000_000).flex_above(2_000_000, None, 9_000_000).priority_dearer().searching(14_000),
    Row::new("gemini-flash-latest", 750_000, Some(75_000), 3_750_000).flex(375_000, Some(37_500), 1_875_000).priority_dearer().searching(14_000),
    Row::new("gemini-flash-lite-latest", 300_000, Some(30_000), 2_500_000).flex(150_000, Some(20_000), 1_250_000).priority(540_000, Some(50_000), 4_500_000).searching(14_000),
    // Vectors are no tokens.
    Row::new("gemini-embedding-2", 200_000, None, 0),
    Row::new("gemini-embedding-001", 150_000, None, 0),
];
