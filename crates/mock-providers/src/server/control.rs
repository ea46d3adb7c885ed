//! `/_mock/…`: the same as the handle, over HTTP, for other processes.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /_mock/health` | 200 once the server serves |
//! | `GET /_mock/received[?since=N]` | what was received, as JSON; from sequence number N on |
//! | `DELETE /_mock/received` | forgets it |
//! | `PUT /_mock/script/{model}` | `{"scripts": ["status=500", ""], "after": "cycle"}`; `after` is `cycle`, `last` or `answer` |
//! | `DELETE /_mock/script/{model}` | forgets the scripts of a model; without a model, of every one |

use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::delivery::{Scripted, plain};
use crate::script::{After, Script};

/// Below this path nothing is a provider's.
pub const BASE: &str = "/_mock/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scripts {
    scripts: Vec<String>,
    #[serde(default)]
    after: After,
}

type Answer = (StatusCode, Value);

/// Answers a request to a path below [`BASE`].
pub fn respond(shared: &Shared, head: &Parts, body: Bytes) -> Response<Scripted> {
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default();
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let model = percent_decode_str(rest).decode_utf8_lossy();
    let (status, body) = match (&head.method, first, model.as_ref()) {
        (&Method::GET, "health", "") => (StatusCode::OK, json!({"status": "ok"})),
        (&Method::GET, "received", "") => received(shared, head.uri.query().unwrap_or_default()),
        (&Method::DELETE, "received", "") => done(|| shared.journal.clear()),
        (&Method::DELETE, "script", "") => done(|| shared.scripts(|store| store.unset(None))),
        (&Method::DELETE, "script", model) => done(|| shared.scripts(|store| store.unset(Some(model)))),
        (&Method::PUT, "script", model) if !model.is_empty() => set_scripts(shared, model, &body),
        (method, ..) => {
            wrong(StatusCode::NOT_FOUND, &format!("nothing answers {method} {}", head.uri.path()))
        }
    };
    let body = Bytes::from(body.to_string());
    let mut response = Response::new(Scripted::new(plain(&body, &Script::default()), None, None));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

fn done(act: impl FnOnce()) -> Answer {
    act();
    (StatusCode::OK, json!({"status": "ok"}))
}

fn wrong(status: StatusCode, message: &str) -> Answer {
    (status, json!({"error": {"message": format!("mock-providers: {message}")}}))
}

fn received(shared: &Shared, query: &str) -> Answer {
    let since = match query.split_once('=') {
        None if query.is_empty() => Some(0),
        Some(("since", number)) => number.parse().ok(),
        _ => None,
    };
    match since {
        Some(since) => (StatusCode::OK, shared.journal.to_json(since)),
        None => wrong(StatusCode::BAD_REQUEST, &format!("expected 'since=N' or no query, found '{query}'")),
    }
}

fn set_scripts(shared: &Shared, model: &str, body: &[u8]) -> Answer {
    let scripts: Scripts = match serde_json::from_slice(body) {
        Ok(scripts) => scripts,
        Err(error) => {
            let expected = r#"expected {"scripts": [...], "after": "cycle" | "last" | "answer"}"#;
            return wrong(StatusCode::BAD_REQUEST, &format!("{expected}: {error}"));
        }
    };
    match shared.scripts(|store| store.set(model, &scripts.scripts, scripts.after)) {
        Ok(()) => done(|| ()),
        Err(error) => (StatusCode::BAD_REQUEST, json!({"error": {"message": error.to_string()}})),
    }
}
