//! The lists that LiteLLM's pages show. Without dates, they are of the last thirty days and today.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::aliases;
use crate::api::Problem;
use crate::api::params::Params;
use crate::calendar::Day;
use crate::record::dollars;
use crate::store::{Days, Dimension, Group, Named, Span, SpendFilter, Store};

/// Days before today that a list without dates begins.
const MONTH: i32 = 30;

/// Rows of a list: as many as asked for, up to the second.
const LIMITS: (u32, u32) = (10, 1_000);

/// Teams in the list of the dearest.
const TOP_TEAMS: usize = 10;

/// Tags that one request may name.
const MOST_TAGS: usize = 100;

/// `/global/spend`: all that was spent, whatever it was spent by; of all time where no date is given.
pub(super) async fn all(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date"])?;
    let filter = SpendFilter { span: params.span()?, ..SpendFilter::default() };
    let days = store.spend_by(&[Dimension::Day], filter, None).await?;
    let nanodollars = days.iter().fold(0, |sum: u64, day| sum.saturating_add(day.spend_nanodollars));
    Ok(Json(json!({
        "spend": dollars(nanodollars),
        "spend_nanodollars": nanodollars,
        "max_budget": null,
    })))
}

/// `/global/spend/keys`: the keys that spent most.
pub(super) async fn keys(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Vec<Value>>, Problem> {
    let groups = top(&store, &uri, &[Dimension::Key]).await?;
    let names = aliases(&store, Named::Keys, groups.iter().map(name)).await?;
    let row = |group: &Group| {
        let known = names.get(name(group));
        json!({
            "api_key": name(group),
            "key_alias": known.and_then(|key| key.alias.as_deref()),
            "key_name": known.and_then(|key| key.masked.as_deref()),
            "total_spend": dollars(group.spend_nanodollars),
        })
    };
    Ok(Json(groups.iter().map(row).collect()))
}

/// `/global/spend/models`: the models that most was spent on.
pub(super) async fn models(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Vec<Value>>, Problem> {
    let row = |group: &Group| {
        json!({
            "model": name(group),
            "total_spend": dollars(group.spend_nanodollars),
            "total_tokens": group.prompt_tokens.saturating_add(group.completion_tokens),
        })
    };
    Ok(Json(top(&store, &uri, &[Dimension::Model]).await?.iter().map(row).collect()))
}

/// `/global/spend/teams`: each day with what each team spent, and the teams that spent most.
pub(super) async fn teams(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date"])?;
    let groups = store.spend_by(&[Dimension::Day, Dimension::Team], month(&params)?, None).await?;
    let names = aliases(&store, Named::Teams, groups.iter().filter_map(|group| group.names.get(1))).await?;
    let mut days: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for group in &groups {
        let [date, id] = group.names.as_slice() else { continue };
        let alias = names.get(id).and_then(|team| team.alias.as_deref());
        let team = if id.is_empty() { "Unassigned" } else { alias.unwrap_or(id) };
        for sum in [days.entry(date).or_default().entry(team).or_default(), totals.entry(team).or_default()] {
            *sum = sum.saturating_add(group.spend_nanodollars);
        }
    }
    let day = |(date, teams): (&str, BTreeMap<&str, u64>)| {
        let mut row = Map::from_iter([("date".to_owned(), date.into())]);
        row.extend(teams.into_iter().map(|(team, sum)| (team.to_owned(), dollars(sum).into())));
        row
    };
    let teams: BTreeSet<&str> = totals.keys().copied().collect();
    let mut dearest: Vec<(&str, u64)> = totals.iter().map(|(team, sum)| (*team, *sum)).collect();
    dearest.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    let total = |(team, sum): &(&str, u64)| json!({"team_id": team, "total_spend": dollars(*sum)});
    Ok(Json(json!({
        "daily_spend": days.into_iter().map(day).collect::<Vec<_>>(),
        "teams": teams,
        "total_spend_per_team": dearest.iter().take(TOP_TEAMS).map(total).collect::<Vec<_>>(),
    })))
}

/// `/global/spend/tags`: what was spent under each tag, of all or of those that `tags` names.
pub(super) async fn tags(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date", "tags"])?;
    let wanted: Option<BTreeSet<&str>> = params.text("tags").map(|tags| tags.split(',').collect());
    if wanted.as_ref().is_some_and(|tags| tags.len() > MOST_TAGS) {
        return Err(Problem::invalid(format!("`tags` names up to {MOST_TAGS} tags")).at("tags"));
    }
    let groups = store.spend_by(&[Dimension::Tag], month(&params)?, None).await?;
    let shown = |group: &&Group| wanted.as_ref().is_none_or(|tags| tags.contains(name(group).as_str()));
    let row = |group: &Group| {
        let spend = dollars(group.spend_nanodollars);
        json!({"name": name(group), "spend": spend, "log_count": group.requests})
    };
    Ok(Json(json!({"spend_per_tag": groups.iter().filter(shown).map(row).collect::<Vec<_>>()})))
}

/// `/spend/tags`: the same as a list, of all time where no date is given.
pub(super) async fn each_tag(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Vec<Value>>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date"])?;
    let filter = SpendFilter { span: params.span()?, ..SpendFilter::default() };
    let row = |group: &Group| {
        json!({
            "individual_request_tag": name(group),
            "log_count": group.requests,
            "total_spend": dollars(group.spend_nanodollars),
        })
    };
    Ok(Json(store.spend_by(&[Dimension::Tag], filter, None).await?.iter().map(row).collect()))
}

async fn top(store: &Store, uri: &Uri, by: &'static [Dimension]) -> Result<Vec<Group>, Problem> {
    let params = Params::of(uri, &["limit", "start_date", "end_date"])?;
    let limit = params.number("limit", LIMITS.0, 1..=LIMITS.1)?;
    Ok(store.spend_by(by, month(&params)?, Some(limit)).await?)
}

/// The dates asked for; without any, the last thirty days and today.
fn month(params: &Params) -> Result<SpendFilter, Problem> {
    let asked = params.span()?;
    let usual = || Span::from(Days { from: Some(Day::today().plus(-MONTH)), to: None });
    let span = if asked == Span::default() { usual() } else { asked };
    Ok(SpendFilter { span, ..SpendFilter::default() })
}

fn name(group: &Group) -> &String {
    static NONE: String = String::new();
    group.names.first().unwrap_or(&NONE)
}
