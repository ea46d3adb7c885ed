//! LiteLLM's sums by day: for each day what was spent, by key beside it, and by user and by model within it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::Problem;
use crate::calendar::Day;
use crate::record::dollars;
use crate::store::{Days, Dimension, Group, SpendFilter, Store};

/// Days of one answer, which has a member for each.
const LONGEST_SPAN: i32 = 3_660;

/// What is spent by what, in nanodollars.
type Sums = BTreeMap<String, u64>;

/// The sums of one day.
#[derive(Default)]
struct OfDay {
    total: u64,
    keys: Sums,
    users: Sums,
    models: Sums,
}

/// Days in their order, from the first on which anything was spent to the last that is asked for.
pub(super) async fn sums(store: &Store, filter: SpendFilter, days: Days) -> Result<Vec<Value>, Problem> {
    check_span(days)?;
    let by = &[Dimension::Day, Dimension::Key, Dimension::User, Dimension::Model];
    let mut found: BTreeMap<String, OfDay> = BTreeMap::new();
    for group in store.spend_by(by, filter, None).await? {
        add(&mut found, &group);
    }
    fill(&mut found, days.to);
    Ok(found.into_iter().map(|(date, day)| day.told(&date)).collect())
}

fn check_span(days: Days) -> Result<(), Problem> {
    let (Some(from), Some(to)) = (days.from, days.to) else { return Ok(()) };
    if from.days_until(to) <= LONGEST_SPAN {
        return Ok(());
    }
    Err(Problem::invalid(format!("sums by day span up to {LONGEST_SPAN} days")).at("start_date"))
}

fn add(days: &mut BTreeMap<String, OfDay>, group: &Group) {
    let [date, key, user, model] = group.names.as_slice() else { return };
    let cost = group.spend_nanodollars;
    let day = days.entry(date.clone()).or_default();
    day.total = day.total.saturating_add(cost);
    for (sums, name) in [(&mut day.keys, key), (&mut day.users, user), (&mut day.models, model)] {
        let sum = sums.entry(name.clone()).or_default();
        *sum = sum.saturating_add(cost);
    }
}

/// Adds the days after the last one with requests, on which nothing was spent.
fn fill(days: &mut BTreeMap<String, OfDay>, last: Option<Day>) {
    let newest = days.keys().next_back().and_then(|date| Day::parse(date));
    let (Some(newest), Some(last)) = (newest, last) else { return };
    for ahead in 1..=newest.days_until(last).clamp(0, LONGEST_SPAN) {
        days.entry(newest.plus(ahead).to_string()).or_default();
    }
}

impl OfDay {
    /// LiteLLM's object. A key's hash is a member beside the names of the others, and none of them is a hash.
    fn told(self, date: &str) -> Value {
        let mut told = in_dollars(self.keys);
        told.insert("startTime".to_owned(), date.into());
        told.insert("spend".to_owned(), dollars(self.total).into());
        told.insert("users".to_owned(), in_dollars(self.users).into());
        told.insert("models".to_owned(), in_dollars(self.models).into());
        json!(told)
    }
}

fn in_dollars(sums: Sums) -> Map<String, Value> {
    sums.into_iter().map(|(name, sum)| (name, dollars(sum).into())).collect()
}
