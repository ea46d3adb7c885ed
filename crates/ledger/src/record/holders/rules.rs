//! What a key, a team and a user have alike.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Rights and bounds of one holder; nothing is bounded where nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    /// Model groups that may be used; empty for all.
    pub(crate) models: Vec<String>,
    /// Requests at any one time.
    pub(crate) max_parallel_requests: Option<u64>,
    /// Tokens in 60 s.
    pub(crate) tpm_limit: Option<u64>,
    /// Requests in 60 s.
    pub(crate) rpm_limit: Option<u64>,
    /// Model group → tokens in 60 s. LiteLLM keeps it in `metadata`, and so does the table.
    pub(crate) model_tpm_limit: BTreeMap<String, u64>,
    /// Model group → requests in 60 s. LiteLLM keeps it in `metadata`, and so does the table.
    pub(crate) model_rpm_limit: BTreeMap<String, u64>,
    /// Most that may be spent in a period, in 10⁻⁹ dollars.
    pub(crate) max_budget_nanodollars: Option<u64>,
    /// What is told once it is spent, in 10⁻⁹ dollars.
    pub(crate) soft_budget_nanodollars: Option<u64>,
    /// How long a period is, as LiteLLM writes it; none: the budget never begins anew.
    pub(crate) budget_duration: Option<String>,
    /// Guardrails that run besides the default ones. LiteLLM keeps them in `metadata`, and so does the table.
    pub(crate) guardrails: Vec<String>,
    /// Free form, without the fields above that the table keeps in it.
    pub(crate) metadata: Map<String, Value>,
}
