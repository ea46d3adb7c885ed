//! The way of a request: kept, judged, then met with what its script says.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap};
use hyper::http::request::Parts;
use hyper::{Request, Response};
use serde_json::Value;

use super::play::model;
use super::{Shared, control};
use crate::answer;
use crate::credentials;
use crate::delivery::{CutByScript, Scripted};
use crate::fault::{self, Refusal, Wrong};
use crate::journal::Ticket;
use crate::provider::{Provider, Target};
use crate::script::{Script, ScriptError};

/// The longest request body that is read.
pub const MOST_BODY: usize = 64 << 20;
const SCRIPT_HEADER: &str = "x-mock-script";

/// Answers one request. An error ends the connection without an answer.
///
/// # Errors
/// If the script says so, or the client left while it sent its body.
pub async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
    reset: Arc<AtomicBool>,
) -> Result<Response<Scripted>, CutByScript> {
    let (head, body) = request.into_parts();
    if head.uri.path().starts_with(control::BASE) {
        return Ok(control::respond(&shared, &head, read(body).await.1));
    }
    let ticket = shared.journal.open(head.method.to_string(), head.uri.to_string(), lines(&head.headers));
    let (read, body) = read(body).await;
    ticket.body(body.clone());
    let exchange = Exchange {
        shared: &shared,
        head: &head,
        body: &body,
        reset,
        ticket,
        id: answer::id_of(head.uri.path(), &body),
    };
    match read {
        Read::ClientLeft => Err(CutByScript),
        Read::Whole => exchange.answer(None).await,
        Read::TooLong => exchange.answer(Some(Wrong::TooLong(MOST_BODY))).await,
    }
}

enum Read {
    Whole,
    TooLong,
    ClientLeft,
}

/// Reads a body as far as it goes.
async fn read(mut body: Incoming) -> (Read, Bytes) {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (Read::ClientLeft, read.freeze()) };
        let data = frame.into_data().unwrap_or_default();
        if read.len() + data.len() > MOST_BODY {
            return (Read::TooLong, read.freeze());
        }
        read.extend_from_slice(&data);
    }
    (Read::Whole, read.freeze())
}

fn lines(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

/// One request whose answer is due.
pub(super) struct Exchange<'a> {
    pub(super) shared: &'a Shared,
    pub(super) head: &'a Parts,
    pub(super) body: &'a Bytes,
    /// The connection's: raised, it makes the connection end by RST.
    pub(super) reset: Arc<AtomicBool>,
    pub(super) ticket: Ticket,
    /// The answer's id: one and the same for equal requests; see [`answer::id_of`].
    pub(super) id: String,
}

impl Exchange<'_> {
    async fn answer(self, wrong: Option<Wrong>) -> Result<Response<Scripted>, CutByScript> {
        let path = self.head.uri.path();
        let Some(target) = Target::of(path) else {
            return Ok(self.refuse(Provider::OpenAi, unknown_path(path), &Script::default()));
        };
        let judged = wrong.map_or_else(|| self.judged(&target), Err);
        let request = match judged {
            Ok(request) => request,
            Err(wrong) => {
                let refusal = fault::refusal(&self.shared.reference.catalogue, target.provider, &wrong);
                return Ok(self.refuse(target.provider, refusal, &Script::default()));
            }
        };
        if let Some(id) = &target.response {
            return Ok(self.stored(&target, id));
        }
        if let Err(refusal) = self.shared.keep(|keep| keep.may_follow(target.provider, &request)) {
            return Ok(self.refuse(target.provider, refusal, &Script::default()));
        }
        match self.script(&target, &request) {
            Ok(script) => self.play(&target, &request, &script).await,
            Err(why) => {
                let refusal = fault::plain(target.provider, 500, &why);
                Ok(self.refuse(target.provider, refusal, &Script::default()))
            }
        }
    }

    /// The request's body, if the provider would take the request.
    fn judged(&self, target: &Target) -> Result<Value, Wrong> {
        let table = self.shared.reference.tables.of(target.provider, target.api);
        if !target.api.methods().contains(&self.head.method.as_str()) {
            return Err(Wrong::Method(self.head.method.to_string()));
        }
        self.version(target)?;
        credentials::check(target.provider, &self.head.headers, self.head.uri.query())?;
        let Some(table) = table else {
            let is_empty = self.body.is_empty();
            return if is_empty { Ok(Value::Null) } else { Err(Wrong::UnexpectedBody) };
        };
        self.is_json()?;
        let body = serde_json::from_slice(self.body).map_err(|error| Wrong::NotJson(error.to_string()))?;
        table.check(&body).map_err(Wrong::Body)?;
        Ok(body)
    }

    /// Azure's dated routes want a version, and its v1 routes want none that is a date.
    fn version(&self, target: &Target) -> Result<(), Wrong> {
        if target.provider != Provider::Azure {
            return Ok(());
        }
        let query = self.head.uri.query().unwrap_or_default();
        let version = query.split('&').find_map(|pair| pair.strip_prefix("api-version="));
        let is_date = |version: &str| version.starts_with("20");
        match (target.dated, version) {
            (true, Some(version)) if is_date(version) => Ok(()),
            (true, _) => Err(Wrong::ApiVersion(None)),
            (false, Some(version)) if is_date(version) => Err(Wrong::ApiVersion(Some(version.to_owned()))),
            (false, _) => Ok(()),
        }
    }

    fn is_json(&self) -> Result<(), Wrong> {
        let found = self
            .head
            .headers
            .get(header::CONTENT_TYPE)
            .map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        let media_type = found.as_deref().and_then(|found| found.split(';').next()).unwrap_or_default();
        if media_type.trim().eq_ignore_ascii_case("application/json") {
            Ok(())
        } else {
            Err(Wrong::ContentType(found))
        }
    }

    /// The script that was set for the model; else the header's; else the one in the model's name.
    fn script(&self, target: &Target, request: &Value) -> Result<Script, String> {
        let model = model(target, request);
        let script = match self.shared.scripts(|store| store.next(target.provider.name(), model)) {
            Some(script) => script,
            None => self.own_script(model).map_err(|error| error.to_string())?,
        };
        self.error_is_known(target.provider, &script)?;
        Ok(script)
    }

    fn own_script(&self, model: &str) -> Result<Script, ScriptError> {
        let in_header =
            self.head.headers.get(SCRIPT_HEADER).map(|value| String::from_utf8_lossy(value.as_bytes()));
        Script::parse(in_header.as_deref().or_else(|| Script::in_model(model)).unwrap_or_default())
    }

    fn error_is_known(&self, provider: Provider, script: &Script) -> Result<(), String> {
        let catalogue = &self.shared.reference.catalogue;
        match &script.error {
            Some(name) if catalogue.find(provider, name, "").is_none() => Err(format!(
                "mock-providers: script verb 'error' names '{name}', which {} has not; it has {}",
                provider.name(),
                catalogue.names(provider).join(", ")
            )),
            _ => Ok(()),
        }
    }
}

fn unknown_path(path: &str) -> Refusal {
    let bases = Provider::ALL.map(|provider| provider.row().bases.join(", ")).join(", ");
    fault::plain(
        Provider::OpenAi,
        404,
        &format!("mock-providers: no API at '{path}'; paths begin with one of {bases}"),
    )
}
