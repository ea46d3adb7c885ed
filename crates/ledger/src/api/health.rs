//! `GET /health`: whether the ledger does its work now.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Problem;
use crate::store::Store;

/// `ok` after a row was committed and read, which is asked at most once a second.
pub(super) async fn check(State(store): State<Arc<Store>>) -> Result<Json<Value>, Problem> {
    let alive = store.probe().await.map_err(|error| Problem::unavailable("unhealthy", error.to_string()))?;
    Ok(Json(json!({"status": "ok", "database": alive.dialect.name(), "schema": alive.schema})))
}
