//! What a script makes of an answer, and the answer on its way out.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::respond::Exchange;
use crate::answer::{self, Event, Said};
use crate::delivery::{self, CutByScript, Scripted, Step};
use crate::fault::Refusal;
use crate::kept::Found;
use crate::provider::{Api, Provider, Shape, Target};
use crate::received::Ended;
use crate::script::{LONGEST_STALL, Script};

/// Where a redirect leads. Nothing listens there: who follows it is refused.
const NOWHERE: &str = "http://127.0.0.1:9/";

impl Exchange<'_> {
    /// Waits, stalls, cuts, refuses or answers, as the script says.
    ///
    /// # Errors
    /// If the connection is to end without an answer.
    pub(super) async fn play(
        mut self,
        target: &Target,
        request: &Value,
        script: &Script,
    ) -> Result<Response<Scripted>, CutByScript> {
        if let Some(delay) = script.delay {
            tokio::time::sleep(delay).await;
        }
        if script.stall {
            tokio::time::sleep(LONGEST_STALL).await;
        }
        let ends_at_once = script.cut || script.reset && script.cut_after.is_none();
        if script.stall || ends_at_once {
            self.reset.store(script.reset, Ordering::SeqCst);
            self.ticket.ends(Ended::Scripted);
            return Err(CutByScript);
        }
        let streams = is_stream(target.api, request) && !script.unstreamed;
        if script.garbage {
            return Ok(self.garbage(target, streams, script));
        }
        let error = self.scripted_error(target, request, script);
        match error {
            Some(refusal) if !streams || script.sse_error_after.is_none() && refusal.status != 200 => {
                Ok(self.refuse(target.provider, refusal, script))
            }
            error if streams => Ok(self.stream(target, request, script, error)),
            _ => Ok(self.whole(target, request, script)),
        }
    }

    /// The error that the script asks for, by name or status, or by nothing more than `sse-error`.
    fn scripted_error(&self, target: &Target, request: &Value, script: &Script) -> Option<Refusal> {
        let (catalogue, model) = (&self.shared.reference.catalogue, model(target, request));
        let provider = target.provider;
        let named = script.error.as_ref().and_then(|name| catalogue.find(provider, name, model));
        let mut refusal = match (named, script.status) {
            (Some(named), _) => named,
            (None, Some(status)) => catalogue.for_status(provider, status, model),
            (None, None) => catalogue.for_status(
                provider,
                script.sse_error_after.map(|_| usual_failure(provider))?,
                model,
            ),
        };
        refusal.status = script.status.unwrap_or(refusal.status);
        Some(refusal)
    }

    fn said(&self, target: &Target, request: &Value, script: &Script) -> Said {
        Said::new(target.provider, model(target, request), &self.id, request, script)
    }

    fn whole(self, target: &Target, request: &Value, script: &Script) -> Response<Scripted> {
        let said = self.said(target, request, script);
        let body = answer::whole(target.api, &said, request);
        self.keep(target.api, &said, request);
        self.send_plain(target.provider, 200, &body, script)
    }

    fn stream(
        self,
        target: &Target,
        request: &Value,
        script: &Script,
        error: Option<Refusal>,
    ) -> Response<Scripted> {
        let said = self.said(target, request, script);
        let mut events = answer::events(target.api, &said, request).unwrap_or_default();
        if let Some(mut refusal) = error {
            self.name_request(target.provider, &mut refusal.body);
            events.truncate(script.sse_error_after.unwrap_or(0));
            let sent = events.len();
            events.extend(answer::failure(target.api, &refusal.body, &said, request, sent));
        } else {
            self.keep(target.api, &said, request);
        }
        self.send_events(target, &events, script)
    }

    fn keep(&self, api: Api, said: &Said, request: &Value) {
        if api == Api::Responses {
            self.shared.keep(|keep| keep.add(said, request));
        }
    }

    /// Answers a request about a stored response.
    pub(super) fn stored(self, target: &Target, id: &str) -> Response<Scripted> {
        let (call, query) =
            ((target.api, self.head.method.as_str()), self.head.uri.query().unwrap_or_default());
        let found = self.shared.keep(|keep| keep.answer(target.provider, call, id, query));
        let script = Script::default();
        match found {
            Ok(Found::Whole(body)) => self.send_plain(target.provider, 200, &body, &script),
            Ok(Found::Events(events)) => self.send_events(target, &events, &script),
            Err(refusal) => self.refuse(target.provider, refusal, &script),
        }
    }

    /// What comes from a proxy that stands before a provider and knows nothing of its API.
    fn garbage(self, target: &Target, streams: bool, script: &Script) -> Response<Scripted> {
        const PAGE: &str = "<html><body>It works!</body></html>";
        if streams {
            let event = Event { name: None, data: PAGE.to_owned() };
            return self.send_events(target, &[event], script);
        }
        self.send_bytes(target.provider, 200, "text/html", Bytes::from_static(PAGE.as_bytes()), script)
    }

    /// Sends a refusal.
    pub(super) fn refuse(
        self,
        provider: Provider,
        mut refusal: Refusal,
        script: &Script,
    ) -> Response<Scripted> {
        self.name_request(provider, &mut refusal.body);
        let status = refusal.status;
        self.send_plain(provider, status, &refusal.body, script)
    }

    /// Anthropic's errors carry the request's id.
    fn name_request(&self, provider: Provider, body: &mut Value) {
        if let (Shape::Anthropic, Some(body)) = (provider.row().shape, body.as_object_mut()) {
            body.insert("request_id".to_owned(), json!(self.request_id()));
        }
    }

    fn send_plain(
        self,
        provider: Provider,
        status: u16,
        body: &Value,
        script: &Script,
    ) -> Response<Scripted> {
        self.send_bytes(provider, status, "application/json", Bytes::from(body.to_string()), script)
    }

    fn send_bytes(
        self,
        provider: Provider,
        status: u16,
        media_type: &'static str,
        body: Bytes,
        script: &Script,
    ) -> Response<Scripted> {
        let steps = delivery::plain(&body, script);
        let mut headers = self.headers(provider, media_type, script);
        if script.pause.is_none() {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        if (300..400).contains(&status) {
            headers.insert(header::LOCATION, HeaderValue::from_static(NOWHERE));
        }
        self.send(status, headers, steps, script)
    }

    fn send_events(self, target: &Target, events: &[Event], script: &Script) -> Response<Scripted> {
        let asks_for_array = target.api == Api::StreamGenerate
            && !self.head.uri.query().unwrap_or_default().split('&').any(|pair| pair == "alt=sse");
        let (parts, media_type) = if asks_for_array {
            (delivery::json_array(events), "application/json")
        } else {
            (delivery::sse(events, script.crlf), "text/event-stream; charset=utf-8")
        };
        let steps = delivery::stream(&parts, script);
        let headers = self.headers(target.provider, media_type, script);
        self.send(200, headers, steps, script)
    }

    fn send(
        mut self,
        status: u16,
        mut headers: HeaderMap,
        mut steps: VecDeque<Step>,
        script: &Script,
    ) -> Response<Scripted> {
        self.ticket.status(status);
        if script.empty {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
            steps.clear();
            // Nobody asks a body of no length for its end.
            self.ticket.ends(Ended::Whole);
        }
        let reset = script.reset.then_some(self.reset);
        let mut response = Response::new(Scripted::new(steps, Some(self.ticket), reset));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }

    fn headers(&self, provider: Provider, media_type: &'static str, script: &Script) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        let name = if provider.row().shape == Shape::Anthropic { "request-id" } else { "x-request-id" };
        if let Ok(id) = HeaderValue::from_str(&self.request_id()) {
            headers.insert(HeaderName::from_static(name), id);
        }
        if let Some(seconds) = script.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers.extend(script.header.clone());
        headers
    }

    fn request_id(&self) -> String {
        format!("req_mock{}", self.id)
    }
}

/// The model that the request names; empty where it names none.
pub(super) fn model<'a>(target: &'a Target, request: &'a Value) -> &'a str {
    let in_body = || request.get("model").and_then(Value::as_str);
    target.model.as_deref().or_else(in_body).unwrap_or_default()
}

fn is_stream(api: Api, request: &Value) -> bool {
    match api {
        Api::StreamGenerate => true,
        Api::Chat | Api::Responses | Api::Messages | Api::Completions => {
            request.get("stream").is_some_and(|stream| stream == true)
        }
        _ => false,
    }
}

/// How each provider fails in the middle of a stream.
fn usual_failure(provider: Provider) -> u16 {
    match provider.row().shape {
        Shape::OpenAi | Shape::Azure | Shape::Groq | Shape::Mistral => 500,
        Shape::Anthropic => 529,
        Shape::Gemini => 503,
    }
}
