//! OpenAI's models, standard tier, as published by June 2026
//! (platform.openai.com/docs/pricing), as far as they could be checked; some rows come from secondary sources.
//! Azure's global deployments cost the same.

use super::Row;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    Row::new("gpt-5.4", 2_500, Some(250), 15_000).above(272_000, 5_000, Some(500), 22_500),
    Row::new("gpt-5.4-mini", 750, Some(75), 4_500),
    Row::new("gpt-5.4-nano", 200, Some(20), 1_250),
    Row::new("gpt-5.4-pro", 30_000, None, 180_000).above(272_000, 60_000, None, 270_000),
    Row::new("gpt-5.3-codex", 1_750, Some(175), 14_000),
    Row::new("gpt-5.2", 1_750, Some(175), 14_000),
    Row::new("gpt-5.2-chat-latest", 1_750, Some(175), 14_000),
    Row::new("gpt-5.2-codex", 1_750, Some(175), 14_000),
    Row::new("gpt-5.2-pro", 21_000, None, 168_000),
    Row::new("gpt-5.1", 1_250, Some(125), 10_000),
    Row::new("gpt-5.1-chat-latest", 1_250, Some(125), 10_000),
    Row::new("gpt-5.1-codex", 1_250, Some(125), 10_000),
    Row::new("gpt-5.1-codex-max", 1_250, Some(125), 10_000),
    Row::new("gpt-5.1-codex-mini", 250, Some(25), 2_000),
    Row::new("gpt-5", 1_250, Some(125), 10_000),
    Row::new("gpt-5-chat-latest", 1_250, Some(125), 10_000),
    Row::new("gpt-5-codex", 1_250, Some(125), 10_000),
    Row::new("gpt-5-mini", 250, Some(25), 2_000),
    Row::new("gpt-5-nano", 50, Some(5), 400),
    Row::new("gpt-5-pro", 15_000, None, 120_000),
    Row::new("codex-mini-latest", 1_500, Some(375), 6_000),
    Row::new("gpt-4.1", 2_000, Some(500), 8_000),
    Row::new("gpt-4.1-mini", 400, Some(100), 1_600),
    Row::new("gpt-4.1-nano", 100, Some(25), 400),
    Row::new("gpt-4o", 2_500, Some(1_250), 10_000),
    Row::new("gpt-4o-mini", 150, Some(75), 600),
    Row::new("gpt-4-turbo", 10_000, None, 30_000),
    Row::new("gpt-3.5-turbo", 500, None, 1_500),
    Row::new("o4-mini", 1_100, Some(275), 4_400),
    Row::new("o3", 2_000, Some(500), 8_000),
    Row::new("o3-pro", 20_000, None, 80_000),
    Row::new("o3-mini", 1_100, Some(550), 4_400),
    Row::new("o1", 15_000, Some(7_500), 60_000),
    Row::new("o1-pro", 150_000, None, 600_000),
    Row::new("gpt-3.5-turbo-instruct", 1_500, None, 2_000),
    Row::new("davinci-002", 2_000, None, 2_000),
    Row::new("babbage-002", 400, None, 400),
    // Vectors and verdicts are no tokens.
    Row::new("text-embedding-3-small", 20, None, 0),
    Row::new("text-embedding-3-large", 130, None, 0),
    Row::new("text-embedding-ada-002", 100, None, 0),
    Row::new("omni-moderation-latest", 0, None, 0),
    Row::new("omni-moderation", 0, None, 0),
];
