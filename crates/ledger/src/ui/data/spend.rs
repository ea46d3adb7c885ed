//! What was spent.

use super::Named;

/// Requests, tokens and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// Requests, those that failed included.
    pub requests: u64,
    /// Tokens of prompts, cached ones included.
    pub input_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// 10⁻⁹ dollars.
    pub nanodollars: u64,
}

/// The page of what was spent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendReport {
    /// All together.
    pub total: Spending,
    /// Each bucket with a request, oldest first; missing ones are zero. Where only days are kept and the span's
    /// buckets are hours, none, and the page shows no chart.
    pub over_time: Option<Vec<SpendPoint>>,
    /// By model group.
    pub by_model: Option<Vec<SpendRow>>,
    /// By key; ids are hashes. Here and below, none: not counted apart under this filter.
    pub by_key: Option<Vec<SpendRow>>,
    /// By team.
    pub by_team: Option<Vec<SpendRow>>,
    /// By tag; a request with two counts in both, so these do not add up to the total.
    pub by_tag: Option<Vec<SpendRow>>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendPoint {
    /// When the bucket begins.
    pub at_us: u64,
    /// What was spent in it.
    pub spending: Spending,
}

/// One model, key, team or tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendRow {
    /// Which; an empty id is requests that have none.
    pub of: Named,
    /// What it spent.
    pub spending: Spending,
}
