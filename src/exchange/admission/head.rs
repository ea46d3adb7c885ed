//! The request's headers: which route, who calls, and what is refused before a body was seen.

use super::caller::Presented;
use super::lists::{self, Shape};
use super::{Admission, Caller, Moment, Sought, State, beta, model_info};
use crate::config::Listener;
use crate::exchange::lookups::LookupOutcome;
use crate::exchange::{Effect, Headers, Reply, Step, header};
use crate::reject::Reject;
use crate::sanitise;
use crate::wire::{Dialect, Route, path};

impl Admission {
    pub(super) fn head(&mut self, headers: &Headers, end: bool, moment: &Moment<'_>) -> Step {
        self.started_us = (moment.now)();
        let route = route_of(headers);
        if let Route::Ask(dialect) = route {
            self.dialect = dialect;
            self.ask.for_a_model = true;
        } else if Shape::of(headers) == Shape::Anthropic {
            self.dialect = Dialect::Messages;
        }
        if route == Route::Health {
            return self.reply(lists::health());
        }
        self.ask.user_agent = header(headers, "user-agent").map(str::to_owned);
        self.ask.client_ip = self.forwarded(headers).map(str::to_owned);
        match self.setup.caller(headers, moment) {
            Ok(Presented::Caller(caller)) => {
                self.caller = Some(caller);
                self.routed(route, headers, end, moment)
            }
            Ok(Presented::LookUp(hash)) => {
                self.state = State::LookingUp;
                self.ask.sought = Some(Sought { hash: hash.clone(), end, body_waits: false });
                Step::hold(vec![Effect::LookUp(hash)])
            }
            Err(reject) => self.refuse(reject, moment),
        }
    }

    pub(super) fn body_waits(&mut self) -> Step {
        if let Some(sought) = &mut self.ask.sought {
            sought.body_waits = true;
        }
        Step::wait()
    }

    /// The client's address, where Envoy has appended it: the last entry, for a client may have sent others. Envoy makes one
    /// header of several. In a mesh's listener it may all be the client's.
    fn forwarded<'a>(&self, headers: &'a Headers) -> Option<&'a str> {
        if self.setup.settings.listener == Listener::Mesh {
            return None;
        }
        let last = header(headers, "x-forwarded-for")?.rsplit(',').next()?.trim();
        (!last.is_empty()).then_some(last)
    }

    /// Goes on where [`Self::head`] stopped.
    pub(super) fn key_found(
        &mut self,
        outcome: &LookupOutcome,
        headers: &Headers,
        moment: &Moment<'_>,
    ) -> Step {
        let Some(sought) = self.ask.sought.as_ref().filter(|_| self.state == State::LookingUp) else {
            return Step::wait();
        };
        let end = sought.end;
        match self.setup.caller_found(&sought.hash, outcome, moment) {
            Ok(caller) => self.caller = Some(caller),
            Err(reject) => return self.refuse(reject, moment),
        }
        let route = route_of(headers);
        self.routed(route, headers, end, moment)
    }

    /// What an authenticated caller asks for.
    fn routed(&mut self, route: Route, headers: &Headers, end: bool, moment: &Moment<'_>) -> Step {
        if let (Route::Ask(_), Some(refused)) = (route, self.refuse_when_full(moment)) {
            return refused;
        }
        match route {
            Route::Ask(Dialect::Stored(operation)) => self.stored(operation, headers, end, moment),
            Route::Ask(_) => self.await_body(headers, end, moment),
            route => match self.list(route, headers) {
                Ok(reply) => self.reply(reply),
                Err(reject) => self.refuse(reject, moment),
            },
        }
    }

    /// Everything but a model call.
    fn list(&self, route: Route, headers: &Headers) -> Result<Reply, Reject> {
        let path = header(headers, ":path").unwrap_or_default();
        let shape = Shape::of(headers);
        let caller = self.caller.as_ref();
        match (sanitise::off_route(route, path), route) {
            (Some(reject), _) => Err(reject),
            (None, Route::Model) => lists::model(&self.setup, caller, shape, path),
            (None, Route::ModelInfo) => Ok(model_info::answer(&self.setup, caller)),
            (None, _) => Ok(lists::models(&self.setup, caller, shape, path)),
        }
    }

    /// What a client says in headers: LiteLLM's, and those that belong to the API of the dialect.
    pub(super) fn read_wishes(&mut self, headers: &Headers) -> Result<(), Reject> {
        let of_litellm = headers.iter().filter(|(name, _)| name.starts_with(sanitise::HEADERS));
        for (name, value) in of_litellm {
            self.ask.by_header.take(name, value)?;
        }
        if self.dialect.is_anthropic() {
            self.ask.dropped = beta::not_sent(headers);
        }
        if let Some(name) = self.dialect.beta_header() {
            self.ask.beta = beta::read(headers, name)?;
        }
        Ok(())
    }

    fn await_body(&mut self, headers: &Headers, end: bool, moment: &Moment<'_>) -> Step {
        let anonymous = matches!(self.caller, Some(Caller::Anonymous));
        if let Err(reject) = json_content(headers, anonymous) {
            return self.refuse(reject, moment);
        }
        if let Err(reject) = self.read_wishes(headers) {
            return self.refuse(reject, moment);
        }
        if end {
            return self.refuse(sanitise::no_body(), moment);
        }
        let announced = header(headers, "content-length").and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > u64::from(self.setup.settings.max_body_bytes)) {
            return self.refuse(self.too_large(), moment);
        }
        self.ask.deployed_model = header(headers, ":path").and_then(path::deployed_model);
        self.state = State::Reading;
        Step::hold(stripped(headers).collect())
    }
}

fn route_of(headers: &Headers) -> Route {
    let method = header(headers, ":method").unwrap_or_default();
    Dialect::of(method, header(headers, ":path").unwrap_or_default())
}

/// Takes out what a client may not say to Envoy.
pub(super) fn stripped(headers: &Headers) -> impl Iterator<Item = Effect> {
    let steering = headers.iter().filter(|(name, _)| steers_envoy(name));
    steering.map(|(name, _)| Effect::RemoveRequestHeader(name.clone()))
}

/// Headers by which a client could steer Envoy's router, or pose as this gateway. A client on a private
/// address counts as internal, and Envoy would honour them.
fn steers_envoy(name: &str) -> bool {
    name.starts_with("x-envoy-") || name.starts_with("x-spillway-")
}

/// `stated`: the type must be. Without a key, any web page could have its visitors' browsers ask: of what is said to be JSON
/// they ask the gateway for leave before (CORS), and it gives none.
fn json_content(headers: &Headers, stated: bool) -> Result<(), Reject> {
    let kind = header(headers, "content-type").unwrap_or_default();
    let media_type = kind.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") || (media_type.is_empty() && !stated) {
        return Ok(());
    }
    if media_type.is_empty() {
        let message = "Without a key, the body's type must be stated: send 'content-type: application/json'.";
        return Err(Reject::new(415, "invalid_request_error", message).code("unsupported_content_type"));
    }
    let message = format!("Unsupported content type '{media_type}'. Send the body as application/json.");
    Err(Reject::new(415, "invalid_request_error", message).code("unsupported_content_type"))
}
