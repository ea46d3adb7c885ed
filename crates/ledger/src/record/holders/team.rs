//! A row of `LiteLLM_TeamTable`.

use serde_json::Value;

use super::Rules;

/// A team: its rules hold for all of its keys together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TeamRow {
    /// What keys name it by.
    pub(crate) team_id: String,
    /// What people call it.
    pub(crate) team_alias: Option<String>,
    /// Kept, and of no effect.
    pub(crate) organization_id: Option<String>,
    /// `[{user_id, role}, …]`: kept, and of no effect.
    pub(crate) members_with_roles: Vec<Value>,
    /// Models, limits, budget, guardrails, metadata.
    pub(crate) rules: Rules,
    /// Whether its keys are refused.
    pub(crate) blocked: bool,
    /// Spent in all its time, in 10⁻⁹ dollars. Events add to it, writes of the row do not change it.
    pub(crate) spend_nanodollars: u64,
    /// When it was made, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) created_at_ms: u64,
    /// When it was changed, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) updated_at_ms: u64,
}
