//! Guardrails that are services of the user's: what they are asked, and what they answer.
//!
//! Pure: what goes out is a [`Request`] for somebody else to send, what comes back is bytes or nothing.
//! A [`Round`] is one stage of one request: it asks every service, and rules once enough of them have answered.
//!
//! No service is believed: what it answers is read strictly, within bounds, and whatever is not an answer of its
//! API is a failure, which [`Unreachable`] decides. No record holds what the caller wrote.

mod answer;
mod ask;
mod cache;
mod record;
mod round;
mod seat;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use answer::{MAX_ANSWER, Objection, Opinion, read};
pub use ask::{About, Question, Request, ask};
pub use cache::Cache;
pub use record::Report;
pub use round::{Decision, Next, Round, Ruling};

use super::mode::Mode;

/// Most services of one configuration: each may hold a whole text of every request under way.
pub const MAX_SERVICES: usize = 64;

/// A guardrail that is a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// `guardrail_name`
    pub name: String,
    /// `guardrail_id`, or the name.
    pub id: String,
    /// How it is asked.
    pub callout: Callout,
}

/// A service that is to be asked at one stage of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// Index of the guardrail in the configuration.
    pub guardrail: usize,
    /// The mode in which it runs.
    pub mode: Mode,
    /// The service.
    pub service: Arc<Service>,
}

/// A service that judges texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Callout {
    /// Which API it has.
    pub api: Api,
    /// Envoy's cluster that leads to it.
    pub cluster: String,
    /// `host[:port]`
    pub authority: String,
    /// Path of the request, with a leading slash.
    pub path: String,
    /// Headers of the request that are no secrets. The credential is added by Envoy, in the cluster.
    pub headers: Vec<(String, String)>,
    /// How long an answer is waited for, in milliseconds.
    pub timeout_ms: u64,
    /// What becomes of the text if none comes.
    pub unreachable: Unreachable,
    /// For how long an answer holds for the same text, in milliseconds; 0: for that request only.
    pub cache_ms: u64,
    /// `model` of the moderations API.
    pub model: Option<String>,
    /// `additional_provider_specific_params` of the generic API.
    pub extra: Map<String, Value>,
}

/// The APIs of guardrail services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// LiteLLM's generic guardrail API.
    #[default]
    Generic,
    /// OpenAI's moderations.
    Moderations,
}

impl Api {
    /// LiteLLM's name of the kind of guardrail, as in a configuration and in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic_guardrail_api",
            Self::Moderations => "openai_moderation",
        }
    }
}

/// `unreachable_fallback`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreachable {
    /// The request is refused, or the answer.
    #[default]
    FailClosed,
    /// It passes, and the record says that it was not judged.
    FailOpen,
}
