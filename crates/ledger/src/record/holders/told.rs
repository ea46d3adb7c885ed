//! The rows as a gateway is told them.

use std::collections::BTreeMap;

use serde_json::Value;
use spillway_filter::budgets::Budget;
use spillway_filter::keys::{Key, Owner};
use spillway_filter::limits::Limits;

use super::{KeyRow, ModelBudget, Rules, TeamRow, UserRow};

impl KeyRow {
    /// The key with its team and its user, as far as there are rows of them.
    pub(crate) fn told(self, team: Option<TeamRow>, user: Option<UserRow>) -> Key {
        let mut model_limits = self.rules.model_limits();
        for (model, budget) in &self.model_max_budget {
            budget.limit(model_limits.entry(model.clone()).or_default());
        }
        model_limits.retain(|_, limits| *limits != Limits::default());
        let model_budgets = self.model_max_budget.into_iter().map(|(model, budget)| (model, budget.told()));
        Key {
            hash: self.token,
            alias: self.key_alias,
            user_id: self.user_id,
            team_id: self.team_id,
            limits: self.rules.limits(),
            model_limits,
            budget: self.rules.budget(),
            model_budgets: model_budgets.filter(|(_, budget)| *budget != Budget::default()).collect(),
            models: self.rules.models,
            aliases: self.aliases,
            expires_ms: self.expires_ms,
            blocked: self.blocked,
            metadata: self.rules.metadata,
            guardrails: self.rules.guardrails,
            fallbacks: fallbacks(self.router_settings.get("fallbacks")),
            team: team.map(TeamRow::told),
            user: user.map(UserRow::told),
        }
    }
}

impl TeamRow {
    fn told(self) -> Owner {
        self.rules.told(self.team_id, self.team_alias, self.blocked)
    }
}

impl UserRow {
    fn told(self) -> Owner {
        self.rules.told(self.user_id, self.user_alias, false)
    }
}

impl Rules {
    fn told(self, id: String, alias: Option<String>, blocked: bool) -> Owner {
        Owner {
            id,
            alias,
            blocked,
            limits: self.limits(),
            model_limits: self.model_limits(),
            budget: self.budget(),
            models: self.models,
            guardrails: self.guardrails,
        }
    }

    fn limits(&self) -> Limits {
        Limits { requests: self.rpm_limit, tokens: self.tpm_limit, parallel: self.max_parallel_requests }
    }

    fn model_limits(&self) -> BTreeMap<String, Limits> {
        let mut limits: BTreeMap<String, Limits> = BTreeMap::new();
        for (model, requests) in &self.model_rpm_limit {
            limits.entry(model.clone()).or_default().requests = Some(*requests);
        }
        for (model, tokens) in &self.model_tpm_limit {
            limits.entry(model.clone()).or_default().tokens = Some(*tokens);
        }
        limits
    }

    fn budget(&self) -> Budget {
        Budget {
            max_nanodollars: self.max_budget_nanodollars,
            soft_nanodollars: self.soft_budget_nanodollars,
            duration: self.budget_duration.clone(),
        }
    }
}

impl ModelBudget {
    /// LiteLLM's order: the key's own limits of a model count before those beside its budget.
    fn limit(&self, limits: &mut Limits) {
        limits.requests = limits.requests.or(self.rpm_limit);
        limits.tokens = limits.tokens.or(self.tpm_limit);
    }

    /// A duration without an amount bounds nothing.
    fn told(self) -> Budget {
        Budget {
            duration: self.budget_duration.filter(|_| self.max_budget_nanodollars.is_some()),
            max_nanodollars: self.max_budget_nanodollars,
            soft_nanodollars: None,
        }
    }
}

/// LiteLLM's `[{group: [group, …]}, …]`. What has another shape names no fallback; the API refuses it.
fn fallbacks(setting: Option<&Value>) -> BTreeMap<String, Vec<String>> {
    let entries = setting.and_then(Value::as_array).into_iter().flatten();
    let pairs = entries.filter_map(Value::as_object).flatten();
    pairs.filter_map(|(group, others)| Some((group.clone(), names(others)?))).collect()
}

fn names(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}
