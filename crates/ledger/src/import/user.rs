//! `LiteLLM_UserTable`.

use super::Read;
use super::holder::{NO_MODELS, arrival, json, rules, text, without_effect};
use super::source::Table;
use crate::db::Row;
use crate::record::UserRow;

/// What is noted of a user who has no model of their own: LiteLLM says so of users that use their teams' only.
const NO_MODELS_NOTED: &str = "models: no-default-models";

/// What is wanted of the table. Passwords and identities of a single sign-on stay where they are.
pub(super) const TABLE: Table = Table {
    name: "LiteLLM_UserTable",
    id: "user_id",
    time: None,
    columns: &[
        "user_id",
        "user_alias",
        "user_email",
        "user_role",
        "teams",
        "models",
        "max_parallel_requests",
        "tpm_limit",
        "rpm_limit",
        "max_budget",
        "soft_budget",
        "budget_duration",
        "budget_reset_at",
        "metadata",
        "created_at",
        "spend",
        "total_spend",
        "organization_id",
        "model_max_budget",
        "object_permission_id",
        "policies",
        "tpd_limit",
    ],
    of_budget: &[],
};

/// Columns that bound a user in LiteLLM and not here.
const WITHOUT_EFFECT: &[&str] =
    &["organization_id", "model_max_budget", "object_permission_id", "policies", "tpd_limit"];

/// Reads a user.
pub(super) fn read(row: &Row) -> Read<UserRow> {
    let mut notes = without_effect(row, WITHOUT_EFFECT)?;
    let mut rules = rules(row)?;
    let before = rules.models.len();
    rules.models.retain(|model| model != NO_MODELS);
    if rules.models.len() < before {
        notes.push(NO_MODELS_NOTED);
    }
    let user = UserRow {
        user_id: text(row, "user_id")?.unwrap_or_default(),
        user_alias: text(row, "user_alias")?,
        user_email: text(row, "user_email")?,
        user_role: text(row, "user_role")?,
        teams: json(row, "teams")?,
        rules: rules.clone(),
        ..UserRow::default()
    };
    Ok((arrival(row, user, &rules)?, notes))
}
