//! The two state machines: inputs in, effects out, no I/O.
//!
//! A machine is given what happened ([`admission::Input`], [`attempt::Input`]) and answers with a [`Step`]:
//! effects for the host to apply in order, and whether the exchange goes on or waits. It cannot ask the host
//! for anything, so a scenario is a list of inputs and the steps that they must produce.
//!
//! ## How the roles talk
//!
//! Admission leaves a [`context::Context`] in Envoy's filter state; every attempt of the request reads it. An
//! attempt writes what it did into a [`context::Report`] in the same place; the next attempt and admission
//! read that. Neither ever travels in a header or a body, so neither can reach a provider.
//!
//! Statics are a shortcut, never the only way: while a new module takes the place of an old one, the two roles of one
//! request may live in different VMs. Three go between the roles. A context and a report that were written last are not read again
//! from the bytes that they became (`last`); beside such a context the last try leaves its report and the response's headers
//! ([`handed`]); and a client that leaves is charged with what its stream has come to, as the try itself knows it (the host's
//! `streams`). Whoever does not find there what it looks for goes by filter state and the host's headers; what the stream
//! has come to is then estimated, by what its try last wrote.

pub mod admission;
pub mod attempt;
pub mod context;
pub mod filter_state;
pub mod handed;
mod last;
pub mod lookups;
pub mod outbox;
mod overrides;
mod plan_header;
mod spent;

use crate::event::Event;
use crate::fixed;
use crate::reject::Reject;
use crate::stats;

/// Response header by which an attempt asks Envoy's router for the next try. Never leaves the gateway.
pub const RETRY_HEADER: &str = "x-spillway-retry";

/// What makes Envoy's router try again by itself (`x-envoy-retry-on`): a try that never reached the provider, or
/// that broke or ran out of its time before response headers passed the attempt role (`reset`; a timeout of a try
/// counts as one), and [`RETRY_HEADER`]. Everything that a provider *answered* is the attempt role's to judge.
pub const RETRY_ON: &str = "connect-failure,refused-stream,reset,retriable-headers";

/// Response header by which an attempt tells the router another path than the planned one: deployments,
/// separated by commas, those already tried first. A filter of the rendered chain takes it out.
pub const PATH_HEADER: &str = "x-spillway-path";

/// Response header by which an attempt asks the router to wait before the next try, in seconds.
pub const WAIT_HEADER: &str = "x-spillway-wait";

/// Response header by which the router of a deployment's second hop says that it made the response itself: the
/// provider could not be reached (503), gave no answer in time (504), or none that is HTTP (502). Taken out by the attempt.
pub const LOST_HEADER: &str = "x-spillway-lost";

/// Request header that carries the plan from admission to `header_to_metadata`, which removes it.
pub const PLAN_HEADER: &str = "x-spillway-plan";

/// Request header by which an attempt in a cluster that all deployments share tells the listener behind it which one
/// the request is for; that listener removes it.
pub const HOP_HEADER: &str = "x-spillway-hop";

/// After this long without a sign, tries that are counted as under way are taken for lost, in milliseconds.
const STALE_MS: u64 = 3_600_000;

/// Header lists as the host hands them over: names in lower case, values as bytes.
pub type Headers = [(String, Vec<u8>)];

/// What the host is to do, in order, and then whether the exchange goes on.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// In the order in which they apply.
    pub effects: Vec<Effect>,
    /// Whether the phase goes on.
    pub flow: Flow,
}

/// Whether the host passes the phase on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Pass on.
    Continue,
    /// Hold headers and body until a later input of the same direction.
    Pause,
}

/// One thing for the host to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Sets a request header to one value.
    SetRequestHeader(&'static str, String),
    /// Removes a request header, every value of it.
    RemoveRequestHeader(String),
    /// Replaces the whole request-header map.
    ReplaceRequestHeaders(Vec<(&'static str, String)>),
    /// Replaces the buffered request body.
    ReplaceRequestBody(Vec<u8>),
    /// Replaces the first bytes of the buffered request body; the rest stays where it is.
    EditRequestBody {
        /// How many, at least one.
        drop: usize,
        /// What comes in their place.
        put: Vec<u8>,
    },
    /// Sets a response header to one value.
    SetResponseHeader(&'static str, String),
    /// Removes response headers, every value of each, and sets others to one value each. One effect, because
    /// each call to the host costs about as much as all of them together.
    EditResponseHeaders {
        /// Removed first.
        remove: &'static [&'static str],
        /// Set then.
        set: Vec<(&'static str, String)>,
    },
    /// Replaces the whole response-header map.
    ReplaceResponseHeaders(Vec<(String, String)>),
    /// Replaces what of the response body is at hand.
    ReplaceResponseBody(Vec<u8>),
    /// Keeps the request's context in filter state.
    KeepContext(Vec<u8>),
    /// Keeps the attempts' report in filter state.
    KeepReport(Vec<u8>),
    /// Keeps in filter state what a stream costs that ended before its end.
    KeepOwed(Vec<u8>),
    /// Keeps in filter state what Envoy's access log is to tell of the request, word by word.
    KeepSummary(Vec<(&'static str, String)>),
    /// Keeps in filter state that the client has left, for the try that ends with it.
    KeepDeparture,
    /// Asks the rate-limit service; [`admission::Input::RateLimits`] answers.
    AskRateLimits {
        /// [`crate::rate_service::ask`]
        message: Vec<u8>,
        /// For how long the answer is waited for, in milliseconds.
        timeout_ms: u64,
    },
    /// Tells the rate-limit service of further tokens, also after this exchange is over. Nothing answers.
    TellRateLimits {
        /// [`crate::rate_service::ask`]
        message: Vec<u8>,
        /// For how long Envoy waits for the service, in milliseconds.
        timeout_ms: u64,
    },
    /// The rate-limit service gave no answer, for this reason: to be counted, and logged now and then.
    RateLimitsFailed(String),
    /// Asks the ledger for the key with this SHA-256. The request waits for
    /// [`KeyFound`](admission::Input::KeyFound).
    LookUp(String),
    /// Asks services that guardrails are; [`admission::Input::Opinion`] answers each.
    AskGuardrails(Vec<Question>),
    /// Asks services that guardrails are, in no hurry: nothing of the request waits for the answers, which may come when it
    /// is over.
    AskGuardrailsLater(Vec<Question>),
    /// Lets the request go on that was held in an earlier phase.
    ResumeRequest,
    /// Lets the answer go on that was held in an earlier phase.
    ResumeResponse,
    /// Replaces what of the response body has come since the last input, behind what is held of it.
    PutResponseBody {
        /// How many bytes are held before it.
        from: usize,
        /// What comes in its place.
        put: Vec<u8>,
    },
    /// Answers the client from here; nothing goes on.
    Reply(Reply),
    /// Answers the client in the place of a response of which no body has come: Envoy has no buffer then that a body
    /// could be put into. Nothing goes on.
    ReplaceResponse {
        /// HTTP status.
        status: u16,
        /// Headers besides `:status`.
        headers: Vec<(String, String)>,
        /// In the client's dialect.
        body: Vec<u8>,
    },
    /// Counts a request in Envoy's statistics.
    Count(stats::Request),
    /// Hands an event to the outbox, and counts what it tells.
    Emit(Box<Event>),
    /// Keeps an event in filter state, from where Envoy writes it to a file. What services that only tell find
    /// afterwards is not in it.
    Record(Box<Event>),
    /// A request was refused because the outbox is full: to be counted.
    CountFull,
}

/// A question to a service that a guardrail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Repeated by the answer.
    pub asker: Asker,
    /// Envoy's cluster.
    pub cluster: String,
    /// With `:method`, `:path` and `:authority`.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: Vec<u8>,
    /// For how long the answer is waited for, in milliseconds.
    pub timeout_ms: u64,
}

/// Which guardrail asks its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Index of the guardrail in the configuration.
    pub guardrail: usize,
    /// Its mode, which tells what it looks at.
    pub mode: crate::guardrails::Mode,
}

/// An answer of the gateway's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers besides `:status`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

impl Step {
    /// Nothing to do; go on.
    #[must_use]
    pub fn pass() -> Self {
        Self { effects: Vec::new(), flow: Flow::Continue }
    }

    /// Nothing to do; wait for more.
    #[must_use]
    pub fn wait() -> Self {
        Self { effects: Vec::new(), flow: Flow::Pause }
    }

    fn go(effects: Vec<Effect>) -> Self {
        Self { effects, flow: Flow::Continue }
    }

    fn hold(effects: Vec<Effect>) -> Self {
        Self { effects, flow: Flow::Pause }
    }
}

/// The first value of a header, if it is UTF-8.
fn header<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    let (_, value) = headers.iter().find(|(key, _)| key == name)?;
    std::str::from_utf8(value).ok()
}

/// What a client is told when a machine panicked.
fn internal_error() -> Reject {
    Reject::new(
        500,
        "internal_server_error",
        "The gateway failed in handling this request. Its log has the cause. Other requests are not affected.",
    )
}

/// Nano-dollars as a decimal number of dollars, without trailing zeros.
fn dollars(nanodollars: u64) -> String {
    fixed::trimmed(nanodollars, 9)
}

#[cfg(test)]
mod tests;
