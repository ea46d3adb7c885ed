//! The record of a key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::budgets::Budget;
use crate::limits::Limits;

/// A virtual key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Key {
    /// SHA-256 of the key, lower-case hex.
    pub hash: String,
    /// `key_alias`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// `user_id`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `team_id`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Model groups, and names and patterns within those whose name is a pattern, that it may use; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// `aliases`: what this key's clients call a model → the model group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
    /// `rpm_limit`, `tpm_limit`, `max_parallel_requests`
    pub limits: Limits,
    /// `model_rpm_limit`, `model_tpm_limit`: model group → its limits.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_limits: BTreeMap<String, Limits>,
    /// `max_budget`, `soft_budget`, `budget_duration`
    pub budget: Budget,
    /// `model_max_budget`: model group → its budget.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_budgets: BTreeMap<String, Budget>,
    /// `expires`, in milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<u64>,
    /// `blocked`
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// Free form, for the spend log.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Guardrails that run on its requests besides the default ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<String>,
    /// `router_settings.fallbacks`: model group → groups, in order. They count before the file's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fallbacks: BTreeMap<String, Vec<String>>,
    /// Its team, where the ledger knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Owner>,
    /// Its user, where the ledger knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Owner>,
}

/// A team or a user, whose rules hold for all of its keys together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Owner {
    /// `team_id`, `user_id`
    pub id: String,
    /// `team_alias`, `user_alias`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Model groups that its keys may use; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// `rpm_limit`, `tpm_limit`, `max_parallel_requests`
    pub limits: Limits,
    /// `model_rpm_limit`, `model_tpm_limit`: model group → its limits.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_limits: BTreeMap<String, Limits>,
    /// `max_budget`, `soft_budget`, `budget_duration`
    pub budget: Budget,
    /// `blocked`
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// Guardrails that run on its keys' requests besides the default ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<String>,
}
