//! What the two roles tell each other about one request, through Envoy's filter state.

use std::ops::Deref;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::handed::Handed;
use super::last::Last;
use crate::event::{Attempt, ErrorInformation};
pub use crate::exchange::spent::Spent;
use crate::json;
use crate::response_id::Sealer;
use crate::route::{Itinerary, Leg, Stop};
use crate::usage::Usage;
use crate::wire::outline::Outline;
use crate::wire::{self, Dialect};

/// What every attempt must know of the request. Written once by admission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The gateway's own id of the request, by which admission finds the try that the client is reading.
    #[serde(default)]
    pub request_id: String,
    /// What the client speaks.
    pub dialect: Dialect,
    /// The model as the client named it, for the answer.
    pub model: String,
    /// Whether the client asked for a stream.
    pub stream: bool,
    /// Whether the client asked for the stream's usage chunk.
    pub include_usage: bool,
    /// The client's `anthropic-beta` or `openai-beta`: what of the newest of its dialect's own API it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beta: Option<String>,
    /// Where the body's members stand, if it goes on as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// The tries, and where the request goes after a failure.
    pub itinerary: Itinerary,
    /// How long one try may take before Envoy gives it up, in milliseconds: tells a timeout from a lost
    /// connection.
    pub try_timeout_ms: u64,
    /// Whether the caller lets parameters be dropped that a deployment's API cannot express.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drop_params: bool,
    /// Paths of the caller's parameters that no deployment gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_drop_params: Vec<String>,
    /// What makes the ids of the answer, where it has ids of responses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealer: Option<Sealer>,
    /// Tokens that the input is taken for, where the provider never counts them.
    #[serde(default)]
    pub input_tokens: u64,
    /// For a request about a stored response, which has no body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Stored>,
}

/// A context as its readers share it: in admission's VM, the very one that admission made.
#[derive(Debug)]
pub struct Sent {
    context: Context,
    /// Where a try lays its report: open in admission's own, closed in one that was read from bytes.
    pub handed: Handed,
}

impl Deref for Sent {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

/// A request about a response that the provider keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// What is to be done with it.
    pub operation: wire::Stored,
    /// The provider's own id.
    pub id: String,
    /// The query that goes on.
    pub query: String,
}

/// What the attempts did. Each attempt adds itself to what it finds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Every try so far; the last one is open (`cause` empty) until its response is judged.
    pub attempts: Vec<Attempt>,
    /// The path that is being followed, where a failure led away from the planned one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Vec<Stop>>,
    /// What is known of the answer: the last try's.
    pub answer: Answer,
}

/// The last try's answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The provider's own name of the model.
    pub model: String,
    /// The provider's name.
    pub provider: String,
    /// The deployment's base address.
    pub api_base: String,
    /// Tokens, once the answer is over.
    pub usage: Option<Usage>,
    /// Their price, in 10⁻⁹ US dollars.
    pub cost_nanodollars: u64,
    /// Whether the provider did not count all of `usage`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
    /// What is to be paid should the request end before the provider has told: see [`Report::end_early`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed: Option<Spent>,
    /// When the first content of a stream was released, in microseconds since the epoch.
    pub first_token_us: Option<u64>,
    /// Whether a stream has come to its own end, `[DONE]` or its like, whatever became of its connection then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stream_done: bool,
    /// Parameters that the deployment's API cannot express and its configuration lets drop.
    pub dropped: Vec<String>,
    /// Why it is an error.
    pub error: Option<ErrorInformation>,
}

thread_local! {
    static LAST_CONTEXT: Last<Rc<Sent>> = const { Last::new() };
    static LAST_REPORT: Last<Report> = const { Last::new() };
}

impl Sent {
    /// Admission's own, beside which it looks for the report.
    #[must_use]
    pub fn new(context: Context) -> Rc<Self> {
        Rc::new(Self { context, handed: Handed::open() })
    }

    /// Reads a context; `None` where it cannot be read.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Rc<Self>> {
        let parse = || serde_json::from_slice(bytes).ok();
        let read = |context| Rc::new(Self { context, handed: Handed::default() });
        LAST_CONTEXT.with(|last| last.take(bytes)).or_else(|| parse().map(read))
    }

    /// As [`write`], for whoever reads it next in this VM.
    #[must_use]
    pub fn hand_on(self: &Rc<Self>) -> Vec<u8> {
        let bytes = write(&self.context);
        debug_assert_eq!(serde_json::from_slice(&bytes).ok().as_ref(), Some(&self.context));
        LAST_CONTEXT.with(|last| last.keep(&bytes, Rc::clone(self)));
        bytes
    }
}

impl Report {
    /// Reads a report; an empty one where there is none, or where it cannot be read.
    #[must_use]
    pub fn read(bytes: Option<&[u8]>) -> Self {
        let Some(bytes) = bytes else { return Self::default() };
        let last = LAST_REPORT.with(|last| last.take(bytes));
        last.unwrap_or_else(|| serde_json::from_slice(bytes).unwrap_or_default())
    }

    /// As [`write`], for whoever reads it next in this VM.
    #[must_use]
    pub fn hand_on(&self) -> Vec<u8> {
        let bytes = write(self);
        debug_assert_eq!(serde_json::from_slice::<Self>(&bytes).ok().as_ref(), Some(self));
        LAST_REPORT.with(|last| last.keep(&bytes, self.clone()));
        bytes
    }

    /// As [`write`], but for the answer, of which nothing is known yet.
    #[must_use]
    pub fn begun(&self) -> Vec<u8> {
        write(&Begun { attempts: &self.attempts })
    }

    /// Whether the response that the client gets is the last try's. Where that try had no response, Envoy
    /// made one itself.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.attempts.last().is_some_and(|attempt| attempt.status != 0)
    }

    /// The stops that the request follows.
    #[must_use]
    pub fn stops<'a>(&'a self, itinerary: &'a Itinerary) -> &'a [Stop] {
        self.path.as_deref().unwrap_or(&itinerary.stops)
    }

    /// The legs of the tries that were made, in order.
    pub fn legs<'a>(&'a self, itinerary: &'a Itinerary) -> impl Iterator<Item = (usize, &'a Leg)> {
        let made = self.stops(itinerary).iter().take(self.attempts.len());
        made.filter_map(|stop| Some((stop.leg, itinerary.legs.get(stop.leg)?)))
    }
}

/// A first try that has begun, for whoever comes should it end without an answer: what else is known of it lies beside the
/// context, or is told at its end.
#[derive(Serialize)]
struct Begun<'a> {
    attempts: &'a [Attempt],
}

/// Serialises a context or a report. These types hold nothing that JSON cannot express; were it to fail, the
/// reader finds no JSON and says so.
pub fn write<T: Serialize>(value: &T) -> Vec<u8> {
    json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn context(request_id: &str) -> Rc<Sent> {
        let context = serde_json::json!({"request_id": request_id, "dialect": "chat", "model": "m", "stream": true,
            "include_usage": false, "itinerary": Itinerary::default(), "try_timeout_ms": 1});
        Sent::new(serde_json::from_value(context).unwrap())
    }

    #[test]
    fn whoever_reads_gets_what_was_written_whether_or_not_it_was_the_last() {
        let (one, two) = (context("one"), context("two"));
        let (first, second) = (one.hand_on(), two.hand_on());
        for _ in 0..2 {
            assert_eq!(Sent::read(&first).unwrap().context, one.context);
            assert_eq!(Sent::read(&second).unwrap().context, two.context);
        }
        let report = |model: &str| Report {
            answer: Answer { model: model.to_owned(), ..Answer::default() },
            ..Report::default()
        };
        let (one, two) = (report("one"), report("two"));
        let (first, second) = (one.hand_on(), two.hand_on());
        for _ in 0..2 {
            assert_eq!(Report::read(Some(&first)), one);
            assert_eq!(Report::read(Some(&second)), two);
        }
        assert!(Sent::read(b"{").is_none());
        assert_eq!(Report::read(Some(b"{")), Report::default());
    }
}
