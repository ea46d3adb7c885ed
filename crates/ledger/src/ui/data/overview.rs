//! The first page: the other pages' headlines.

use super::{
    Block, OutcomePoint, Outcomes, Percentiles, SpendPoint, SpendRow, Spending, TrafficPoint, Volume,
};

/// The first page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// Requests, errors, fallbacks.
    pub volume: Volume,
    /// Requests over time; its percentiles are not shown here and may be left out.
    pub traffic: Vec<TrafficPoint>,
    /// Durations of successful requests.
    pub latency: Option<Percentiles>,
    /// Tokens and money.
    pub spending: Spending,
    /// Money over time; none where only days are kept and the span's buckets are hours.
    pub spend: Option<Vec<SpendPoint>>,
    /// The model groups that cost most, at most 5.
    pub top_models: Vec<SpendRow>,
    /// What guardrails did.
    pub outcomes: Outcomes,
    /// What guardrails did, over time.
    pub guardrails: Vec<OutcomePoint>,
    /// The latest blocks, newest first, at most 5.
    pub latest_blocks: Vec<Block>,
}
