//! OpenAI's models as published by November 2026 (developers.openai.com/api/docs/pricing; for older ones, by June 2026,
//! platform.openai.com/docs/pricing), as far as they could be checked; some rows come from secondary sources. Flex costs
//! half (the page rounds some rates), priority (`fast`) what openai.com/api-fast-mode says; long prompts are not served
//! with priority, but by the models whose row says so. Azure's global deployments cost the same, but for searches.
//!
//! A thousand searches cost $10, and by the older of the two tools (`web_search_preview`) $25 with a model that does not
//! reason, which then charges for no token of what was found. An answer names its tools.

use super::row::{Row, Times};

impl Row {
    const fn flex_half(self) -> Self {
        self.flex_times(Times(1, 2))
    }

    const fn priority_twice(self) -> Self {
        self.priority_times(Times(2, 1))
    }

    const fn ultrafast(self) -> Self {
        self.ultrafast_times(Times(6, 1))
    }

    /// What a model costs at Azure.
    pub(super) const fn at_azure(self) -> Self {
        if self.search.is_some() { self.searching(AZURE) } else { self }
    }
}

/// A model since GPT-5.6. What the cache takes in costs a quarter more than other input, and for 12 hours two and a half
/// times as much; a prompt of more than 272,000 tokens costs twice as much, and its answer half as much again.
const fn gpt(name: &'static str, input: u64, cached: u64, output: u64) -> Row {
    Row::new(name, input, Some(cached), output)
        .above(272_000, 2 * input, Some(2 * cached), output + output / 2)
        .writing(Times(5, 4), Times(5, 2))
        .flex_half()
        .priority_twice()
        .searching(SEARCH)
}

/// What a search costs.
const SEARCH: u64 = 10_000;
/// What it costs by the older tool, with a model that does not reason.
const PREVIEW: u64 = 25_000;
/// What it costs at Azure, whatever the model: grounding with Bing.
const AZURE: u64 = 14_000;

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    gpt("gpt-6.1-sol", 2_000_000, 100_000, 10_000_000).ultrafast(),
    gpt("gpt-6.1-terra", 1_000_000, 50_000, 5_000_000),
    gpt("gpt-6-astra", 10_000_000, 1_000_000, 50_000_000).ultrafast(),
    gpt("gpt-6-sol", 2_000_000, 200_000, 10_000_000),
    gpt("gpt-6-luna", 100_000, 10_000, 500_000),
    gpt("gpt-5.6", 4_000_000, 400_000, 20_000_000),
    gpt("gpt-5.6-sol", 4_000_000, 400_000, 20_000_000),
    gpt("gpt-5.6-terra", 2_000_000, 200_000, 12_000_000),
    gpt("gpt-5.6-luna", 200_000, 20_000, 1_200_000),
    Row::new("gpt-5.5", 5_000_000, Some(500_000), 30_000_000).above(272_000, 10_000_000, Some(1_000_000), 45_000_000).flex_half().priority(12_500_000, Some(1_250_000), 75_000_000).searching(SEARCH),
    Row::new("gpt-5.5-pro", 30_000_000, None, 180_000_000).above(272_000, 60_000_000, None, 270_000_000).flex_half().searching(SEARCH),
    Row::new("chat-latest", 5_000_000, Some(500_000), 30_000_000).searching(SEARCH),
    Row::new("gpt-5.4", 2_500_000, Some(250_000), 15_000_000).above(272_000, 5_000_000, Some(500_000), 22_500_000).flex_half().priority(5_000_000, Some(500_000), 30_000_000).searching(SEARCH),
    Row::new("gpt-5.4-mini", 750_000, Some(75_000), 4_500_000).flex_half().priority_twice().searching(SEARCH),
    Row::new("gpt-5.4-nano", 200_000, Some(20_000), 1_250_000).flex_half().searching(SEARCH),
    Row::new("gpt-5.4-pro", 30_000_000, None, 180_000_000).above(272_000, 60_000_000, None, 270_000_000).flex_half().searching(SEARCH),
    Row::new("gpt-5.3-codex", 1_750_000, Some(175_000), 14_000_000).priority_twice().searching(SEARCH),
    Row::new("gpt-5.2", 1_750_000, Some(175_000), 14_000_000).flex_half().priority_twice().searching(SEARCH),
    Row::new("gpt-5.2-chat-latest", 1_750_000, Some(175_000), 14_000_000).searching(SEARCH),
    Row::new("gpt-5.2-codex", 1_750_000, Some(175_000), 14_000_000).searching(SEARCH),
    Row::new("gpt-5.2-pro", 21_000_000, None, 168_000_000).searching(SEARCH),
    Row::new("gpt-5.1", 1_250_000, Some(125_000), 10_000_000).flex_half().priority_twice().searching(SEARCH),
    Row::new("gpt-5.1-chat-latest", 1_250_000, Some(125_000), 10_000_000).searching(SEARCH),
    Row::new("gpt-5.1-codex", 1_250_000, Some(125_000), 10_000_000).priority_twice().searching(SEARCH),
    Row::new("gpt-5.1-codex-max", 1_250_000, Some(125_000), 10_000_000).searching(SEARCH),
    Row::new("gpt-5.1-codex-mini", 250_000, Some(25_000), 2_000_000).searching(SEARCH),
    Row::new("gpt-5", 1_250_000, Some(125_000), 10_000_000).flex_half().priority_twice().searching(SEARCH),
    Row::new("gpt-5-chat-latest", 1_250_000, Some(125_000), 10_000_000).searching(SEARCH),
    Row::new("gpt-5-codex", 1_250_000, Some(125_000), 10_000_000).priority_twice().searching(SEARCH),
    Row::new("gpt-5-mini", 250_000, Some(25_000), 2_000_000).flex_half().priority(450_000, Some(45_000), 3_600_000).searching(SEARCH),
    Row::new("gpt-5-nano", 50_000, Some(5_000), 400_000).flex_half().searching(SEARCH),
    Row::new("gpt-5-pro", 15_000_000, None, 120_000_000).searching(SEARCH),
    // Its answers do not tell how often it searched.
    Row::new("gpt-5-search-api", 1_250_000, Some(125_000), 10_000_000),
    Row::new("codex-mini-latest", 1_500_000, Some(375_000), 6_000_000),
    Row::new("gpt-4.1", 2_000_000, Some(500_000), 8_000_000).priority(3_500_000, Some(875_000), 14_000_000).searching_by_tool(SEARCH, PREVIEW),
    Row::new("gpt-4.1-mini", 400_000, Some(100_000), 1_600_000).priority(700_000, Some(175_000), 2_800_000).searching_by_tool(SEARCH, PREVIEW),
    Row::new("gpt-4.1-nano", 100_000, Some(25_000), 400_000).priority_twice(),
    Row::new("gpt-4o", 2_500_000, Some(1_250_000), 10_000_000).priority(4_250_000, Some(2_125_000), 17_000_000).searching_by_tool(SEARCH, PREVIEW),
    Row::new("gpt-4o-mini", 150_000, Some(75_000), 600_000).priority(250_000, Some(125_000), 1_000_000).searching_by_tool(SEARCH, PREVIEW),
    Row::new("gpt-audio-1.5", 2_500_000, None, 10_000_000).hearing(32_000_000, None).speaking(64_000_000),
    Row::new("gpt-4-turbo", 10_000_000, None, 30_000_000),
    Row::new("gpt-3.5-turbo", 500_000, None, 1_500_000),
    Row::new("o4-mini", 1_100_000, Some(275_000), 4_400_000).flex_half().priority(2_000_000, Some(500_000), 8_000_000).searching(SEARCH),
    Row::new("o3", 2_000_000, Some(500_000), 8_000_000).flex_half().priority(3_500_000, Some(875_000), 14_000_000).searching(SEARCH),
    Row::new("o3-pro", 20_000_000, None, 80_000_000).searching(SEARCH),
    Row::new("o3-mini", 1_100_000, Some(550_000), 4_400_000),
    Row::new("o1", 15_000_000, Some(7_500_000), 60_000_000),
    Row::new("o1-pro", 150_000_000, None, 600_000_000),
    // Tuned: whoever they were tuned by and for.
    Row::new("ft:gpt-4.1", 3_000_000, Some(750_000), 12_000_000),
    Row::new("ft:gpt-4.1-mini", 800_000, Some(200_000), 3_200_000),
    Row::new("ft:gpt-4o", 3_750_000, Some(1_875_000), 15_000_000),
    Row::new("ft:gpt-4o-mini", 300_000, Some(150_000), 1_200_000),
    Row::new("gpt-3.5-turbo-instruct", 1_500_000, None, 2_000_000),
    Row::new("davinci-002", 2_000_000, None, 2_000_000),
    Row::new("babbage-002", 400_000, None, 400_000),
    // Vectors and verdicts are no tokens.
    Row::new("text-embedding-3-small", 20_000, None, 0),
    Row::new("text-embedding-3-large", 130_000, None, 0),
    Row::new("text-embedding-ada-002", 100_000, None, 0),
    Row::new("omni-moderation-latest", 0, None, 0),
    Row::new("omni-moderation", 0, None, 0),
];
