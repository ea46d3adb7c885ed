//! Google's Gemini models, text, paid tier, as published by mid 2026
//! (ai.google.dev/gemini-api/docs/pricing, for most rows through models.dev). The rates of Gemini 3.8 Flash are
//! introductory until the end of 2026. Thoughts cost what the answer costs.

use super::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("gemini-3.8-flash", 750, Some(75), 3_750),
    Row::new("gemini-3.5-flash", 1_500, Some(150), 9_000),
    Row::new("gemini-3.1-pro-preview", 2_000, Some(200), 12_000).above(200_000, 4_000, Some(400), 18_000),
    Row::new("gemini-3.1-flash-lite", 250, Some(25), 1_500),
    Row::new("gemini-3-flash-preview", 500, Some(50), 3_000),
    Row::new("gemini-2.5-pro", 1_250, Some(125), 10_000).above(200_000, 2_500, Some(250), 15_000),
    Row::new("gemini-2.5-flash", 300, Some(30), 2_500),
    Row::new("gemini-2.5-flash-lite", 100, Some(10), 400),
];
