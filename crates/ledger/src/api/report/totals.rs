//! Reports over the whole time: LiteLLM's `[{api_key, total_cost, total_input_tokens, total_output_tokens,
//! model_details: [{model, …}]}]`, and the same of users, models and tags.

use serde_json::{Map, Value};

use crate::api::Problem;
use crate::record::dollars;
use crate::store::{Dimension, Group, SpendFilter, Store};

/// Sums by the first dimension, with the details by model where that is the second; the dearest first. `name` is
/// the member that tells the first.
pub(super) async fn by(
    store: &Store,
    name: &str,
    dimensions: &'static [Dimension],
    filter: SpendFilter,
) -> Result<Vec<Value>, Problem> {
    let mut totals: Vec<(Group, Vec<Value>)> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for part in store.spend_by(dimensions, filter, None).await? {
        let id = part.names.first().cloned().unwrap_or_default();
        let place = *places.entry(id).or_insert(totals.len());
        if place == totals.len() {
            totals.push((Group { names: part.names.clone(), ..Group::default() }, Vec::new()));
        }
        let Some((total, details)) = totals.get_mut(place) else { continue };
        total.add(&part);
        if let Some(model) = part.names.get(1) {
            details.push(told("model", model, &part).into());
        }
    }
    totals.sort_by_key(|(total, _)| std::cmp::Reverse(total.spend_nanodollars));
    let row = |(total, details): (Group, Vec<Value>)| {
        let mut row = told(name, total.names.first().map_or("", String::as_str), &total);
        if dimensions.len() > 1 {
            row.insert("model_details".to_owned(), details.into());
        }
        row.into()
    };
    Ok(totals.into_iter().map(row).collect())
}

fn told(name: &str, value: &str, group: &Group) -> Map<String, Value> {
    Map::from_iter([
        (name.to_owned(), value.into()),
        ("total_cost".to_owned(), dollars(group.spend_nanodollars).into()),
        ("total_input_tokens".to_owned(), group.prompt_tokens.into()),
        ("total_output_tokens".to_owned(), group.completion_tokens.into()),
        ("requests".to_owned(), group.requests.into()),
    ])
}
