//! Settings that name models: which may be used, what they are called, and limits, budgets and fallbacks of
//! each. The ledger does not know the gateway's models, so any name is taken.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::field::{Change, Field};
use super::period;
use crate::api::Problem;
use crate::record::ModelBudget;

/// LiteLLM's names for "every model", and for "every model of the team", which its own list says.
const ALL_MODELS: [&str; 2] = ["all-proxy-models", "all-team-models"];

/// LiteLLM's name for "none".
const NO_MODELS: &str = "no-default-models";

/// `models`: empty for all.
pub(super) fn allowed(field: &Field) -> Result<Change<Vec<String>>, Problem> {
    field.names()?.try_map(|mut names| {
        if names.iter().any(|name| name == NO_MODELS) {
            return Err(field.wrong(format!("`{NO_MODELS}` is not supported: set `blocked` instead")));
        }
        if names.iter().any(|name| ALL_MODELS.contains(&name.as_str())) {
            names.clear();
        }
        Ok(names)
    })
}

/// `aliases`: what the key's clients call a model → the model.
pub(super) fn aliases(field: &Field) -> Result<Change<BTreeMap<String, String>>, Problem> {
    by_model(field, |model| model.required(Field::name))
}

/// `model_rpm_limit`, `model_tpm_limit`: model → its limit.
pub(super) fn limits(field: &Field) -> Result<Change<BTreeMap<String, u64>>, Problem> {
    by_model(field, |limit| limit.required(Field::limit))
}

/// `model_max_budget`: model → its budget, an amount alone or an object.
pub(super) fn budgets(field: &Field) -> Result<Change<BTreeMap<String, ModelBudget>>, Problem> {
    by_model(field, budget)
}

fn budget(field: &Field) -> Result<ModelBudget, Problem> {
    let mut budget = ModelBudget::default();
    if !field.is_object() {
        budget.max_budget_nanodollars = Some(field.required(Field::money)?);
        return Ok(budget);
    }
    for (name, member) in field.required(Field::members)? {
        match name.as_str() {
            "budget_limit" | "max_budget" => {
                once(&member, member.money()?, &mut budget.max_budget_nanodollars)?
            }
            "time_period" | "budget_duration" => {
                once(&member, period::duration(&member)?, &mut budget.budget_duration)?;
            }
            "rpm_limit" => budget.rpm_limit = member.limit()?.given(),
            "tpm_limit" => budget.tpm_limit = member.limit()?.given(),
            _ => {
                let expected = "budget_limit, time_period, rpm_limit, tpm_limit";
                return Err(member.wrong(format!("unknown, expected: {expected}")));
            }
        }
    }
    match budget.max_budget_nanodollars {
        Some(_) => Ok(budget),
        None => Err(field.wrong("`budget_limit` is missing")),
    }
}

/// Sets what has two names: `budget_limit` is also `max_budget`, `time_period` is also `budget_duration`.
fn once<T>(field: &Field, change: Change<T>, setting: &mut Option<T>) -> Result<(), Problem> {
    let Change::Set(value) = change else { return Ok(()) };
    match setting.replace(value) {
        None => Ok(()),
        Some(_) => Err(field.wrong("is set by its other name too: keep one of them")),
    }
}

/// `router_settings`, of which a key has `fallbacks`: a list of `{model: [models, in order]}`.
pub(super) fn router_settings(field: &Field) -> Result<Change<Map<String, Value>>, Problem> {
    field.members()?.try_map(|settings| {
        let mut kept = Map::new();
        for (name, setting) in settings {
            match name.as_str() {
                "fallbacks" => {
                    if let Change::Set(entries) = setting.list()?.try_map(fallbacks)? {
                        kept.insert(name, entries);
                    }
                }
                _ if setting.asks_for_nothing() => {}
                _ => {
                    let advice = "a key has `fallbacks` only; other settings stand in the gateway's file";
                    return Err(setting.wrong(advice));
                }
            }
        }
        Ok(kept)
    })
}

/// The list as the row keeps it, which is as it is written.
fn fallbacks(list: Vec<Field>) -> Result<Value, Problem> {
    let mut fallbacks = BTreeMap::new();
    for entry in list {
        let mut members = entry.required(Field::members)?.into_iter();
        let (Some((model, to)), None) = (members.next(), members.next()) else {
            return Err(entry.wrong("expected one model with its list, {model: [models]}"));
        };
        let names = to.required(Field::names)?;
        if names.is_empty() {
            return Err(to.wrong("the list is empty: name a model, or remove the entry"));
        }
        if fallbacks.insert(model, names).is_some() {
            return Err(to.wrong("an earlier entry is for the same model: write one list"));
        }
    }
    Ok(fallbacks.into_iter().map(|(model, names)| json!({model: names})).collect())
}

fn by_model<T>(
    field: &Field,
    read: impl Fn(&Field) -> Result<T, Problem>,
) -> Result<Change<BTreeMap<String, T>>, Problem> {
    let read = |(model, member): (String, Field)| Ok((model, read(&member)?));
    field.members()?.try_map(|members| members.into_iter().map(read).collect())
}
