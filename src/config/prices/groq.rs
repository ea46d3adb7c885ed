//! Groq's production models, on demand, as published by June 2026 (console.groq.com/docs/models).

use super::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("openai/gpt-oss-120b", 150, Some(75), 600),
    Row::new("openai/gpt-oss-20b", 75, None, 300),
    Row::new("llama-3.3-70b-versatile", 590, None, 790),
    Row::new("llama-3.1-8b-instant", 50, None, 80),
];
