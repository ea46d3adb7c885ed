//! A request in a few words, for Envoy's access log.

use crate::event::{Attempt, Event};
use crate::exchange::dollars;

/// Names and values, each for a property of its own. None holds what a prompt or an answer said.
#[must_use]
pub(super) fn summary(event: &Event) -> Vec<(&'static str, String)> {
    let last = event.attempts.last();
    let mut words = vec![
        ("id", event.request_id.clone()),
        ("call_type", event.call_type.clone()),
        ("model_group", event.model_group.clone()),
        ("deployment", event.deployment.clone()),
        ("tries", event.attempts.iter().map(tried).collect::<Vec<_>>().join(", ")),
        ("cause", last.map(|last| last.cause.clone()).unwrap_or_default()),
        ("input_tokens", event.usage.input.to_string()),
        ("output_tokens", event.usage.output.to_string()),
        ("cost_usd", dollars(event.cost_nanodollars)),
        ("error", event.error.as_ref().map(|error| error.error_code.clone()).unwrap_or_default()),
    ];
    words.retain(|(_, value)| !value.is_empty());
    words
}

/// `gpt-4.1/azure-1 429 rate_limit 120ms`
fn tried(attempt: &Attempt) -> String {
    let ms = attempt.duration_us / 1_000;
    format!("{} {} {} {ms}ms", attempt.deployment, attempt.status, attempt.cause)
}
