//! A row of `LiteLLM_VerificationToken`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Rules;

/// A virtual key. The key itself is stored nowhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeyRow {
    /// SHA-256 of the key, lower-case hex.
    pub(crate) token: String,
    /// The key with all but its end masked, for people to tell keys apart.
    pub(crate) key_name: Option<String>,
    /// What people call it; no two keys have the same.
    pub(crate) key_alias: Option<String>,
    /// Whose it is.
    pub(crate) user_id: Option<String>,
    /// Whose it is.
    pub(crate) team_id: Option<String>,
    /// Models, limits, budget, guardrails, metadata.
    pub(crate) rules: Rules,
    /// Model group → its budget within this key's.
    pub(crate) model_max_budget: BTreeMap<String, ModelBudget>,
    /// What its clients call a model → the model group.
    pub(crate) aliases: BTreeMap<String, String>,
    /// `fallbacks` is what counts in it: `[{group: [group, …]}, …]`.
    pub(crate) router_settings: Map<String, Value>,
    /// Kept, and of no effect.
    pub(crate) config: Map<String, Value>,
    /// Kept, and of no effect.
    pub(crate) permissions: Map<String, Value>,
    /// From when on it is refused, in milliseconds since the Unix epoch.
    pub(crate) expires_ms: Option<u64>,
    /// Whether it is refused.
    pub(crate) blocked: bool,
    /// Who made it.
    pub(crate) created_by: Option<String>,
    /// Who changed it last.
    pub(crate) updated_by: Option<String>,
    /// Spent in all its time, in 10⁻⁹ dollars. Events add to it, writes of the row do not change it.
    pub(crate) spend_nanodollars: u64,
    /// When it was made, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) created_at_ms: u64,
    /// When it was changed, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) updated_at_ms: u64,
    /// When its last request was stored, in milliseconds since the Unix epoch. The store sets it.
    pub(crate) last_active_ms: Option<u64>,
}

/// `model_max_budget.<group>`: what a key may do with one model group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ModelBudget {
    /// Most that may be spent in a period, in 10⁻⁹ dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_budget_nanodollars: Option<u64>,
    /// How long a period is; none: the budget never begins anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) budget_duration: Option<String>,
    /// Tokens in 60 s, where `model_tpm_limit` does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tpm_limit: Option<u64>,
    /// Requests in 60 s, where `model_rpm_limit` does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rpm_limit: Option<u64>,
}
