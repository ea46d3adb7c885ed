//! What the event of a request leads to.

use super::{Label, Sink, counted, measured};
use crate::event::{Attempt, Event, GuardrailStatus};
use crate::usage::Usage;

/// Tells the samples of an event. What [`super::of_request`] counts is not among them.
pub fn of_event(event: &Event, sink: Sink<'_>) {
    let model = (Label::Model, event.route.as_str());
    counted("spillway.retries", &[model], u64::from(event.retries), sink);
    counted("spillway.fallbacks", &[model], u64::from(event.fallbacks), sink);
    for attempt in &event.attempts {
        tried(attempt, model, sink);
    }
    for run in &event.guardrail_information {
        let labels = [
            (Label::Guardrail, run.guardrail_name.as_str()),
            (Label::Mode, run.guardrail_mode.as_str()),
            (Label::Outcome, outcome(run.guardrail_status)),
        ];
        counted("spillway.guardrail_runs", &labels, 1, sink);
    }
    timed(event, model, sink);
}

fn tried(attempt: &Attempt, model: (Label, &str), sink: Sink<'_>) {
    let provider = (Label::Provider, provider(&attempt.provider));
    counted("spillway.attempts", &[provider, (Label::Cause, &attempt.cause)], 1, sink);
    let Some(usage) = &attempt.usage else { return };
    for (kind, tokens) in kinds(usage) {
        counted("spillway.tokens", &[model, provider, (Label::Token, kind)], tokens, sink);
    }
    counted("spillway.cost_nanodollars", &[model, provider], attempt.cost_nanodollars, sink);
}

/// The first two are the whole; the others are parts of them.
fn kinds(usage: &Usage) -> [(&'static str, u64); 5] {
    [
        ("input", usage.input),
        ("output", usage.output),
        ("cache_read", usage.cache_read),
        ("cache_write", usage.cache_write),
        ("reasoning", usage.reasoning),
    ]
}

/// OpenTelemetry's histograms: of requests that reached a provider, as a caller sees them.
fn timed(event: &Event, model: (Label, &str), sink: Sink<'_>) {
    if event.attempts.is_empty() {
        return;
    }
    let provider = provider(&event.provider);
    let usual = [(Label::Operation, operation(&event.call_type)), (Label::Provider, provider), model];
    let [operation, provider, model] = usual;
    let since_ms = |at_us: u64| at_us.saturating_sub(event.started_us) / 1_000;
    let status = if event.http_status < 400 { String::new() } else { event.http_status.to_string() };
    let took_ms = since_ms(event.ended_us);
    match error(event, &status) {
        Some(error) => {
            let labels = [operation, provider, model, (Label::Error, error)];
            measured("gen_ai.server.request.duration.milliseconds", &labels, took_ms, sink);
        }
        None => measured("gen_ai.server.request.duration.milliseconds", &usual, took_ms, sink),
    }
    if let Some(first_us) = event.first_token_us {
        measured("gen_ai.server.time_to_first_token.milliseconds", &usual, since_ms(first_us), sink);
    }
    for (kind, tokens) in [("input", event.usage.input), ("output", event.usage.output)] {
        if tokens > 0 {
            let labels = [operation, provider, model, (Label::Token, kind)];
            measured("gen_ai.client.token.usage", &labels, tokens, sink);
        }
    }
}

/// OpenTelemetry wants few values: a provider's own code may be anything.
fn error<'e>(event: &Event, status: &'e str) -> Option<&'e str> {
    match event.http_status {
        _ if event.client_disconnected => Some("client_disconnected"),
        400.. => Some(status),
        _ if event.error.is_some() => Some("broken_answer"),
        _ => None,
    }
}

/// `gen_ai.operation.name`, by LiteLLM's name of the call; where OpenTelemetry has none, the gateway's.
fn operation(call_type: &str) -> &'static str {
    match call_type {
        "acompletion" | "aresponses" | "anthropic_messages" => "chat",
        "atext_completion" => "text_completion",
        "aembedding" => "embeddings",
        "acompact_responses" => "compact",
        "acount_tokens" => "count_tokens",
        "amoderation" => "moderation",
        _ => "stored_response",
    }
}

/// `gen_ai.provider.name`, by LiteLLM's name of the provider, which is also that of all not named here.
fn provider(name: &str) -> &str {
    match name {
        "azure" => "azure.ai.openai",
        "gemini" => "gcp.gemini",
        "vertex_ai" => "gcp.vertex_ai",
        "mistral" => "mistral_ai",
        name => name,
    }
}

fn outcome(status: GuardrailStatus) -> &'static str {
    match status {
        GuardrailStatus::Success => "success",
        GuardrailStatus::GuardrailFlagged => "guardrail_flagged",
        GuardrailStatus::GuardrailIntervened => "guardrail_intervened",
        GuardrailStatus::GuardrailFailedToRespond => "guardrail_failed_to_respond",
        GuardrailStatus::NotRun => "not_run",
    }
}
