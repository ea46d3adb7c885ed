//! What comes out for what goes in; then properties over every known internal name and damaged bodies.

mod allowed;
mod bodies;
mod controls;
mod inputs;
mod other_models;
mod properties;
mod refusals;
mod server_fallbacks;

use super::{Policy, Request, request};
use crate::reject::Reject;
use crate::wire::Dialect;

const STRICT: Policy = Policy { drop_params: false, allow_mock_testing: false, allowed: Vec::new() };
const DROPPING: Policy = Policy { drop_params: true, allow_mock_testing: false, allowed: Vec::new() };
const TESTING: Policy = Policy { drop_params: false, allow_mock_testing: true, allowed: Vec::new() };

/// A chat body with more fields after the required ones.
fn chat_body(more: &str) -> String {
    with(r#"{"model":"m","messages":[{"role":"user","content":"hi"}]"#, more)
}

/// A Responses or compaction body with more fields after the required ones.
fn responses_body(more: &str) -> String {
    with(r#"{"model":"m","input":"hi""#, more)
}

/// A Messages body with more fields after the required ones.
fn messages_body(more: &str) -> String {
    with(r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]"#, more)
}

fn with(start: &str, more: &str) -> String {
    if more.is_empty() { format!("{start}}}") } else { format!("{start},{more}}}") }
}

fn minimal(dialect: Dialect, more: &str) -> String {
    match dialect {
        Dialect::Chat => chat_body(more),
        Dialect::Messages => messages_body(more),
        Dialect::Completions => with(r#"{"model":"m","prompt":"hi""#, more),
        Dialect::CountTokens => with(r#"{"model":"m","messages":[{"role":"user","content":"hi"}]"#, more),
        _ => responses_body(more),
    }
}

fn accepted(dialect: Dialect, body: &str, policy: Policy) -> Request {
    request(dialect, body.as_bytes(), &policy).unwrap_or_else(|reject| panic!("{body}: {}", reject.message))
}

fn refused(dialect: Dialect, body: &str, policy: Policy) -> Reject {
    match request(dialect, body.as_bytes(), &policy) {
        Ok(_) => panic!("accepted: {body}"),
        Err(reject) => reject,
    }
}

/// The body that goes on, whether it was rewritten or not.
fn going_on(request: &Request, body: &str) -> String {
    request.body.clone().map_or_else(|| body.to_owned(), |bytes| String::from_utf8(bytes).unwrap())
}
