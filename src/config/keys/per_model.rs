//! Limits and budgets that hold for one model group each: `model_rpm_limit`, `model_tpm_limit` and
//! `model_max_budget`, whose entries may hold limits too.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::budgets;
use crate::budgets::Budget;
use crate::config::cursor::Cursor;
use crate::config::names::Names;
use crate::config::section::Section;
use crate::config::{format, limits};
use crate::limits::Limits;

/// Reads limits and budgets by model group. A limit of its own map counts before one beside a budget.
pub fn read(section: &Section<'_>, names: &Names) -> (BTreeMap<String, Limits>, BTreeMap<String, Budget>) {
    let mut limits: BTreeMap<String, Limits> = BTreeMap::new();
    let mut budgets = BTreeMap::new();
    for (group, limit) in by_group(section, "model_rpm_limit", names, limits::limit) {
        limits.entry(group).or_default().requests = Some(limit);
    }
    for (group, limit) in by_group(section, "model_tpm_limit", names, limits::limit) {
        limits.entry(group).or_default().tokens = Some(limit);
    }
    for (group, (budget, beside)) in by_group(section, "model_max_budget", names, budget) {
        if beside != Limits::default() {
            let own = limits.entry(group.clone()).or_default();
            own.requests = own.requests.or(beside.requests);
            own.tokens = own.tokens.or(beside.tokens);
        }
        budgets.extend(budget.map(|budget| (group, budget)));
    }
    (limits, budgets)
}

/// An entry of `model_max_budget`.
fn budget(at: &Cursor<'_>) -> Option<(Option<Budget>, Limits)> {
    if !at.value().is_object() {
        at.unexpected("a mapping such as `{budget_limit: 10, time_period: 1d}`");
        return None;
    }
    let section = at.section()?;
    let limit = |name: &'static str| limits::limit(&section.get(name)?);
    let limits = Limits { requests: limit("rpm_limit"), tokens: limit("tpm_limit"), parallel: None };
    let budget = budgets::of_model(&section);
    section.close(&format::MODEL_BUDGET);
    Some((budget, limits))
}

/// What a mapping has for each model group, each group once.
fn by_group<T>(
    section: &Section<'_>,
    name: &'static str,
    names: &Names,
    read: impl Fn(&Cursor<'_>) -> Option<T>,
) -> BTreeMap<String, T> {
    let mut known = BTreeMap::new();
    let Some(at) = section.get(name) else { return known };
    for (model, value) in at.fields().into_iter().flatten() {
        let entry = at.at_key(model, value);
        // Both are read, so that each one's problems are told.
        let (group, value) = (names.group(&entry, model), read(&entry));
        let Some((group, value)) = group.zip(value) else { continue };
        match known.entry(group) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(place) => entry.error(
                format!("another entry is for the same group, `{}`", place.key()),
                "write one entry for each group".to_owned(),
            ),
        }
    }
    known
}
