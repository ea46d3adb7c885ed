//! Groq's production models, on demand, as published by November 2026 (console.groq.com/docs/models, groq.com/pricing):
//! where it has a cache, reading that costs half.

use super::row::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("openai/gpt-oss-120b", 150_000, Some(75_000), 600_000),
    Row::new("openai/gpt-oss-20b", 75_000, Some(37_500), 300_000),
    Row::new("qwen/qwen3.8-27b", 800_000, None, 4_000_000),
    Row::new("llama-3.3-70b-versatile", 590_000, None, 790_000),
    Row::new("llama-3.1-8b-instant", 50_000, None, 80_000),
];
