//! Events as the filter sends them.

use serde_json::json;
use spillway_filter::event::{
    Attempt, Caller, ErrorInformation, Event, GuardrailInformation, GuardrailStatus,
};
use spillway_filter::usage::Usage;

/// 2026-11-20T12:00:00Z.
pub const NOON: u64 = 1_795_176_000_000_000;
/// A day.
pub const DAY: u64 = 86_400_000_000;

/// A chat call that a provider answered.
pub fn answered(id: &str) -> Event {
    Event {
        request_id: id.to_owned(),
        call_type: "acompletion".to_owned(),
        started_us: NOON,
        ended_us: NOON + 1_500_000,
        first_token_us: Some(NOON + 400_000),
        http_status: 200,
        stream: true,
        caller: Caller {
            key_hash: KEY_HASH.to_owned(),
            key_alias: Some("ci".to_owned()),
            user_id: Some("ada".to_owned()),
            team_id: Some("tools".to_owned()),
            ip: Some("10.0.0.9".to_owned()),
            user_agent: Some("codex/1".to_owned()),
        },
        model_group: "gpt-4.1".to_owned(),
        deployment: "gpt-4.1/azure-eu".to_owned(),
        model: "gpt-4.1-2025-04-14".to_owned(),
        provider: "azure".to_owned(),
        api_base: "https://eu.example.com".to_owned(),
        usage: Usage { input: 100, output: 20, ..Usage::default() },
        cost_nanodollars: 360_001,
        attempts: vec![Attempt {
            deployment: "gpt-4.1/azure-eu".to_owned(),
            status: 200,
            cause: "success".to_owned(),
            probe: false,
            started_us: NOON,
            duration_us: 1_000,
            ..Attempt::default()
        }],
        tags: vec!["nightly".to_owned()],
        ..Event::default()
    }
}

/// SHA-256 of `sk-caller`.
pub const KEY_HASH: &str = "8b6712790a2089c67aa97a2d80022df18cc65c7814350e33baebe79aab508891";

/// A call that the guardrail `block-word` stopped before any provider saw it.
pub fn blocked(id: &str, call_type: &str) -> Event {
    Event {
        call_type: call_type.to_owned(),
        http_status: 400,
        deployment: String::new(),
        model: String::new(),
        provider: String::new(),
        api_base: String::new(),
        usage: Usage::default(),
        cost_nanodollars: 0,
        attempts: Vec::new(),
        guardrail_information: vec![ran("block-word", GuardrailStatus::GuardrailIntervened)],
        error: Some(ErrorInformation {
            error_class: "invalid_request_error".to_owned(),
            error_code: "400".to_owned(),
            error_message: "Content blocked".to_owned(),
        }),
        ..answered(id)
    }
}

/// One run of a guardrail, of 2 ms.
pub fn ran(name: &str, status: GuardrailStatus) -> GuardrailInformation {
    let intervened = status == GuardrailStatus::GuardrailIntervened;
    GuardrailInformation {
        guardrail_name: name.to_owned(),
        guardrail_provider: "litellm_content_filter".to_owned(),
        guardrail_mode: "pre_call".to_owned(),
        guardrail_response: if intervened { vec![json!({"type": "blocked_word"})] } else { Vec::new() },
        guardrail_status: status,
        start_time: 1_795_176_000.0,
        end_time: 1_795_176_000.002,
        duration: 0.002,
        guardrail_id: format!("id-of-{name}"),
        detection_method: Some("keyword".to_owned()),
        patterns_checked: 1,
        risk_score: intervened.then_some(10.0),
        ..GuardrailInformation::default()
    }
}
