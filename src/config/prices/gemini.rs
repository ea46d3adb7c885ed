//! Google's Gemini models, text, paid tier, as published by mid 2026
//! (ai.google.dev/gemini-api/docs/pricing, for most rows through models.dev). The rates of Gemini 3.8 Flash are
//! introductory until the end of 2026. Thoughts cost what the answer costs.

use super::row::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("gemini-3.8-flash", 750_000, Some(75_000), 3_750_000),
    Row::new("gemini-3.5-flash", 1_500_000, Some(150_000), 9_000_000),
    Row::new("gemini-3.1-pro-preview", 2_000_000, Some(200_000), 12_000_000).above(200_000, 4_000_000, Some(400_000), 18_000_000),
    Row::new("gemini-3.1-flash-lite", 250_000, Some(25_000), 1_500_000),
    Row::new("gemini-3-flash-preview", 500_000, Some(50_000), 3_000_000),
    Row::new("gemini-2.5-pro", 1_250_000, Some(125_000), 10_000_000).above(200_000, 2_500_000, Some(250_000), 15_000_000),
    Row::new("gemini-2.5-flash", 300_000, Some(30_000), 2_500_000),
    Row::new("gemini-2.5-flash-lite", 100_000, Some(10_000), 400_000),
];
