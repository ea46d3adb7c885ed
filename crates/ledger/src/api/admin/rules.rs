//! The settings that keys, teams and users have alike.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::field::{Change, Field};
use super::fields::Fields;
use super::{models, period};
use crate::api::Problem;
use crate::record::Rules;

/// What a request says of them.
pub(super) struct RuleChanges {
    models: Change<Vec<String>>,
    max_parallel_requests: Change<u64>,
    tpm_limit: Change<u64>,
    rpm_limit: Change<u64>,
    model_tpm_limit: Change<BTreeMap<String, u64>>,
    model_rpm_limit: Change<BTreeMap<String, u64>>,
    max_budget: Change<u64>,
    soft_budget: Change<u64>,
    budget_duration: Change<String>,
    guardrails: Change<Vec<String>>,
    metadata: Change<Map<String, Value>>,
}

impl RuleChanges {
    /// Reads them.
    pub(super) fn of(fields: &mut Fields) -> Result<Self, Problem> {
        Ok(Self {
            models: models::allowed(&fields.take("models"))?,
            max_parallel_requests: fields.take("max_parallel_requests").limit()?,
            tpm_limit: fields.take("tpm_limit").limit()?,
            rpm_limit: fields.take("rpm_limit").limit()?,
            model_tpm_limit: models::limits(&fields.take("model_tpm_limit"))?,
            model_rpm_limit: models::limits(&fields.take("model_rpm_limit"))?,
            max_budget: fields.take("max_budget").money()?,
            soft_budget: fields.take("soft_budget").money()?,
            budget_duration: period::duration(&fields.take("budget_duration"))?,
            guardrails: fields.take("guardrails").names()?,
            metadata: metadata(&fields.take("metadata"))?,
        })
    }

    /// Makes the changes.
    pub(super) fn apply(self, rules: &mut Rules) {
        self.models.apply_or_empty(&mut rules.models);
        self.max_parallel_requests.apply(&mut rules.max_parallel_requests);
        self.tpm_limit.apply(&mut rules.tpm_limit);
        self.rpm_limit.apply(&mut rules.rpm_limit);
        self.model_tpm_limit.apply_or_empty(&mut rules.model_tpm_limit);
        self.model_rpm_limit.apply_or_empty(&mut rules.model_rpm_limit);
        self.max_budget.apply(&mut rules.max_budget_nanodollars);
        self.soft_budget.apply(&mut rules.soft_budget_nanodollars);
        self.budget_duration.apply(&mut rules.budget_duration);
        self.guardrails.apply_or_empty(&mut rules.guardrails);
        self.metadata.apply_or_empty(&mut rules.metadata);
    }
}

/// Settings that LiteLLM itself keeps in `metadata`: written there they would look as if they counted.
const SETTINGS: [&str; 5] =
    ["guardrails", "model_rpm_limit", "model_tpm_limit", "tag_rpm_limit", "mcp_rpm_limit"];

/// Free form, but for [`SETTINGS`].
fn metadata(field: &Field) -> Result<Change<Map<String, Value>>, Problem> {
    field.object()?.try_map(|metadata| match SETTINGS.iter().find(|name| metadata.contains_key(**name)) {
        Some(name) => Err(field.wrong(format!("`{name}` has no effect in it: write it beside `metadata`"))),
        None => Ok(metadata),
    })
}
