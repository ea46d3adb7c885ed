//! `GET /spend/logs/v2`, which LiteLLM's pages ask as `/spend/logs/ui` too: rows, newest first, and how many
//! there are.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::{Spend, filter, next};
use crate::api::Problem;
use crate::api::params::Params;

/// Rows in an answer: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (50, 100);

/// Parameters besides those that narrow.
const OTHERS: [&str; 3] = ["status_filter", "page", "page_size"];

/// A page, its place among all, and where to go on.
pub(super) async fn get(State(spend): State<Arc<Spend>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let known: Vec<&str> = filter::NAMES.into_iter().chain(OTHERS).collect();
    let params = Params::of(&uri, &known)?;
    let page = params.page(PAGE_SIZES.0, PAGE_SIZES.1)?;
    let (narrowed, after) = (filter::read(&params)?, filter::after(&params)?);
    let (rows, total) = spend.store.spend_logs_counted(narrowed, after, page).await?;
    Ok(Json(json!({
        "next_after": next(&rows, page.size),
        "data": rows,
        "total": total,
        "page": page.number,
        "page_size": page.size,
        "total_pages": total.div_ceil(page.size.into()),
    })))
}
