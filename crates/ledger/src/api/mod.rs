//! HTTP: who may ask, what was asked, how it is answered. Every error is
//! `{"error": {message, type, param, code}}`.

mod admin;
mod body;
mod cooldowns;
mod export;
mod gate;
mod gateway;
mod guardrails;
mod health;
mod ingest;
mod metrics;
mod params;
mod problem;
mod report;
mod spend;

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware;
use axum::routing::{get, post};

pub(crate) use gate::Gate;
use problem::Problem;

use crate::cooldowns::Cooldowns;
use crate::metrics::Metrics;
use crate::store::Store;
use ingest::Ingest;

/// Who may ask what.
pub(crate) struct Gates {
    /// Delivers events, asks for keys, and tells of cooldowns.
    pub(crate) gateways: Gate,
    /// Asks everything else.
    pub(crate) administrators: Gate,
    /// Asks for the metrics.
    pub(crate) scrapers: Gate,
}

/// Every path, over this database and what gateways tell of their cooldowns.
pub(crate) fn router(
    store: Arc<Store>,
    cooldowns: &Arc<Cooldowns>,
    gates: Gates,
    body_limit: usize,
) -> Router {
    let metrics = Arc::new(Metrics::default());
    let gateways = Arc::new(gates.gateways);
    let ingest = Router::new()
        .route("/v1/events", post(ingest::post))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&gateways), gate::require))
        .with_state(Arc::new(Ingest::new(Arc::clone(&store), Arc::clone(&metrics), body_limit)));
    let lookups = Router::new()
        .route("/v1/keys/{hash}", get(gateway::key))
        .route("/v1/changes", get(gateway::changes))
        .with_state(Arc::clone(&store))
        .route("/v1/cooldowns", post(cooldowns::post))
        .with_state(Arc::clone(cooldowns))
        .route_layer(middleware::from_fn_with_state(gateways, gate::require));
    let administrators = Arc::new(gates.administrators);
    let scraped = metrics::routes(
        Arc::clone(&store),
        Arc::clone(&metrics),
        gates.scrapers,
        Arc::clone(&administrators),
    );
    let behind_the_master_key = Router::new()
        .route("/guardrails/usage/overview", get(guardrails::overview))
        .route("/guardrails/usage/detail/{id}", get(guardrails::detail))
        .route("/guardrails/usage/logs", get(guardrails::logs))
        .with_state(Arc::clone(&store))
        .route("/spillway/cooldowns", get(cooldowns::get))
        .with_state(Arc::clone(cooldowns))
        .merge(spend::routes(Arc::clone(&store)))
        .merge(report::routes(Arc::clone(&store)))
        .merge(admin::routes(Arc::clone(&store), Arc::clone(&administrators)))
        .route_layer(middleware::from_fn_with_state(administrators, gate::require));
    Router::new()
        .route("/health", get(health::check))
        .with_state(store)
        .merge(ingest)
        .merge(lookups)
        .merge(behind_the_master_key)
        .merge(scraped)
        .route_layer(middleware::from_fn_with_state(metrics, metrics::measure))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
}

async fn unknown_path(uri: Uri) -> Problem {
    Problem::new(404, "not_found_error", format!("there is no {}", uri.path()))
}

async fn wrong_method(method: axum::http::Method, uri: Uri) -> Problem {
    Problem::new(405, "invalid_request_error", format!("{} does not take {method}; see `allow`", uri.path()))
}
