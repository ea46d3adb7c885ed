//! Which page is at which path, and the headers of every answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::data::Source;
use super::page::{self, Ask, Failure, Page};
use super::{Monitor, assets, forms};
use crate::store::StoreError;

/// Bytes of the largest form.
const LARGEST_FORM: usize = 16 << 10;

/// Only what is served here is loaded or sent to, and nobody frames a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every answer. The referrer stays within the monitor, where it tells a form's origin.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

type Shared<S> = State<Arc<Monitor<S>>>;

/// Every path below `/ui`.
pub(super) fn routes<S: Source>(monitor: Arc<Monitor<S>>) -> Router {
    Router::new()
        .route("/ui", get(overview::<S>))
        .route("/ui/", get(async || Redirect::permanent("/ui")))
        .route("/ui/guardrails", get(guardrails::<S>))
        .route("/ui/spend", get(spend::<S>))
        .route("/ui/traffic", get(traffic::<S>))
        .route("/ui/requests", get(requests::<S>))
        .route("/ui/requests/{id}", get(story::<S>))
        .route("/ui/login", get(forms::login_page::<S>).post(forms::login::<S>))
        .route("/ui/logout", post(forms::logout::<S>))
        .route("/ui/theme", post(forms::theme::<S>))
        .route("/ui/assets/{name}", get(assets::get))
        .route("/ui/{*rest}", get(no_page))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(harden))
        .with_state(monitor)
}

async fn overview<S: Source>(State(monitor): Shared<S>, ask: Ask) -> Response {
    answer(&ask, page::overview(&*monitor.source, &ask).await)
}

async fn guardrails<S: Source>(State(monitor): Shared<S>, ask: Ask) -> Response {
    answer(&ask, page::guardrails(&*monitor.source, &ask).await)
}

async fn spend<S: Source>(State(monitor): Shared<S>, ask: Ask) -> Response {
    answer(&ask, page::spend(&*monitor.source, &ask).await)
}

async fn traffic<S: Source>(State(monitor): Shared<S>, ask: Ask) -> Response {
    let cooldowns = (monitor.cooled)(ask.now_us);
    answer(&ask, page::traffic(&*monitor.source, &cooldowns, &ask).await)
}

async fn requests<S: Source>(State(monitor): Shared<S>, ask: Ask) -> Response {
    answer(&ask, page::requests(&*monitor.source, &ask).await)
}

async fn story<S: Source>(State(monitor): Shared<S>, ask: Ask, Path(id): Path<String>) -> Response {
    answer(&ask, page::story(&*monitor.source, &ask, &id).await)
}

async fn no_page(ask: Ask) -> Response {
    answer(&ask, Err(Failure::NoPage))
}

async fn wrong_method(ask: Ask) -> Response {
    answer(&ask, Err(Failure::Method))
}

/// A page, or the page that says why there is none.
pub(super) fn answer(ask: &Ask, made: Result<Page, Failure>) -> Response {
    let (status, page) = match made {
        Ok(page) => (200, page),
        Err(failure) => {
            report(&failure);
            (failure.status(), Page::failed(ask, &failure))
        }
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Html(page::whole(ask, &page).into_string())).into_response()
}

/// What an operator has to look at.
fn report(failure: &Failure) {
    if let Failure::Store(error @ StoreError::Database(_)) = failure {
        crate::log::error("query_failed", json!({"message": error.to_string()}));
    }
}

/// Sets [`HEADERS`]. Pages are stored nowhere: what one visitor saw is not for the next at the same screen.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
