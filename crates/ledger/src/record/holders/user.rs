//! A row of `LiteLLM_UserTable`.

use super::Rules;

/// A user: the rules hold for all of their keys together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UserRow {
    /// What keys name them by.
    pub(crate) user_id: String,
    /// What people call them.
    pub(crate) user_alias: Option<String>,
    /// Their address.
    pub(crate) user_email: Option<String>,
    /// Kept, and of no effect.
    pub(crate) user_role: Option<String>,
    /// Teams that they are in: kept, and of no effect.
    pub(crate) teams: Vec<String>,
    /// Models, limits, budget, guardrails, metadata.
    pub(crate) rules: Rules,
    /// Spent in all their time, in 10⁻⁹ dollars. Events add to it, writes of the row do not change it.
    pub(crate) spend_nanodollars: u64,
    /// When the row was made, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) created_at_ms: u64,
    /// When it was changed, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) updated_at_ms: u64,
}
