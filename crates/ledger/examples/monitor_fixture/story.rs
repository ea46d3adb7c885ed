//! The story of a request that fell back after two tries.

use serde_json::json;
use spillway_filter::event::{Attempt, ErrorInformation, GuardrailInformation, GuardrailStatus};
use spillway_ledger::ui::data::{Status, Story, Tokens};

use crate::made_up::{self, row};
use crate::state::State;

/// The story of a row of the list; none of another id.
pub fn story(state: State, id: &str, now_us: u64) -> Option<Story> {
    let row = (0..130).map(|index| row(state, index, now_us)).find(|row| row.id == id)?;
    let failed = row.status == Status::Failure;
    let length_us = 2_480_000;
    Some(Story {
        id: row.id,
        dialect: row.dialect,
        status: row.status,
        http_status: row.http_status,
        started_us: row.started_us,
        ended_us: row.started_us + length_us,
        first_token_us: (!failed).then_some(row.started_us + 1_310_000),
        stream: true,
        client_disconnected: false,
        model_group: row.model.clone(),
        model: "gpt-4.1-2025-04-14".to_owned(),
        deployment: row.deployment,
        provider: if failed { String::new() } else { "azure".to_owned() },
        api_base: if failed { String::new() } else { "https://eu.example.com".to_owned() },
        key: row.key,
        team: row.team,
        user: Some(state.named("ada")),
        end_user: Some("customer-17".to_owned()),
        ip: Some("10.0.0.9".to_owned()),
        user_agent: Some(state.named("codex/1.2")),
        session: Some("session-4".to_owned()),
        tags: made_up::TAGS.map(|name| state.named(name)).to_vec(),
        metadata: Some(format!("{{\n  \"ticket\": {}\n}}", serde_json::Value::from(state.named("T-1017")))),
        tokens: Tokens { input: 1_850, output: 310, cache_read: 1_024, cache_write: 0, reasoning: 64 },
        nanodollars: row.nanodollars,
        retries: u32::from(!failed),
        fallbacks: u32::from(!failed),
        attempts: if failed { Vec::new() } else { attempts(state, row.started_us) },
        guardrails: guardrails(state, row.started_us, failed),
        error: failed.then(|| ErrorInformation {
            error_class: "invalid_request_error".to_owned(),
            error_code: "content_blocked".to_owned(),
            error_message: state.named("The request was blocked by the guardrail pii: it holds us_ssn."),
        }),
    })
}

fn attempts(state: State, from_us: u64) -> Vec<Attempt> {
    let attempt = |deployment: &str, status, cause: &str, after_us, duration_us| Attempt {
        deployment: state.named(deployment),
        status,
        cause: cause.to_owned(),
        probe: status == 200,
        started_us: from_us + after_us,
        duration_us,
        ..Attempt::default()
    };
    vec![
        attempt("gpt-4.1/openai", 429, "rate_limit", 3_000, 180_000),
        attempt("gpt-4.1/azure-us", 0, "connection", 190_000, 620_000),
        attempt("claude-sonnet-4/anthropic", 200, "success", 830_000, 480_000),
    ]
}

fn guardrails(state: State, from_us: u64, failed: bool) -> Vec<GuardrailInformation> {
    let run = |name: &str, status, after_us: u64| GuardrailInformation {
        guardrail_name: state.named(name),
        guardrail_provider: "litellm_content_filter".to_owned(),
        guardrail_mode: "pre_call".to_owned(),
        guardrail_status: status,
        start_time: (from_us + after_us) as f64 / 1e6,
        duration: 0.0021,
        patterns_checked: 114,
        ..GuardrailInformation::default()
    };
    let found = GuardrailInformation {
        guardrail_response: vec![
            json!({"type": "pattern", "pattern_name": state.named("us_ssn"), "action": "BLOCK"}),
        ],
        detection_method: Some("regex".to_owned()),
        match_details: vec![json!({"rule": "us_ssn", "part": "messages[0].content", "start": 17, "end": 28})],
        risk_score: Some(10.0),
        ..run("pii", GuardrailStatus::GuardrailIntervened, 400)
    };
    let first = if failed { found } else { run("pii", GuardrailStatus::Success, 400) };
    vec![
        first,
        run("block-word", GuardrailStatus::GuardrailFlagged, 2_500),
        run("late", GuardrailStatus::NotRun, 0),
    ]
}
