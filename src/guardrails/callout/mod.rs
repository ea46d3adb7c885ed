//! Guardrails that are services of the user's: what they are asked, and what they answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
