//! The row of `LiteLLM_SpendLogs` of one event.

use std::mem::take;

use spillway_filter::event::Event;
use spillway_filter::json;

use super::metadata::Metadata;
use super::non_empty_or;
use crate::calendar::timestamp;

/// Nanodollars in a dollar.
const NANODOLLARS: f64 = 1e9;

/// The columns that an event fills; the others keep their defaults. Prompts and answers are not stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SpendLog {
    pub(crate) request_id: String,
    pub(crate) call_type: String,
    /// `success` or `failure`.
    pub(crate) status: &'static str,
    /// SHA-256 of the key; empty where none was accepted.
    pub(crate) api_key: String,
    /// The exact price; `spend` is this in dollars.
    pub(crate) spend_nanodollars: u64,
    pub(crate) total_tokens: u64,
    pub(crate) prompt_tokens: u64,
    pub(crate) completion_tokens: u64,
    /// UTC, see [`timestamp`].
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    pub(crate) completion_start_time: Option<String>,
    pub(crate) request_duration_ms: u64,
    /// The provider's name of the model; the caller's where no provider was asked.
    pub(crate) model: String,
    /// The deployment.
    pub(crate) model_id: String,
    pub(crate) model_group: String,
    pub(crate) custom_llm_provider: String,
    pub(crate) api_base: String,
    /// Owner of the key.
    pub(crate) user: String,
    pub(crate) team_id: Option<String>,
    pub(crate) end_user: Option<String>,
    pub(crate) requester_ip_address: Option<String>,
    /// `session_id` of the caller's metadata.
    pub(crate) session_id: Option<String>,
    /// JSON array of the caller's tags.
    pub(crate) request_tags: String,
    /// JSON object.
    pub(crate) metadata: String,
}

impl SpendLog {
    /// The row of an event, whose texts are moved: copies of them took longer than to read them.
    pub(super) fn take(event: &mut Event) -> Self {
        let status = status(event);
        let metadata = json(&Metadata::of(event, status), "{}");
        let caller = &mut event.caller;
        Self {
            request_id: take(&mut event.request_id),
            call_type: take(&mut event.call_type),
            status,
            api_key: take(&mut caller.key_hash),
            spend_nanodollars: event.cost_nanodollars,
            total_tokens: event.usage.total(),
            prompt_tokens: event.usage.input,
            completion_tokens: event.usage.output,
            start_time: timestamp(event.started_us),
            end_time: timestamp(event.ended_us),
            completion_start_time: event.first_token_us.map(timestamp),
            request_duration_ms: event.ended_us.saturating_sub(event.started_us) / 1_000,
            model: non_empty_or(take(&mut event.model), &event.model_group),
            model_id: take(&mut event.deployment),
            model_group: take(&mut event.model_group),
            custom_llm_provider: take(&mut event.provider),
            api_base: take(&mut event.api_base),
            user: caller.user_id.take().unwrap_or_default(),
            team_id: caller.team_id.take(),
            end_user: event.end_user.take(),
            requester_ip_address: caller.ip.take(),
            session_id: event.metadata.get("session_id").and_then(|id| id.as_str()).map(str::to_owned),
            request_tags: json(&event.tags, "[]"),
            metadata,
        }
    }

    /// The price in dollars, rounded to what a double holds.
    pub(crate) fn spend(&self) -> f64 {
        dollars(self.spend_nanodollars)
    }
}

/// Nanodollars as dollars. Division, not multiplication by 1e-9, which is off in the last place more often.
#[allow(clippy::cast_precision_loss, reason = "the integer is stored beside it")]
pub(crate) fn dollars(nanodollars: u64) -> f64 {
    nanodollars as f64 / NANODOLLARS
}

/// A client that left during a good answer got what it read, and it is charged: a success. One that left
/// before any answer (`http_status` 0) is a failure.
fn status(event: &Event) -> &'static str {
    if is_answered(event) { "success" } else { "failure" }
}

/// Whether the client got a good answer, or the beginning of one.
pub(super) fn is_answered(event: &Event) -> bool {
    (200..400).contains(&event.http_status) && event.error.is_none()
}

/// The value as JSON. Maps with text keys and finite numbers, as events are, always have one.
fn json(value: &impl serde::Serialize, otherwise: &str) -> String {
    let text = json::to_vec(value).ok().and_then(|json| String::from_utf8(json).ok());
    text.unwrap_or_else(|| otherwise.to_owned())
}

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;
