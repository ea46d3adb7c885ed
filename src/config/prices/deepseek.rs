//! DeepSeek's models as published by November 2026 (api-docs.deepseek.com/quick_start/pricing), at the busy hours' rates:
//! at other hours, and at weekends, they cost half. The hour is not looked at, so what is counted is never less than
//! the bill.

use super::row::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("deepseek-v4-pro", 1_320_000, Some(44_000), 3_960_000),
    Row::new("deepseek-v4-flash", 300_000, Some(6_000), 1_200_000),
    Row::new("deepseek-flash", 300_000, Some(6_000), 1_200_000),
];
