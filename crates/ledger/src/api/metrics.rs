//! `GET /metrics`: Prometheus's page.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{Gate, Problem};
use crate::metrics::{Metrics, Text};
use crate::store::Store;

/// The text format's type.
const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the page is made of.
struct Scraped {
    store: Arc<Store>,
    metrics: Arc<Metrics>,
}

/// Who may scrape: whoever has the token for it, and who has the master key.
struct Scrapers {
    scrapers: Gate,
    administrators: Arc<Gate>,
}

/// The path, behind its own gate.
pub(super) fn routes(
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    scrapers: Gate,
    administrators: Arc<Gate>,
) -> Router {
    let scrapers = Arc::new(Scrapers { scrapers, administrators });
    Router::new()
        .route("/metrics", get(page))
        .route_layer(middleware::from_fn_with_state(scrapers, require))
        .with_state(Arc::new(Scraped { store, metrics }))
}

async fn require(
    State(gates): State<Arc<Scrapers>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if gates.scrapers.check(request.headers()).is_err() {
        gates.administrators.check(request.headers())?;
    }
    Ok(next.run(request).await)
}

/// Counts how long each endpoint takes.
pub(super) async fn measure(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let endpoint = request.extensions().get::<MatchedPath>().cloned();
    let began = Instant::now();
    let response = next.run(request).await;
    if let Some(endpoint) = endpoint {
        metrics.answered(endpoint.as_str(), began.elapsed());
    }
    response
}

async fn page(State(scraped): State<Arc<Scraped>>) -> Response {
    let mut text = Text::default();
    text.gauge("spillway_ledger_build_info", "The program that runs.");
    text.value(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    scraped.metrics.write(&mut text);
    text.gauge("spillway_ledger_queue_depth", "Batches and changes that wait for the writer.");
    text.value(&[], scraped.store.waiting());
    text.histogram("spillway_ledger_commit_duration_seconds", "How long commits of batches took.");
    text.buckets(&[], scraped.store.commits());
    database(&scraped.store, &mut text).await;
    ([(header::CONTENT_TYPE, TYPE)], text.finish()).into_response()
}

/// A database that does not answer is what the page is scraped for: the rest is told all the same.
async fn database(store: &Store, text: &mut Text) {
    let size = store.size().await;
    text.gauge("spillway_ledger_database_up", "Whether the database answered the scrape.");
    text.value(&[], u8::from(size.is_ok()));
    let Ok(size) = size else { return };
    text.gauge("spillway_ledger_database_bytes", "The size of the database.");
    text.value(&[], size.bytes);
    text.gauge("spillway_ledger_rows", "About how many rows a table has.");
    for (table, rows) in size.rows {
        text.value(&[("table", table)], rows);
    }
}
