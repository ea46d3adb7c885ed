//! Mistral's models as published by November 2026 (docs.mistral.ai/inference/pricing, for most rows through models.dev).
//! Reading the cache costs a tenth of the input. What a name with `-latest` means changes; it costs what it meant then.

use super::row::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("mistral-large-4", 1_360_000, Some(140_000), 4_180_000),
    Row::new("mistral-large-4-0", 1_360_000, Some(140_000), 4_180_000),
    Row::new("mistral-large-latest", 500_000, Some(50_000), 1_500_000),
    Row::new("mistral-large-3", 500_000, Some(50_000), 1_500_000),
    Row::new("mistral-large-2512", 500_000, Some(50_000), 1_500_000),
    Row::new("mistral-medium-latest", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-medium-3.5", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-medium-3-5", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-medium-2604", 1_500_000, Some(150_000), 7_500_000),
    Row::new("magistral-medium-latest", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-small-latest", 150_000, Some(15_000), 600_000),
    Row::new("mistral-small-2603", 150_000, Some(15_000), 600_000),
    Row::new("magistral-small-latest", 150_000, Some(15_000), 600_000),
    Row::new("ministral-14b-latest", 200_000, Some(20_000), 200_000),
    Row::new("ministral-14b-2512", 200_000, Some(20_000), 200_000),
    Row::new("ministral-8b-latest", 150_000, Some(15_000), 150_000),
    Row::new("ministral-8b-2512", 150_000, Some(15_000), 150_000),
    Row::new("ministral-3b-latest", 100_000, Some(10_000), 100_000),
    Row::new("ministral-3b-2512", 100_000, Some(10_000), 100_000),
    Row::new("codestral-latest", 300_000, Some(30_000), 900_000),
    Row::new("codestral-2508", 300_000, Some(30_000), 900_000),
    Row::new("devstral-latest", 400_000, Some(40_000), 2_000_000),
    Row::new("devstral-medium-latest", 400_000, Some(40_000), 2_000_000),
    Row::new("devstral-small-latest", 100_000, Some(10_000), 300_000),
    // Vectors are no tokens.
    Row::new("mistral-embed", 100_000, None, 0),
];
