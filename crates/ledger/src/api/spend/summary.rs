//! `GET /spillway/summary`: totals, exact.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::Spend;
use crate::api::Problem;
use crate::api::params::Params;
use crate::record::dollars;
use crate::store::StatusTotals;

/// Totals, all and by status; of all time where no date or time is given. Rows are counted, and no sums looked at: what is
/// compared with these must not be made of the same.
pub(super) async fn get(State(spend): State<Arc<Spend>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let params = Params::of(&uri, &["start_date", "end_date"])?;
    let totals = spend.store.totals(params.span()?).await?;
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
