//! Mistral's models, as far as they could be checked: Medium 3.5 as published by September 2026
//! (docs.mistral.ai/inference/pricing, through models.dev), Large 3 as published in December 2025. What `-latest`
//! means changes, so it is not here.

use super::row::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("mistral-medium-3.5", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-medium-3-5", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-medium-2604", 1_500_000, Some(150_000), 7_500_000),
    Row::new("mistral-large-2512", 500_000, Some(50_000), 1_500_000),
];
