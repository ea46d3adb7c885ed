//! What gateways ask: `GET /v1/keys/{sha256}` before they admit a key that they do not know, and
//! `GET /v1/changes` twice a second. Both name the `gateway` that asks, which is told its own part of each
//! balance.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use spillway_filter::keys::{Changes, Lookup};

use super::Problem;
use super::params::Params;
use crate::intake::LONGEST_GATEWAY;
use crate::secret::is_key_hash;
use crate::store::Store;

/// A key; 200 also where there is none, because that is an answer and no failure.
pub(super) async fn key(
    State(store): State<Arc<Store>>,
    hash: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Json<Lookup>, Problem> {
    let gateway = gateway(&Params::of(&uri, &["gateway"])?)?;
    match hash {
        Ok(Path(hash)) if is_key_hash(&hash) => Ok(Json(store.lookup(hash, gateway).await?)),
        _ => {
            let message = "a key is asked for by its SHA-256: 64 hex digits in lower case";
            Err(Problem::invalid(message).at("sha256"))
        }
    }
}

/// What became different since a cursor that an answer before this one gave.
pub(super) async fn changes(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Changes>, Problem> {
    let params = Params::of(&uri, &["gateway", "since"])?;
    let since = params.optional_number("since")?;
    Ok(Json(store.changes(gateway(&params)?, since).await?))
}

fn gateway(params: &Params) -> Result<String, Problem> {
    let id = params.owned("gateway").unwrap_or_default();
    check_id(&id).map(|()| id)
}

/// Whether a gateway may have this id.
pub(super) fn check_id(id: &str) -> Result<(), Problem> {
    if (1..=LONGEST_GATEWAY).contains(&id.len()) {
        return Ok(());
    }
    let message =
        format!("`gateway` has {} bytes; expected the gateway's id, 1 to {LONGEST_GATEWAY}", id.len());
    Err(Problem::invalid(message).at("gateway"))
}
