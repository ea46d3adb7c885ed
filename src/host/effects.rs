//! Applies effects, in order.

use std::borrow::Cow;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{Action, BufferType, MapType, Status};

use super::{buffer, meters, outbox, rate_service, state};
use crate::event::Event;
use crate::exchange::{Effect, Flow, Question, Reply, Step};
use crate::wire::header_value;

/// A step, applied as far as Envoy can.
pub struct Applied {
    /// Whether the phase goes on.
    pub action: Action,
    /// An event, which only the outbox can take.
    pub event: Option<Box<Event>>,
    /// An event that is to be kept in filter state.
    pub record: Option<Box<Event>>,
    /// SHA-256 of a key that is to be looked up.
    pub look_up: Option<String>,
    /// For the rate-limit service: a question, and how many milliseconds its answer is waited for.
    pub question: Option<(Vec<u8>, u64)>,
    /// For the rate-limit service, by way of the root context.
    pub told: Option<(Vec<u8>, u64)>,
    /// For services that guardrails are.
    pub asked: Vec<Question>,
    /// For services that guardrails are, by way of the root context.
    pub asked_later: Vec<Question>,
}

/// Applies a step.
pub fn apply(step: Step) -> Applied {
    apply_with(step, None)
}

/// Applies a step; `head` are the response's headers, where they are known already.
pub fn apply_with(step: Step, mut head: Option<Vec<(String, Vec<u8>)>>) -> Applied {
    let (mut event, mut record, mut look_up, mut question, mut told) = (None, None, None, None, None);
    let (mut asked, mut asked_later) = (Vec::new(), Vec::new());
    for effect in step.effects {
        let applied = match effect {
            Effect::SetRequestHeader(name, value) => set(MapType::HttpRequestHeaders, name, &value),
            Effect::RemoveRequestHeader(name) => remove(MapType::HttpRequestHeaders, &name),
            Effect::ReplaceRequestHeaders(headers) => replace_headers(
                MapType::HttpRequestHeaders,
                headers.iter().map(|(name, value)| (*name, value.as_str())),
            ),
            Effect::SetResponseHeader(name, value) => set(MapType::HttpResponseHeaders, name, &value),
            Effect::EditResponseHeaders { remove, set } => edit_response_headers(head.take(), remove, &set),
            Effect::ReplaceResponseHeaders(headers) => {
                let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                replace_headers(MapType::HttpResponseHeaders, headers)
            }
            Effect::ReplaceRequestBody(body) => replace(BufferType::HttpRequestBody, &body),
            Effect::EditRequestBody { drop, put } => edit(BufferType::HttpRequestBody, 0, drop, &put),
            Effect::ReplaceResponseBody(body) => replace(BufferType::HttpResponseBody, &body),
            Effect::KeepContext(bytes) => hostcalls::set_property(vec![state::CONTEXT], Some(&bytes)),
            Effect::KeepReport(bytes) => hostcalls::set_property(vec![state::REPORT], Some(&bytes)),
            Effect::KeepOwed(bytes) => hostcalls::set_property(vec![state::OWED], Some(&bytes)),
            Effect::KeepSummary(words) => keep_summary(&words),
            Effect::KeepDeparture => hostcalls::set_property(vec![state::DEPARTED], Some(b"1")),
            Effect::PutResponseBody { from, put } => {
                edit(BufferType::HttpResponseBody, from, state::ALL, &put)
            }
            Effect::ResumeRequest => hostcalls::resume_http_request(),
            Effect::ResumeResponse => hostcalls::resume_http_response(),
            Effect::AskGuardrails(questions) => {
                asked.extend(questions);
                Ok(())
            }
            Effect::AskGuardrailsLater(questions) => {
                asked_later.extend(questions);
                Ok(())
            }
            Effect::Reply(reply) => answer(&reply),
            Effect::ReplaceResponse { status, headers, body } => {
                let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                reply(status, headers, &body)
            }
            Effect::Emit(emitted) => {
                event = Some(emitted);
                Ok(())
            }
            Effect::Record(recorded) => {
                record = Some(recorded);
                Ok(())
            }
            Effect::CountFull => {
                outbox::count_refused();
                Ok(())
            }
            Effect::Count(request) => {
                meters::count(&request);
                Ok(())
            }
            Effect::LookUp(hash) => {
                look_up = Some(hash);
                Ok(())
            }
            Effect::AskRateLimits { message, timeout_ms } => {
                question = Some((message, timeout_ms));
                Ok(())
            }
            Effect::TellRateLimits { message, timeout_ms } => {
                told = Some((message, timeout_ms));
                Ok(())
            }
            Effect::RateLimitsFailed(reason) => {
                rate_service::failed(&reason);
                Ok(())
            }
        };
        if let Err(status) = applied {
            log::error!("spillway: the host refused an effect: {status:?}");
        }
    }
    let action = match step.flow {
        Flow::Continue => Action::Continue,
        Flow::Pause => Action::Pause,
    };
    Applied { action, event, record, look_up, question, told, asked, asked_later }
}

fn set(map: MapType, name: &str, value: &str) -> Result<(), Status> {
    hostcalls::set_map_value(map, name, Some(&header_value(value)))
}

fn replace_headers<'h>(
    map: MapType,
    headers: impl Iterator<Item = (&'h str, &'h str)>,
) -> Result<(), Status> {
    let headers = clean(headers);
    hostcalls::set_map(map, headers.iter().map(|(name, value)| (*name, value.as_ref())).collect())
}

/// No value ends early, whoever's words it has.
fn clean<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Vec<(&'h str, Cow<'h, str>)> {
    headers.map(|(name, value)| (name, header_value(value))).collect()
}

fn edit_response_headers(
    head: Option<Vec<(String, Vec<u8>)>>,
    remove: &[&str],
    set: &[(&str, String)],
) -> Result<(), Status> {
    let headers = head.unwrap_or_else(|| state::headers(MapType::HttpResponseHeaders));
    let stays = |name: &str| !remove.contains(&name) && set.iter().all(|(key, _)| *key != name);
    let kept =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).filter(|(name, _)| stays(name));
    let set = clean(set.iter().map(|(name, value)| (*name, value.as_str())));
    let added = set.iter().map(|(name, value)| (*name, value.as_bytes()));
    hostcalls::set_map_bytes(MapType::HttpResponseHeaders, kept.chain(added).collect())
}

/// One property for each word: the access log has no way to take one apart.
fn keep_summary(words: &[(&str, String)]) -> Result<(), Status> {
    words.iter().try_for_each(|(name, value)| {
        let key = format!("{}{name}", state::SUMMARY);
        hostcalls::set_property(vec![&key], Some(value.as_bytes()))
    })
}

fn remove(map: MapType, name: &str) -> Result<(), Status> {
    hostcalls::remove_map_value(map, name)
}

fn replace(buffer: BufferType, bytes: &[u8]) -> Result<(), Status> {
    state::replace_buffered(buffer, bytes);
    Ok(())
}

fn edit(kind: BufferType, start: usize, size: usize, bytes: &[u8]) -> Result<(), Status> {
    if let Err(status) = buffer::replace(kind, start, size, bytes) {
        log::error!("spillway: cannot edit a body: {status}");
    }
    Ok(())
}

fn answer(answer: &Reply) -> Result<(), Status> {
    let headers = answer.headers.iter().map(|(name, value)| (*name, value.as_str()));
    reply(answer.status, headers, &answer.body)
}

fn reply<'h>(
    status: u16,
    headers: impl Iterator<Item = (&'h str, &'h str)>,
    body: &[u8],
) -> Result<(), Status> {
    let headers = clean(headers);
    let headers = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    hostcalls::send_http_response(u32::from(status), headers, Some(body))
}
