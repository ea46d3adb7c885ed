//! What the gateway counts in Envoy's statistics: which metrics a request leads to, and what they are called.
//!
//! Knows events and names. Knows no host: [`of_request`] and [`of_event`] tell samples one by one, and whoever listens
//! records them. `docs/METRICS.md` is the same for readers.
//!
//! ## Names
//!
//! Envoy takes a name for a metric of a filter, and no labels. So labels are written into the name, as Graphite writes
//! them: `spillway.requests;dialect=chat;status=2xx`. The rendered bootstrap has a rule for each label ([`Label::regex`])
//! that takes it out again, and Envoy's Prometheus page shows `spillway_requests{dialect="chat",status="2xx"}`.
//!
//! ## Bounds
//!
//! Each distinct name costs memory for as long as Envoy lives. No label holds what a caller chose: a model is the
//! configured group, a guardrail a configured name, and all others have the few values that stand in this module. Names
//! are made as they are needed, [`MOST_NAMES`] per worker; what is beyond is counted under [`OTHER`].
//!
//! | module | room |
//! |---|---|
//! | `label` | the labels, their names in OpenTelemetry, and how they are written |
//! | `event` | what an event leads to |
//! | `names` | the names that are in use, bounded |

mod event;
mod label;
mod names;

#[cfg(test)]
mod tests;

pub use event::of_event;
pub use label::{Label, OTHER};
pub use names::{MOST_NAMES, Names};

use crate::wire::Dialect;

/// What becomes of a metric's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are summed.
    Counter,
    /// They are counted by size.
    Histogram,
}

/// One observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The metric, without labels.
    pub metric: &'static str,
    /// What kind it is.
    pub kind: Kind,
    /// Its labels, in the order of the name.
    pub labels: &'a [(Label, &'a str)],
    /// How much.
    pub value: u64,
}

/// Whoever listens to samples.
pub type Sink<'s> = &'s mut dyn FnMut(&Sample<'_>);

/// What is counted of every request for a model, also of a caller without a valid key, who leaves no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What the client speaks.
    pub dialect: Dialect,
    /// What it got; 0 where nothing was sent.
    pub status: u16,
    /// What a limit that refused it counts: `requests`, `tokens`, `max_parallel_requests`, `budget` or `shared`.
    pub refused_by: Option<&'static str>,
    /// Its long texts that content filters looked at.
    pub new_texts: u64,
    /// Its long texts that they knew.
    pub known_texts: u64,
}

/// Tells the samples of a request.
pub fn of_request(request: &Request, sink: Sink<'_>) {
    let labels = [(Label::Dialect, dialect(request.dialect)), (Label::Status, class(request.status))];
    counted("spillway.requests", &labels, 1, sink);
    if let Some(limit) = request.refused_by {
        counted("spillway.limit_refusals", &[(Label::Limit, limit)], 1, sink);
    }
    counted("spillway.guardrail_texts_new", &[], request.new_texts, sink);
    counted("spillway.guardrail_texts_known", &[], request.known_texts, sink);
}

fn counted(metric: &'static str, labels: &[(Label, &str)], value: u64, sink: Sink<'_>) {
    if value > 0 {
        sink(&Sample { metric, kind: Kind::Counter, labels, value });
    }
}

fn measured(metric: &'static str, labels: &[(Label, &str)], value: u64, sink: Sink<'_>) {
    sink(&Sample { metric, kind: Kind::Histogram, labels, value });
}

fn dialect(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Chat => "chat",
        Dialect::Responses => "responses",
        Dialect::Compact => "compact",
        Dialect::Messages => "messages",
        Dialect::CountTokens => "count_tokens",
        Dialect::Completions => "completions",
        Dialect::Embeddings => "embeddings",
        Dialect::Moderations => "moderations",
        Dialect::Stored(_) => "stored_responses",
    }
}

fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "none",
    }
}
