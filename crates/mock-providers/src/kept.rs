//! Responses that a provider keeps: what was created, for as long as there is room.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::answer::{self, Event, Said};
use crate::fault::{Refusal, plain};
use crate::provider::{Api, Provider};

/// How many responses are kept; past it the oldest goes.
pub const MOST_RESPONSES: usize = 1_000;

/// The responses of one server, of every provider.
#[derive(Debug, Default)]
pub struct Keep(VecDeque<Kept>);

#[derive(Debug)]
struct Kept {
    provider: Provider,
    id: String,
    said: Said,
    request: Value,
    cancelled: bool,
}

/// What a stored response is answered with.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A body.
    Whole(Value),
    /// The events of a stream.
    Events(Vec<Event>),
}

impl Keep {
    /// Keeps the response to `request`, unless that says `store: false`.
    pub fn add(&mut self, said: &Said, request: &Value) {
        if request.get("store") == Some(&json!(false)) {
            return;
        }
        let id = text(&answer::whole(Api::Responses, said, request), "id").to_owned();
        self.0.retain(|kept| (kept.provider, &kept.id) != (said.provider, &id));
        if self.0.len() >= MOST_RESPONSES {
            self.0.pop_front();
        }
        let (said, request) = (said.clone(), request.clone());
        self.0.push_back(Kept { provider: said.provider, id, said, request, cancelled: false });
    }

    /// Answers a request about the response `id`.
    ///
    /// # Errors
    /// The provider's refusal: no such response, a parameter that the API does not define, a response that
    /// cannot be cancelled.
    pub fn answer(
        &mut self,
        provider: Provider,
        (api, method): (Api, &str),
        id: &str,
        query: &str,
    ) -> Result<Found, Refusal> {
        let parameters = parameters(provider, (api, method), query)?;
        let is_it = |kept: &Kept| kept.provider == provider && kept.id == id;
        let at = self.0.iter().position(is_it).ok_or_else(|| not_found(provider, id))?;
        if method == "DELETE" {
            self.0.remove(at);
            return Ok(Found::Whole(json!({"id": id, "object": "response", "deleted": true})));
        }
        let kept = self.0.get_mut(at).ok_or_else(|| not_found(provider, id))?;
        match api {
            Api::CancelResponse => kept.cancel(provider).map(Found::Whole),
            Api::InputItems => Ok(Found::Whole(kept.input_items(&parameters))),
            _ => Ok(kept.itself(&parameters)),
        }
    }

    /// Whether a request may go on from the response that it names.
    ///
    /// # Errors
    /// The provider's refusal where there is none of that id.
    pub fn may_follow(&self, provider: Provider, request: &Value) -> Result<(), Refusal> {
        let Some(id) = request.get("previous_response_id").and_then(Value::as_str) else { return Ok(()) };
        if self.0.iter().any(|kept| kept.provider == provider && kept.id == id) {
            return Ok(());
        }
        let message = format!("Previous response with id '{id}' not found.");
        let mut refusal = plain(provider, 400, &message);
        if let Some(error) = refusal.body.get_mut("error") {
            set(error, "param", json!("previous_response_id"));
            set(error, "code", json!("previous_response_not_found"));
        }
        Err(refusal)
    }
}

impl Kept {
    fn body(&self) -> Value {
        let mut body = answer::whole(Api::Responses, &self.said, &self.request);
        if self.cancelled {
            set(&mut body, "status", json!("cancelled"));
        }
        body
    }

    fn itself(&self, parameters: &[(&str, &str)]) -> Found {
        let given = |name| parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        if given("stream") != Some("true") {
            return Found::Whole(self.body());
        }
        let events = answer::events(Api::Responses, &self.said, &self.request).unwrap_or_default();
        let after = given("starting_after").and_then(|number| number.parse::<usize>().ok());
        Found::Events(events.into_iter().skip(after.map_or(0, |number| number + 1)).collect())
    }

    fn cancel(&mut self, provider: Provider) -> Result<Value, Refusal> {
        if self.request.get("background") != Some(&json!(true)) {
            return Err(plain(provider, 400, "Cannot cancel a synchronous response."));
        }
        self.cancelled = true;
        Ok(self.body())
    }

    fn input_items(&self, parameters: &[(&str, &str)]) -> Value {
        let given = |name| parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let mut items = match self.request.get("input") {
            Some(Value::Array(items)) => items.clone(),
            Some(text) => vec![json!({"role": "user", "content": [{"type": "input_text", "text": text}]})],
            None => Vec::new(),
        };
        for (index, item) in items.iter_mut().enumerate() {
            set(item, "id", json!(format!("msg_mock{index:016}")));
        }
        if given("order") != Some("asc") {
            items.reverse();
        }
        if let Some(after) = given("after") {
            items = items.into_iter().skip_while(|item| text(item, "id") != after).skip(1).collect();
        }
        let most = given("limit").and_then(|number| number.parse().ok()).unwrap_or(20);
        let has_more = items.len() > most;
        items.truncate(most);
        let first = items.first().map(|item| text(item, "id"));
        let last = items.last().map(|item| text(item, "id"));
        json!({"object": "list", "data": items, "first_id": first, "last_id": last, "has_more": has_more})
    }
}

/// The query's parameters, all of which the API must define.
fn parameters<'q>(
    provider: Provider,
    call: (Api, &str),
    query: &'q str,
) -> Result<Vec<(&'q str, &'q str)>, Refusal> {
    let defined: &[&str] = match call {
        (Api::Response, "GET") => {
            &["include", "include[]", "include_obfuscation", "starting_after", "stream"]
        }
        (Api::InputItems, _) => &["after", "include", "include[]", "limit", "order"],
        _ => &[],
    };
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    match pairs.iter().find(|(name, _)| !defined.contains(name)) {
        Some((name, _)) => Err(plain(provider, 400, &format!("Unknown parameter: '{name}'."))),
        None => Ok(pairs),
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn set(value: &mut Value, name: &str, member: Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), member);
    }
}

fn not_found(provider: Provider, id: &str) -> Refusal {
    plain(provider, 404, &format!("Response with id '{id}' not found."))
}
