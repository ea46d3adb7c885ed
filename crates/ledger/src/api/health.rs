//! `GET /health`: whether the ledger does its work now.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Problem;
use crate::store::Store;

/// `ok` after a row was committed and read, which is asked at most once a second.
pub(super) async fn check(State(store): State<Arc<Store>>) -> Result<Json<Value>, Problem> {
    match store.probe().await {
        Ok(schema) => Ok(Json(json!({"status": "ok", "database": "sqlite", "schema": schema}))),
        Err(error) => {
            crate::log::error("unhealthy", json!({"message": error.to_string()}));
            Err(Problem::unavailable("unhealthy", error.to_string()))
        }
    }
}
