//! Rows as LiteLLM's clients know them. Money is in US dollars; the exact amounts stand beside it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::period;
use crate::calendar::timestamp;
use crate::record::{KeyRow, ModelBudget, Rules, TeamRow, UserRow, dollars};

/// A key, without the key.
pub(super) fn key(row: &KeyRow) -> Map<String, Value> {
    let own = json!({
        "token": row.token,
        "token_id": row.token,
        "key_name": row.key_name,
        "key_alias": row.key_alias,
        "user_id": row.user_id,
        "team_id": row.team_id,
        "aliases": row.aliases,
        "router_settings": row.router_settings,
        "config": row.config,
        "permissions": row.permissions,
        "model_max_budget": model_budgets(&row.model_max_budget),
        "expires": row.expires_ms.map(time),
        "blocked": row.blocked,
        "created_by": row.created_by,
        "updated_by": row.updated_by,
        "last_active": row.last_active_ms.map(time),
    });
    together(own, &row.rules, row.spend_nanodollars, (row.created_at_ms, row.updated_at_ms))
}

/// A team.
pub(super) fn team(row: &TeamRow) -> Map<String, Value> {
    let own = json!({
        "team_id": row.team_id,
        "team_alias": row.team_alias,
        "organization_id": row.organization_id,
        "members_with_roles": row.members_with_roles,
        "admins": [],
        "members": [],
        "blocked": row.blocked,
    });
    together(own, &row.rules, row.spend_nanodollars, (row.created_at_ms, row.updated_at_ms))
}

/// A user.
pub(super) fn user(row: &UserRow) -> Map<String, Value> {
    let own = json!({
        "user_id": row.user_id,
        "user_alias": row.user_alias,
        "user_email": row.user_email,
        "user_role": row.user_role,
        "teams": row.teams,
    });
    together(own, &row.rules, row.spend_nanodollars, (row.created_at_ms, row.updated_at_ms))
}

fn together(own: Value, rules: &Rules, spent: u64, (created, updated): (u64, u64)) -> Map<String, Value> {
    let alike = json!({
        "models": rules.models,
        "max_parallel_requests": rules.max_parallel_requests,
        "tpm_limit": rules.tpm_limit,
        "rpm_limit": rules.rpm_limit,
        "model_tpm_limit": rules.model_tpm_limit,
        "model_rpm_limit": rules.model_rpm_limit,
        "max_budget": rules.max_budget_nanodollars.map(dollars),
        "soft_budget": rules.soft_budget_nanodollars.map(dollars),
        "budget_duration": rules.budget_duration,
        "budget_reset_at": period::reset_at(rules.budget_duration.as_deref()),
        "guardrails": rules.guardrails,
        "metadata": rules.metadata,
        "spend": dollars(spent),
        "spend_nanodollars": spent,
        "created_at": time(created),
        "updated_at": time(updated),
    });
    [own, alike].into_iter().filter_map(object).flatten().collect()
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

fn model_budgets(budgets: &BTreeMap<String, ModelBudget>) -> Map<String, Value> {
    let told = |budget: &ModelBudget| {
        let mut fields = Map::new();
        let mut tell = |name: &str, value: Option<Value>| {
            fields.extend(value.map(|value| (name.to_owned(), value)));
        };
        tell("budget_limit", budget.max_budget_nanodollars.map(|nanodollars| dollars(nanodollars).into()));
        tell("time_period", budget.budget_duration.clone().map(Value::from));
        tell("tpm_limit", budget.tpm_limit.map(Value::from));
        tell("rpm_limit", budget.rpm_limit.map(Value::from));
        Value::Object(fields)
    };
    budgets.iter().map(|(model, budget)| (model.clone(), told(budget))).collect()
}

fn time(milliseconds: u64) -> String {
    timestamp(milliseconds.saturating_mul(1_000))
}
