//! What was spent by whom: LiteLLM's `GET /global/spend/report`, and the lists that its pages show,
//! `/global/spend`, `/global/spend/keys|models|teams|tags` and `/spend/tags`.
//!
//! | module | room |
//! |---|---|
//! | `daily` | reports by day: of teams, of customers |
//! | `totals` | reports over the whole time: of keys, users, models, tags |
//! | `top` | the lists |
//!
//! Sums are of whole nanodollars; each is told in dollars once it is complete.

mod daily;
mod top;
mod totals;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::Problem;
use super::params::Params;
use super::spend::hashed;
use crate::store::{Alias, Dimension, Named, SpendFilter, Store};

/// Every path. Whoever mounts them puts the gate before them.
pub(super) fn routes(store: Arc<Store>) -> Router {
    Router::new()
        .route("/global/spend/report", get(report))
        .route("/global/spend", get(top::all))
        .route("/global/spend/keys", get(top::keys))
        .route("/global/spend/models", get(top::models))
        .route("/global/spend/teams", get(top::teams))
        .route("/global/spend/tags", get(top::tags))
        .route("/spend/tags", get(top::each_tag))
        .with_state(store)
}

const PARAMETERS: [&str; 7] =
    ["start_date", "end_date", "group_by", "api_key", "internal_user_id", "team_id", "customer_id"];

/// What a report can be grouped by.
const GROUPS: [&str; 6] = ["team", "customer", "api_key", "internal_user_id", "model", "tag"];

/// A report of some days, which must be told. Whoever narrows it to a key or a user and names no group asks, as in
/// LiteLLM, for keys; to a customer, for customers.
async fn report(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Vec<Value>>, Problem> {
    let params = Params::of(&uri, &PARAMETERS)?;
    let filter = SpendFilter {
        api_key: params.text("api_key").map(hashed),
        user: params.owned("internal_user_id"),
        team: params.owned("team_id"),
        end_user: params.owned("customer_id"),
        span: params.span()?,
        ..SpendFilter::default()
    };
    for date in ["start_date", "end_date"] {
        params.required(date)?;
    }
    let usual = if filter.api_key.is_some() || filter.user.is_some() {
        "api_key"
    } else if filter.end_user.is_some() {
        "customer"
    } else {
        "team"
    };
    let group = params.word("group_by", &GROUPS)?;
    Ok(Json(match group.as_deref().unwrap_or(usual) {
        "customer" => daily::customers(&store, filter).await?,
        "api_key" => totals::by(&store, "api_key", &[Dimension::Key, Dimension::Model], filter).await?,
        "internal_user_id" => {
            totals::by(&store, "internal_user_id", &[Dimension::User, Dimension::Model], filter).await?
        }
        "model" => totals::by(&store, "model", &[Dimension::Model], filter).await?,
        "tag" => totals::by(&store, "tag", &[Dimension::Tag, Dimension::Model], filter).await?,
        _ => daily::teams(&store, filter).await?,
    }))
}

/// What keys or teams are called, by id.
async fn aliases(
    store: &Store,
    of: Named,
    ids: impl Iterator<Item = &String>,
) -> Result<BTreeMap<String, Alias>, Problem> {
    let mut ids: Vec<String> = ids.cloned().collect();
    ids.sort();
    ids.dedup();
    let found = store.aliases(of, ids).await?;
    Ok(found.into_iter().map(|alias| (alias.id.clone(), alias)).collect())
}
