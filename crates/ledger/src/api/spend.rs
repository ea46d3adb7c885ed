//! `GET /spend/logs` and `GET /spillway/summary`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::Problem;
use super::params::Params;
use crate::record::dollars;
use crate::secret::key_hash;
use crate::store::{SpendFilter, StatusTotals, Store};

/// Rows in an answer: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (100, 1_000);

/// Rows in LiteLLM's shape, newest first.
pub(super) async fn logs(
    State(store): State<Arc<Store>>,
    uri: Uri,
) -> Result<Json<Vec<Map<String, Value>>>, Problem> {
    let known = [
        "start_date",
        "end_date",
        "request_id",
        "api_key",
        "user_id",
        "call_type",
        "status",
        "page",
        "page_size",
    ];
    let params = Params::of(&uri, &known)?;
    let filter = SpendFilter {
        days: params.days()?,
        request_id: params.owned("request_id"),
        api_key: params.text("api_key").map(hashed),
        user: params.owned("user_id"),
        call_type: params.owned("call_type"),
        status: params.word("status", &["success", "failure"])?,
    };
    let page = params.page(PAGE_SIZES.0, PAGE_SIZES.1)?;
    Ok(Json(store.spend_logs(filter, page).await?))
}

/// Totals, all and by status; of all time where no date is given.
pub(super) async fn summary(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date"])?;
    let totals = store.totals(params.days()?).await?;
    let mut answer = told(totals.all());
    let by_status = totals.by_status.into_iter().map(|(status, part)| (status, told(part).into())).collect();
    answer.insert("by_status".to_owned(), Value::Object(by_status));
    Ok(Json(answer.into()))
}

fn told(totals: StatusTotals) -> Map<String, Value> {
    let fields = json!({
        "rows": totals.rows,
        "spend": dollars(totals.spend_nanodollars),
        "spend_nanodollars": totals.spend_nanodollars,
        "prompt_tokens": totals.prompt_tokens,
        "completion_tokens": totals.completion_tokens,
        "total_tokens": totals.prompt_tokens.saturating_add(totals.completion_tokens),
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// A key is stored by its hash; one that is asked for in plain, as LiteLLM allows, is hashed first.
fn hashed(key: &str) -> String {
    if key.starts_with("sk-") { key_hash(key) } else { key.to_owned() }
}
