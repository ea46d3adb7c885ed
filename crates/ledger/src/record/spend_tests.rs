use serde_json::{Value, json};
use spillway_filter::event::{Caller, ErrorInformation, Event, GuardrailInformation, GuardrailStatus};
use spillway_filter::usage::Usage;

use super::*;

fn metadata(event: &Event) -> Value {
    serde_json::from_str(&row(event).metadata).unwrap()
}

fn row(event: &Event) -> SpendLog {
    SpendLog::take(&mut event.clone())
}

fn answered() -> Event {
    Event { request_id: "r-1".to_owned(), http_status: 200, ..Event::default() }
}

#[test]
fn status_tells_whether_the_client_got_a_good_answer() {
    for (http_status, error, gone, expected) in [
        (200, false, false, "success"),
        (200, false, true, "success"),
        (200, true, false, "failure"),
        (400, false, false, "failure"),
        (503, true, false, "failure"),
        (0, false, true, "failure"),
    ] {
        let event = Event {
            http_status,
            client_disconnected: gone,
            error: error.then(ErrorInformation::default),
            ..answered()
        };
        assert_eq!(row(&event).status, expected, "{http_status} {error} {gone}");
        assert_eq!(metadata(&event)["status"], expected);
    }
}

#[test]
fn spend_is_dollars_and_the_integer_is_kept() {
    let row = row(&Event { cost_nanodollars: 1_234_567_891, ..answered() });
    assert_eq!(row.spend_nanodollars, 1_234_567_891);
    assert_eq!(row.spend().to_string(), "1.234567891");
}

#[test]
fn a_request_that_no_provider_saw_keeps_the_callers_model() {
    let blocked = Event { model_group: "gpt-4.1".to_owned(), ..answered() };
    assert_eq!(row(&blocked).model, "gpt-4.1");
    let served = Event { model: "gpt-4.1-2025-04-14".to_owned(), ..blocked };
    assert_eq!(row(&served).model, "gpt-4.1-2025-04-14");
}

#[test]
fn a_clock_that_went_back_makes_no_negative_duration() {
    let row = row(&Event { started_us: 5_000, ended_us: 1_000, ..answered() });
    assert_eq!(row.request_duration_ms, 0);
}

#[test]
fn guardrail_information_is_null_or_the_list_as_it_was_sent() {
    assert_eq!(metadata(&answered())["guardrail_information"], Value::Null);
    let ran = |name: &str, guardrail_status| GuardrailInformation {
        guardrail_name: name.to_owned(),
        guardrail_status,
        ..Default::default()
    };
    let list = vec![
        ran("pii", GuardrailStatus::Success),
        ran("idle", GuardrailStatus::NotRun),
        ran("pii", GuardrailStatus::GuardrailIntervened),
    ];
    let written = metadata(&Event { guardrail_information: list.clone(), ..answered() });
    assert_eq!(written["guardrail_information"], serde_json::to_value(&list).unwrap());
    assert_eq!(written["applied_guardrails"], json!(["pii"]));
}

#[test]
fn metadata_has_litellms_names() {
    let event = Event {
        caller: Caller {
            key_hash: "ab".repeat(32),
            key_alias: Some("ci".to_owned()),
            user_id: Some("u".to_owned()),
            team_id: Some("t".to_owned()),
            ip: Some("10.0.0.9".to_owned()),
            user_agent: Some("curl/8".to_owned()),
        },
        usage: Usage {
            input: 10,
            output: 5,
            cache_read: 4,
            cache_write: 2,
            reasoning: 3,
            ..Usage::default()
        },
        metadata: json!({"session_id": "s-1", "ticket": 7}).as_object().cloned().unwrap(),
        model_group: "gpt-4.1".to_owned(),
        retries: 1,
        fallbacks: 2,
        ..answered()
    };
    let expected = json!({
        "user_api_key": "ab".repeat(32),
        "user_api_key_alias": "ci",
        "user_api_key_team_id": "t",
        "user_api_key_user_id": "u",
        "requester_ip_address": "10.0.0.9",
        "user_agent": "curl/8",
        "litellm_call_id": "r-1",
        "status": "success",
        "applied_guardrails": [],
        "guardrail_information": null,
        "error_information": null,
        "usage_object": {
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "total_tokens": 15,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 3},
            "cache_read_input_tokens": 4,
            "cache_creation_input_tokens": 2,
        },
        "attempted_retries": 1,
        "attempted_fallbacks": 2,
        "original_model_group": "gpt-4.1",
        "spend_logs_metadata": {"session_id": "s-1", "ticket": 7},
        "spillway_attempts": [],
        "spillway_http_status": 200,
        "spillway_stream": false,
        "spillway_client_disconnected": false,
    });
    assert_eq!(metadata(&event), expected);
    assert_eq!(row(&event).session_id.as_deref(), Some("s-1"));
}
