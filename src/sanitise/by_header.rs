//! What LiteLLM's clients say in headers, and may say in the body as well: for retries, the limits of end users, and the
//! spend log. It is held to what holds for the body's forms.
//!
//! Source: LiteLLM 1.106.2, `litellm_pre_call_utils.py` (tags, notes, sessions) and `auth_utils.py` (end users).

use serde_json::{Map, Value};

use super::metadata::MAX_BYTES;
use super::read::MAX_NAME_BYTES;
use super::{Controls, Request, controls, settings};
use crate::reject::Reject;
use crate::wire::check::MAX_DEPTH;
use crate::wire::value;

/// How all of them begin, in lower case.
pub const PREFIX: &str = "x-litellm-";

/// Known, and without effect here: the caller is told so.
const WITHOUT_EFFECT: &[&str] = &[
    "agent-id",
    "disable-callbacks",
    "enable-message-redaction",
    "keepalive-seconds",
    "priority",
    "stream-timeout",
    "team-id",
    "timeout",
    "user-id",
];

/// What the headers of one request say.
#[derive(Debug, Default)]
pub struct ByHeader {
    /// `x-litellm-num-retries`
    pub num_retries: Option<u32>,
    tags: Vec<String>,
    /// `x-litellm-customer-id`
    customer: Option<String>,
    /// `x-litellm-end-user-id`: the customer's counts.
    end_user: Option<String>,
    /// `x-litellm-trace-id`
    trace: Option<String>,
    /// `x-litellm-session-id`: the trace's counts.
    session: Option<String>,
    /// `x-litellm-spend-logs-metadata`
    notes: Option<Map<String, Value>>,
    dropped: Vec<String>,
}

impl ByHeader {
    /// Takes a header whose name begins with [`PREFIX`]. Of several with one name the first counts; tags are all taken.
    ///
    /// # Errors
    /// 400 for a value that its parameter cannot have.
    pub fn take(&mut self, name: &str, value: &[u8]) -> Result<(), Reject> {
        let Some(own) = name.strip_prefix(PREFIX) else { return Ok(()) };
        match own {
            "num-retries" => self.num_retries = self.num_retries.or(Some(number(name, value)?)),
            "tags" => self.add_tags(name, value)?,
            "customer-id" => keep(&mut self.customer, end_user(name, value)?),
            "end-user-id" => keep(&mut self.end_user, end_user(name, value)?),
            "trace-id" => keep(&mut self.trace, text(name, value)?),
            "session-id" => keep(&mut self.session, text(name, value)?),
            "spend-logs-metadata" => self.notes = self.notes.take().or(Some(notes(name, value)?)),
            _ if WITHOUT_EFFECT.contains(&own) => self.dropped.push(name.to_owned()),
            _ => {}
        }
        Ok(())
    }

    /// Adds it to what the body says. A header goes before the body, as with LiteLLM; tags are all taken, the body's first.
    /// How often is tried again is the body's to say.
    pub fn join(&mut self, request: &mut Request) {
        let end_user = self.customer.take().or(self.end_user.take());
        request.end_user = end_user.or(request.end_user.take());
        request.dropped.append(&mut self.dropped);
        let Controls { tags, metadata, session, .. } = &mut request.controls;
        for tag in std::mem::take(&mut self.tags) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if let Some(session) = self.trace.take().or(self.session.take()).or(session.take()) {
            metadata.insert("session_id".to_owned(), session.into());
        }
        if let Some(notes) = self.notes.take() {
            metadata.insert("spend_logs_metadata".to_owned(), notes.into());
        }
    }

    fn add_tags(&mut self, name: &str, value: &[u8]) -> Result<(), Reject> {
        let tags = utf8(name, value)?.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        for tag in tags {
            if tag.len() > MAX_NAME_BYTES {
                return Err(too_long(name, "each tag", MAX_NAME_BYTES, tag.len()));
            }
            self.tags.push(tag.to_owned());
        }
        match self.tags.len() {
            found if found > controls::MAX_NAMES => Err(invalid(
                name,
                &format!("at most {} tags are allowed, found {found}", controls::MAX_NAMES),
            )),
            _ => Ok(()),
        }
    }
}

fn keep(known: &mut Option<String>, came: Option<String>) {
    *known = known.take().or(came);
}

fn number(name: &str, value: &[u8]) -> Result<u32, Reject> {
    let number = utf8(name, value)?.trim().parse();
    number.map_err(|_| invalid(name, "expected an integer from 0"))
}

/// Cut where a body's would be.
fn end_user(name: &str, value: &[u8]) -> Result<Option<String>, Reject> {
    let user = utf8(name, value)?.trim();
    Ok((!user.is_empty()).then(|| settings::bounded(user.to_owned())))
}

/// A short text; `None` where it is empty.
fn text(name: &str, value: &[u8]) -> Result<Option<String>, Reject> {
    let text = utf8(name, value)?.trim();
    if text.len() > MAX_NAME_BYTES {
        return Err(too_long(name, "it", MAX_NAME_BYTES, text.len()));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn notes(name: &str, value: &[u8]) -> Result<Map<String, Value>, Reject> {
    if value.len() > MAX_BYTES {
        return Err(too_long(name, "it", MAX_BYTES, value.len()));
    }
    match value::parse(utf8(name, value)?.as_bytes()) {
        Ok(Value::Object(notes)) if notes.values().all(|note| depth(note) < MAX_DEPTH) => Ok(notes),
        Ok(Value::Object(_)) => Err(invalid(name, "it is nested too deeply")),
        _ => Err(invalid(name, "expected a JSON object")),
    }
}

/// How many objects and arrays are within one another, at most: the reader's own bound is a little further away.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn utf8<'v>(name: &str, value: &'v [u8]) -> Result<&'v str, Reject> {
    std::str::from_utf8(value).map_err(|_| invalid(name, "expected UTF-8"))
}

fn too_long(name: &str, what: &str, most: usize, found: usize) -> Reject {
    invalid(name, &format!("{what} may have at most {most} bytes, found {found}"))
}

fn invalid(name: &str, what: &str) -> Reject {
    Reject::invalid(format!("Invalid header '{name}': {what}.")).at(name).code("invalid_header")
}
