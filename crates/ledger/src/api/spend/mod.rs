//! The spend log: `GET /spend/logs` with its exports, its pages `/spend/logs/v2`, and `GET /spillway/summary`.
//!
//! | module | room |
//! |---|---|
//! | `filter` | which rows: the parameters that all of them have |
//! | `logs` | rows as a list, as LiteLLM's sums by day, or as an export |
//! | `paged` | rows with their number |
//! | `days` | LiteLLM's sums by day |
//! | `summary` | totals, exact |

mod days;
mod filter;
mod logs;
mod paged;
mod summary;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub(super) use filter::hashed;

use super::export::Exports;
use crate::store::{Place, SpendRow, Store};

/// What the endpoints work with.
struct Spend {
    store: Arc<Store>,
    exports: Exports,
}

/// Every path. Whoever mounts them puts the gate before them.
pub(super) fn routes(store: Arc<Store>) -> Router {
    let exports = Exports::of(Arc::clone(&store));
    Router::new()
        .route("/spend/logs", get(logs::get))
        .route("/spend/logs/v2", get(paged::get))
        .route("/spend/logs/ui", get(paged::get))
        .route("/spillway/summary", get(summary::get))
        .with_state(Arc::new(Spend { store, exports }))
}

/// What `after` must be to get the rows that follow these; none where these are fewer than a page holds.
fn next(rows: &[SpendRow], page_size: u32) -> Option<String> {
    let last = rows.last().filter(|_| rows.len() >= page_size as usize)?;
    Place::of(last).map(|place| format!("{},{}", place.start_time, place.request_id))
}
