//! `LiteLLM_TeamTable`.

use super::Read;
use super::holder::{arrival, flag, json, none_allowed, rules, text, without_effect};
use super::source::Table;
use crate::db::Row;
use crate::record::TeamRow;

/// What is noted of a team whose keys may use no model.
const BLOCKED: &str = "models: no-default-models; taken as a blocked team";

/// What is wanted of the table.
pub(super) const TABLE: Table = Table {
    name: "LiteLLM_TeamTable",
    id: "team_id",
    time: None,
    columns: &[
        "team_id",
        "team_alias",
        "organization_id",
        "members_with_roles",
        "models",
        "max_parallel_requests",
        "tpm_limit",
        "rpm_limit",
        "max_budget",
        "soft_budget",
        "budget_duration",
        "budget_reset_at",
        "metadata",
        "blocked",
        "created_at",
        "spend",
        "total_spend",
        "model_id",
        "model_max_budget",
        "budget_limits",
        "router_settings",
        "object_permission_id",
        "access_group_ids",
        "policies",
        "tpd_limit",
    ],
    of_budget: &[],
};

/// Columns that bound a team in LiteLLM and not here.
const WITHOUT_EFFECT: &[&str] = &[
    "organization_id",
    "model_id",
    "model_max_budget",
    "budget_limits",
    "router_settings",
    "object_permission_id",
    "access_group_ids",
    "policies",
    "tpd_limit",
];

/// Reads a team.
pub(super) fn read(row: &Row) -> Read<TeamRow> {
    let mut notes = without_effect(row, WITHOUT_EFFECT)?;
    let mut rules = rules(row)?;
    let unusable = none_allowed(&mut rules.models);
    if unusable {
        notes.push(BLOCKED);
    }
    let team = TeamRow {
        team_id: text(row, "team_id")?.unwrap_or_default(),
        team_alias: text(row, "team_alias")?,
        organization_id: text(row, "organization_id")?,
        members_with_roles: json(row, "members_with_roles")?,
        blocked: flag(row, "blocked")? || unusable,
        rules: rules.clone(),
        ..TeamRow::default()
    };
    Ok((arrival(row, team, &rules)?, notes))
}
