//! The event of one request: what the filter tells the ledger, once per request, whatever happened to it.
//!
//! The field names of [`GuardrailInformation`] are LiteLLM's `StandardLoggingGuardrailInformation`, because
//! its users query them; the rest is neutral, and the ledger maps it to table columns.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::json;
use crate::usage::Usage;
use crate::wire::value;
use crate::words;

/// A batch as it is posted to the ledger: `POST /v1/events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// The events, oldest first.
    pub events: Vec<Event>,
}

/// The ledger's answer once every event of a batch is stored (or was before).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Events that this batch added.
    pub stored: u64,
    /// Events that the ledger had already: a batch may be sent twice.
    pub duplicates: u64,
}

/// Everything that is known of one request when it is over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// The gateway's own id (`x-litellm-call-id`), unique for ever: the ledger stores each once.
    pub request_id: String,
    /// LiteLLM's name of the call: `acompletion`, `aresponses`, `acompact_responses`, …
    pub call_type: String,
    /// Microseconds since the Unix epoch when the request's headers arrived.
    pub started_us: u64,
    /// Microseconds since the Unix epoch when the last byte was sent, or the client left.
    pub ended_us: u64,
    /// Microseconds since the Unix epoch of the first content that a stream released.
    pub first_token_us: Option<u64>,
    /// What the client got: 200, 400, …; 0 where nothing was sent.
    pub http_status: u16,
    /// Whether the caller asked for a stream.
    pub stream: bool,
    /// Whether the client left before the answer was whole.
    pub client_disconnected: bool,
    /// Who called.
    pub caller: Caller,
    /// The model that the caller named, after aliases.
    pub model_group: String,
    /// The deployment that answered last (`x-litellm-model-id`); empty where none was tried.
    pub deployment: String,
    /// The provider's own name of the model; empty where none was tried.
    pub model: String,
    /// The provider (`openai`, `azure`, …); empty where none was tried.
    pub provider: String,
    /// The deployment's base address, without query or credentials.
    pub api_base: String,
    /// Tokens that the providers counted, in all tries together: one that failed may have been charged too.
    pub usage: Usage,
    /// Whether some of `usage` is the gateway's guess, because no provider counted it: its client left before the end of a
    /// stream, the stream broke, or the server does not count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub usage_estimated: bool,
    /// Price of `usage`, each try's at its deployment's rates, in 10⁻⁹ US dollars.
    pub cost_nanodollars: u64,
    /// Each try, in order.
    pub attempts: Vec<Attempt>,
    /// How many tries went to the requested group after the first.
    pub retries: u32,
    /// How many fallback groups were entered.
    pub fallbacks: u32,
    /// What every guardrail that ran found; the same on every dialect.
    pub guardrail_information: Vec<GuardrailInformation>,
    /// Why the client got an error.
    pub error: Option<ErrorInformation>,
    /// The caller's tags.
    pub tags: Vec<String>,
    /// The caller's own `metadata`, for the spend log.
    #[serde(deserialize_with = "value::map")]
    pub metadata: Map<String, Value>,
    /// The caller's `user` or `safety_identifier`.
    pub end_user: Option<String>,
    /// The configured group that `model_group` is, with its stars; empty where nothing was planned. For the gateway's
    /// statistics, which no caller may fill with names; the ledger is not told.
    #[serde(skip)]
    pub route: String,
    /// Which gateway tells: an id that lives as long as one Envoy process.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gateway: String,
    /// Every budget that the cost was charged to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// Labels of the scopes that have spent their soft budget.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub soft_budgets_exceeded: Vec<String>,
}

impl Event {
    /// Lends it as the ledger is told of it: JSON without line breaks.
    ///
    /// # Errors
    /// None that is known: nothing in it is without a form in JSON.
    pub fn lend_json<R>(&self, to: impl FnOnce(&[u8]) -> R) -> Result<R, serde_json::Error> {
        json::lend(self, to)
    }
}

/// A budget that a request's cost was charged to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The scope's name: `key/<hash>`, `team/<id>`, `user/<id>`, `key/<hash>/model/<group>`.
    pub scope: String,
    /// When the budget's period began, in milliseconds since the Unix epoch; 0 for a budget without a duration.
    pub period_ms: u64,
}

/// Who called, as far as the key tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caller {
    /// SHA-256 of the key in lower-case hex; empty where no key was accepted.
    pub key_hash: String,
    /// The key's alias.
    pub key_alias: Option<String>,
    /// The user that owns the key.
    pub user_id: Option<String>,
    /// The team that owns the key.
    pub team_id: Option<String>,
    /// Address of the client, without a port.
    pub ip: Option<String>,
    /// The client's `user-agent`.
    pub user_agent: Option<String>,
}

/// One try at one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempt {
    /// The deployment's id, e.g. `gpt-4.1/azure-eu`.
    pub deployment: String,
    /// Its provider (`openai`, `azure`, …).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// The provider's status; 0 where no response came.
    pub status: u16,
    /// `success`, or why it was not one: the name of a [`Cause`](crate::cause::Cause), `refused` or
    /// `client_disconnected`.
    pub cause: String,
    /// The first try after the deployment's cooldown, which nobody else makes meanwhile.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub probe: bool,
    /// Microseconds since the Unix epoch when the try began.
    pub started_us: u64,
    /// Microseconds until its response was judged.
    pub duration_us: u64,
    /// Tokens that it was charged for, where it was: also a try that failed may have been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Price of `usage` at the deployment's rates, in 10⁻⁹ US dollars.
    #[serde(skip_serializing_if = "is_zero")]
    pub cost_nanodollars: u64,
    /// Whether the provider did not count all of `usage`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub usage_estimated: bool,
}

/// A status that only a later version knows is no success, and need not have stopped anything: somebody should look at it.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<GuardrailStatus, D::Error> {
    Ok(words::told(deserializer)?.unwrap_or(GuardrailStatus::GuardrailFlagged))
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Why a request failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorInformation {
    /// The error's `type` as the client saw it.
    pub error_class: String,
    /// The error's `code` as the client saw it.
    pub error_code: String,
    /// The message as the client saw it.
    pub error_message: String,
}

/// LiteLLM's statuses of a guardrail's run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardrailStatus {
    /// It ran and found nothing, or masked what it found.
    #[default]
    Success,
    /// It found something that it only reports.
    GuardrailFlagged,
    /// It blocked.
    GuardrailIntervened,
    /// It could not be asked.
    GuardrailFailedToRespond,
    /// It was selected and did not run.
    NotRun,
}

/// What one guardrail did to one request, with LiteLLM's field names. As in LiteLLM, what it does not tell is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GuardrailInformation {
    /// The name in the configuration.
    pub guardrail_name: String,
    /// The kind, e.g. `litellm_content_filter`.
    pub guardrail_provider: String,
    /// When it ran: `pre_call`, …
    pub guardrail_mode: String,
    /// What it found; holds names of rules, never the caller's text.
    #[serde(deserialize_with = "value::list")]
    pub guardrail_response: Vec<Value>,
    /// How it ended.
    #[serde(deserialize_with = "told")]
    pub guardrail_status: GuardrailStatus,
    /// Seconds since the Unix epoch.
    pub start_time: f64,
    /// Seconds since the Unix epoch.
    pub end_time: f64,
    /// Seconds.
    pub duration: f64,
    /// How often each kind of thing was masked.
    pub masked_entity_count: Map<String, Value>,
    /// The id in the configuration, or the name.
    pub guardrail_id: String,
    /// `keyword`, `regex`, or both separated by a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detection_method: Option<String>,
    /// Where: rule, action, and offsets in the text of its part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_details: Vec<Value>,
    /// How many rules were looked for.
    pub patterns_checked: u64,
    /// 0 to 10; 10 where it blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_score: Option<f64>,
}
