//! What guardrails did.

use super::{Action, Named};

/// Runs of guardrails, by how they ended. A guardrail that was selected and did not run counts nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// All runs; those that are neither blocked nor flagged passed.
    pub evaluated: u64,
    /// Runs that stopped the request.
    pub blocked: u64,
    /// Runs that only reported something, or could not be made.
    pub flagged: u64,
}

/// The guardrails' page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GuardrailReport {
    /// All guardrails together.
    pub total: Outcomes,
    /// Each bucket that has a run, oldest first; missing ones are zero.
    pub over_time: Vec<OutcomePoint>,
    /// By guardrail, most runs first.
    pub by_guardrail: Vec<GuardrailRow>,
    /// By team; an empty id is requests without a team.
    pub by_team: Vec<OutcomeRow>,
    /// By call type, which has no name beside its id.
    pub by_dialect: Vec<OutcomeRow>,
    /// The latest runs that blocked, newest first, at most 20.
    pub latest_blocks: Vec<Block>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomePoint {
    /// When the bucket begins.
    pub at_us: u64,
    /// What happened in it.
    pub outcomes: Outcomes,
}

/// One guardrail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GuardrailRow {
    /// The guardrail.
    pub guardrail: Named,
    /// Its kind, e.g. `litellm_content_filter`.
    pub provider: String,
    /// What it did.
    pub outcomes: Outcomes,
    /// Mean duration of a run.
    pub mean_us: Option<u64>,
    /// Mean risk score of the runs that had one, 0 to 10.
    pub mean_score: Option<f64>,
}

/// One team or one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Which.
    pub of: Named,
    /// What guardrails made of its requests.
    pub outcomes: Outcomes,
}

/// A run that blocked, flagged or passed, in a list of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The request.
    pub request_id: String,
    /// When the request began.
    pub at_us: u64,
    /// Which guardrail.
    pub guardrail: Named,
    /// What it did.
    pub action: Action,
    /// The request's call type.
    pub dialect: String,
    /// The request's model group.
    pub model: String,
    /// The request's team; none where it has none.
    pub team: Option<Named>,
    /// The rules that it reported, as JSON, cut short.
    pub reason: Option<String>,
}
