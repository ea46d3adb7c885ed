//! Reports by day: LiteLLM's `[{group_by_day, teams|customers: [{…, total_spend, metadata: [{model, api_key, spend,
//! total_tokens}]}]}]`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::aliases;
use crate::api::Problem;
use crate::record::dollars;
use crate::store::{Dimension, Group, Named, SpendFilter, Store};

/// What one team or customer spent on a day.
#[derive(Default)]
struct Part {
    nanodollars: u64,
    metadata: Vec<Value>,
}

/// Day → id → its part.
type Days = BTreeMap<String, BTreeMap<String, Part>>;

/// By team. One that has no alias, or is there no more, goes by its id.
pub(super) async fn teams(store: &Store, filter: SpendFilter) -> Result<Vec<Value>, Problem> {
    let by = &[Dimension::Day, Dimension::Team, Dimension::Model, Dimension::Key];
    let days = parts(store.spend_by(by, filter, None).await?);
    let names = aliases(store, Named::Teams, days.values().flat_map(BTreeMap::keys)).await?;
    let name = |id: &str| match names.get(id).and_then(|team| team.alias.as_deref()) {
        _ if id.is_empty() => "Unassigned Team".to_owned(),
        Some(alias) => alias.to_owned(),
        None => id.to_owned(),
    };
    let team = |id: String, part: Part| {
        let id_or_null = (!id.is_empty()).then_some(&id);
        json!({
            "team_name": name(&id),
            "team_id": id_or_null,
            "total_spend": dollars(part.nanodollars),
            "metadata": part.metadata,
        })
    };
    Ok(told(days, "teams", team))
}

/// By whom the caller named as its end user; null for requests that name nobody.
pub(super) async fn customers(store: &Store, filter: SpendFilter) -> Result<Vec<Value>, Problem> {
    let by = &[Dimension::Day, Dimension::EndUser, Dimension::Model, Dimension::Key];
    let days = parts(store.spend_by(by, filter, None).await?);
    let customer = |id: String, part: Part| {
        let id = (!id.is_empty()).then_some(id);
        json!({"customer": id, "total_spend": dollars(part.nanodollars), "metadata": part.metadata})
    };
    Ok(told(days, "customers", customer))
}

fn parts(groups: Vec<Group>) -> Days {
    let mut days = Days::new();
    for group in groups {
        let [date, id, model, key] = group.names.as_slice() else { continue };
        let part = days.entry(date.clone()).or_default().entry(id.clone()).or_default();
        part.nanodollars = part.nanodollars.saturating_add(group.spend_nanodollars);
        part.metadata.push(json!({
            "model": model,
            "api_key": key,
            "spend": dollars(group.spend_nanodollars),
            "total_tokens": group.prompt_tokens.saturating_add(group.completion_tokens),
        }));
    }
    days
}

/// Days in their order, the dearest part of each first.
fn told(days: Days, list: &str, tell: impl Fn(String, Part) -> Value) -> Vec<Value> {
    let day = |(date, parts): (String, BTreeMap<String, Part>)| {
        let mut parts: Vec<(String, Part)> = parts.into_iter().collect();
        parts.sort_by_key(|(_, part)| std::cmp::Reverse(part.nanodollars));
        let parts: Vec<Value> = parts.into_iter().map(|(id, part)| tell(id, part)).collect();
        json!({"group_by_day": format!("{date}T00:00:00+00:00"), list: parts})
    };
    days.into_iter().map(day).collect()
}
