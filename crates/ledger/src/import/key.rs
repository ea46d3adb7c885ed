//! `LiteLLM_VerificationToken`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use spillway_filter::budgets::Every;

use super::holder::{arrival, flag, json, milliseconds, none_allowed, rules, text, without_effect};
use super::source::Table;
use super::{Missing, Read, Skip, budget};
use crate::db::Row;
use crate::record::{KeyRow, ModelBudget};
use crate::secret::is_key_hash;

/// LiteLLM's team of the sessions of its own pages.
const SESSIONS: &str = "litellm-dashboard";

/// What is noted of a key that may use no model.
const BLOCKED: &str = "models: no-default-models; taken as a blocked key";

/// What is noted of a key whose team was not taken: without it, it would be a key without the team's bounds.
const WITHOUT_TEAM: &str = "its team was not taken; taken as a blocked key";

/// What is noted of a key whose user was not taken, as [`WITHOUT_TEAM`].
const WITHOUT_USER: &str = "its user was not taken; taken as a blocked key";

/// What is wanted of the table.
pub(super) const TABLE: Table = Table {
    name: "LiteLLM_VerificationToken",
    id: "token",
    time: None,
    columns: &[
        "token",
        "key_name",
        "key_alias",
        "user_id",
        "team_id",
        "models",
        "max_parallel_requests",
        "tpm_limit",
        "rpm_limit",
        "max_budget",
        "soft_budget",
        "budget_duration",
        "budget_reset_at",
        "metadata",
        "model_max_budget",
        "aliases",
        "router_settings",
        "config",
        "permissions",
        "expires",
        "blocked",
        "created_by",
        "updated_by",
        "created_at",
        "spend",
        "total_spend",
        "allowed_routes",
        "allowed_cache_controls",
        "policies",
        "access_group_ids",
        "object_permission_id",
        "organization_id",
        "project_id",
        "budget_limits",
        "budget_fallbacks",
        "tpd_limit",
    ],
    of_budget: budget::COLUMNS,
};

/// Columns that bound a key in LiteLLM and not here.
const WITHOUT_EFFECT: &[&str] = &[
    "permissions",
    "allowed_routes",
    "allowed_cache_controls",
    "policies",
    "access_group_ids",
    "object_permission_id",
    "organization_id",
    "project_id",
    "budget_limits",
    "budget_fallbacks",
    "tpd_limit",
];

/// Reads a key, which is a blocked one where an owner of it is missing.
pub(super) fn read(row: &Row, missing: &Missing) -> Read<KeyRow> {
    let token = text(row, "token")?.unwrap_or_default();
    if !is_key_hash(&token) {
        return Err("`token` is no SHA-256 of a key".to_owned());
    }
    let team_id = text(row, "team_id")?;
    if team_id.as_deref() == Some(SESSIONS) {
        return Err("it is a session of LiteLLM's own pages".to_owned());
    }
    let mut notes = without_effect(row, WITHOUT_EFFECT)?;
    let mut rules = rules(row)?;
    budget::inherit(row, &mut rules)?;
    let unusable = none_allowed(&mut rules.models);
    if unusable {
        notes.push(BLOCKED);
    }
    let user_id = text(row, "user_id")?;
    let ownerless = without_owners(missing, team_id.as_deref(), user_id.as_deref());
    notes.extend(&ownerless);
    let key = KeyRow {
        token,
        key_name: text(row, "key_name")?,
        key_alias: text(row, "key_alias")?,
        user_id,
        team_id,
        model_max_budget: model_budgets(row)?,
        aliases: json(row, "aliases")?,
        router_settings: json(row, "router_settings")?,
        config: json(row, "config")?,
        permissions: json(row, "permissions")?,
        expires_ms: milliseconds(row, "expires")?,
        blocked: flag(row, "blocked")? || unusable || !ownerless.is_empty(),
        created_by: text(row, "created_by")?,
        updated_by: text(row, "updated_by")?,
        rules: rules.clone(),
        ..KeyRow::default()
    };
    Ok((arrival(row, key, &rules)?, notes))
}

/// What is noted of the owners of a key that are missing.
fn without_owners(missing: &Missing, team: Option<&str>, user: Option<&str>) -> Vec<&'static str> {
    let is_among = |ids: &BTreeSet<String>, id: Option<&str>| id.is_some_and(|id| ids.contains(id));
    let team = is_among(&missing.teams, team).then_some(WITHOUT_TEAM);
    let user = is_among(&missing.users, user).then_some(WITHOUT_USER);
    team.into_iter().chain(user).collect()
}

/// LiteLLM's `{model: {budget_limit|max_budget, time_period|budget_duration, rpm_limit, tpm_limit}}`, or amounts
/// alone; the key's own, or else its budget's.
fn model_budgets(row: &Row) -> Result<BTreeMap<String, ModelBudget>, Skip> {
    let mut found: BTreeMap<String, Value> = json(row, "model_max_budget")?;
    if found.is_empty() {
        found = json(row, &budget::column("model_max_budget"))?;
    }
    found.into_iter().map(|(model, value)| Ok((model, model_budget(&value)?))).collect()
}

fn model_budget(value: &Value) -> Result<ModelBudget, Skip> {
    let unknown = || "`model_max_budget` has another shape than LiteLLM's".to_owned();
    let amount = |value: &Value| amount(value).ok_or_else(unknown);
    let Value::Object(members) = value else {
        return Ok(ModelBudget { max_budget_nanodollars: Some(amount(value)?), ..ModelBudget::default() });
    };
    let given =
        |names: [&str; 2]| names.iter().find_map(|name| members.get(*name)).filter(|value| !value.is_null());
    let limit = |name: &str| given([name, name]).map(|value| value.as_u64().ok_or_else(unknown)).transpose();
    Ok(ModelBudget {
        max_budget_nanodollars: given(["budget_limit", "max_budget"]).map(amount).transpose()?,
        budget_duration: given(["time_period", "budget_duration"]).map(period).transpose()?,
        tpm_limit: limit("tpm_limit")?,
        rpm_limit: limit("rpm_limit")?,
    })
}

/// The decimal number that the JSON tells, as nanodollars.
fn amount(value: &Value) -> Option<u64> {
    let number = value.as_number()?.to_string();
    spillway_filter::config::Decimal::parse(&number)?
        .rounded(9)
        .filter(|amount| i64::try_from(*amount).is_ok())
}

fn period(value: &Value) -> Result<String, Skip> {
    let text = value.as_str().unwrap_or_default();
    match Every::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(message) => Err(format!("`model_max_budget.time_period`: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn budgets_of_models_have_litellms_shapes() {
        let budget = |value: Value| model_budget(&value);
        let of = |dollars: u64, duration: Option<&str>| ModelBudget {
            max_budget_nanodollars: Some(dollars * 1_000_000_000),
            budget_duration: duration.map(str::to_owned),
            ..ModelBudget::default()
        };
        assert_eq!(budget(json!(2)), Ok(of(2, None)));
        assert_eq!(budget(json!({"budget_limit": 2.0, "time_period": "1d"})), Ok(of(2, Some("1d"))));
        let limited = json!({"max_budget": 3, "budget_duration": null, "rpm_limit": 7});
        assert_eq!(budget(limited), Ok(ModelBudget { rpm_limit: Some(7), ..of(3, None) }));
        for wrong in [json!("2"), json!(-1), json!({"budget_limit": "2"}), json!({"rpm_limit": 1.5})] {
            assert!(budget(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(budget(json!({"budget_limit": 1, "time_period": "1y"})).unwrap_err().contains("\"1y\""));
    }
}
