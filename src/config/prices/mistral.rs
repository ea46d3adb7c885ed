//! Mistral's models, as far as they could be checked: Medium 3.5 as published by September 2026
//! (docs.mistral.ai/inference/pricing, through models.dev), Large 3 as published in December 2025. What `-latest`
//! means changes, so it is not here.

use super::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("mistral-medium-3.5", 1_500, Some(150), 7_500),
    Row::new("mistral-medium-3-5", 1_500, Some(150), 7_500),
    Row::new("mistral-medium-2604", 1_500, Some(150), 7_500),
    Row::new("mistral-large-2512", 500, None, 1_500),
];
