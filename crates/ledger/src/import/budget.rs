//! `LiteLLM_BudgetTable`: settings that several rows can share by naming its `budget_id`. Here each row has its own, so
//! a row takes over what its budget says where it says nothing itself.

use super::holder::{duration, money, number};
use super::{Skip, source};
use crate::db::Row;
use crate::record::Rules;

/// The columns that are wanted of it.
pub(super) const COLUMNS: &[&str] = &[
    "max_budget",
    "soft_budget",
    "budget_duration",
    "max_parallel_requests",
    "tpm_limit",
    "rpm_limit",
    "model_max_budget",
];

/// The name under which the budget's column is in a row's answer.
pub(super) fn column(name: &str) -> String {
    format!("{}{name}", source::OF_BUDGET)
}

/// Adds the budget's settings to a row's own. An amount and its period belong together: a row with an amount of its
/// own has its own period, or none.
pub(super) fn inherit(row: &Row, rules: &mut Rules) -> Result<(), Skip> {
    if rules.max_budget_nanodollars.is_none() {
        rules.max_budget_nanodollars = money(row, &column("max_budget"))?;
        if rules.budget_duration.is_none() {
            rules.budget_duration = duration(row, &column("budget_duration"))?;
        }
    }
    if rules.soft_budget_nanodollars.is_none() {
        rules.soft_budget_nanodollars = money(row, &column("soft_budget"))?;
    }
    for (limit, name) in [
        (&mut rules.max_parallel_requests, "max_parallel_requests"),
        (&mut rules.tpm_limit, "tpm_limit"),
        (&mut rules.rpm_limit, "rpm_limit"),
    ] {
        if limit.is_none() {
            *limit = number(row, &column(name))?;
        }
    }
    Ok(())
}
