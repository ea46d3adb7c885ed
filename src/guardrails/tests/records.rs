//! What is answered and recorded: the same on every dialect.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::*;

/// The same prompt in every dialect.
fn prompts(text: &str) -> [(Dialect, Value); 6] {
    let message = json!({"role": "user", "content": text});
    let part = |kind: &str| json!([{"role": "user", "content": [{"type": kind, "text": text}]}]);
    [
        (Dialect::Chat, json!({"model": "m", "messages": [message]})),
        (Dialect::Chat, json!({"model": "m", "messages": part("text")})),
        (Dialect::Responses, json!({"model": "m", "input": text})),
        (Dialect::Responses, json!({"model": "m", "input": part("input_text")})),
        (Dialect::Compact, json!({"model": "m", "input": part("input_text")})),
        (Dialect::Messages, json!({"model": "m", "max_tokens": 5, "messages": part("text")})),
    ]
}

/// Its own paths taken out of a record.
fn without_paths(record: &GuardrailInformation) -> Value {
    let mut value = serde_json::to_value(record).unwrap();
    for detail in value["match_details"].as_array_mut().unwrap() {
        detail.as_object_mut().unwrap().remove("path").unwrap();
    }
    value
}

#[test]
fn a_block_leaves_the_same_record_on_every_dialect() {
    for (dialect, body) in prompts("say the Forbidden PHRASE now") {
        let verdict = run(&[block_word()], dialect, body.to_string());
        let [record] = &verdict.records[..] else { panic!("one record expected: {verdict:?}") };
        assert_eq!(
            without_paths(record),
            json!({
                "guardrail_name": "block-word",
                "guardrail_provider": "litellm_content_filter",
                "guardrail_mode": "pre_call",
                "guardrail_response": [{
                    "type": "blocked_word",
                    "keyword": "forbidden phrase",
                    "action": "BLOCK",
                    "description": "test word",
                }],
                "guardrail_status": "guardrail_intervened",
                "start_time": 1_700_000_000.0,
                "end_time": 1_700_000_000.000_25,
                "duration": 0.000_25,
                "masked_entity_count": {},
                "guardrail_id": "7f",
                "detection_method": "keyword",
                "match_details": [{
                    "type": "blocked_word",
                    "rule": "forbidden phrase",
                    "action_taken": "BLOCK",
                    "detection_method": "keyword",
                    "start": 8,
                    "end": 24,
                }],
                "patterns_checked": 1,
                "risk_score": 10.0,
            })
        );
    }
}

#[test]
fn a_mask_leaves_the_same_record_on_every_dialect() {
    let records = prompts("a secret for ann@example.com, SECRET").map(|(dialect, body)| {
        let verdict = run(&[mask_all()], dialect, body.to_string());
        let record = without_paths(&verdict.records[0]);
        let expected = body.to_string().replace("secret", "[KEYWORD_REDACTED]");
        let expected =
            expected.replace("ann@example.com", "[EMAIL_REDACTED]").replace("SECRET", "[KEYWORD_REDACTED]");
        assert_eq!(masked(verdict), expected);
        record
    });
    assert_eq!(records[0]["guardrail_status"], "success");
    assert_eq!(records[0]["masked_entity_count"], json!({"email": 1, "blocked_word": 2}));
    assert_eq!(records[0]["detection_method"], "keyword,regex");
    assert_eq!(records[0]["match_details"].as_array().unwrap().len(), 3);
    assert!(records.iter().all(|record| *record == records[0]), "{records:#?}");
}

#[test]
fn the_answer_is_litellms_in_each_dialect() {
    let patterns = vec![pattern("us_ssn", r"\b\d{3}-\d{2}-\d{4}\b", Action::Block)];
    let ssn = guardrail("ssn", vec![], patterns);
    let word_body = json!({"error": {
        "message": "Content blocked: keyword 'forbidden phrase' detected (test word)",
        "type": "invalid_request_error",
        "param": null,
        "code": "400",
        "provider_specific_fields": {
            "error": "Content blocked: keyword 'forbidden phrase' detected (test word)",
            "keyword": "forbidden phrase",
            "description": "test word",
            "guardrail_name": "block-word",
            "guardrail_mode": "pre_call",
        },
    }});
    let ssn_body = json!({"type": "error", "error": {
        "type": "invalid_request_error",
        "message": "Content blocked: us_ssn pattern detected",
        "provider_specific_fields": {
            "error": "Content blocked: us_ssn pattern detected",
            "pattern": "us_ssn",
            "guardrail_name": "ssn",
            "guardrail_mode": "pre_call",
        },
    }});
    for (dialect, text, expected) in [
        (Dialect::Chat, "the forbidden phrase", &word_body),
        (Dialect::Responses, "the forbidden phrase", &word_body),
        (Dialect::Messages, "it is 078-05-1120.", &ssn_body),
    ] {
        let reject = blocked(run(&[block_word(), ssn.clone()], dialect, json!({"x": text}).to_string()));
        assert_eq!(reject.status, 400);
        assert_eq!(serde_json::from_slice::<Value>(&reject.body(dialect)).unwrap(), *expected);
    }
}

#[test]
fn blocking_wins_over_masking_and_ends_the_run() {
    let after = guardrail("after", vec![word("secret", Action::Mask)], vec![]);
    let verdict =
        run(&[mask_all(), block_word(), after], Dialect::Chat, r#"{"a":"secret, forbidden phrase"}"#);
    let statuses: Vec<_> = verdict
        .records
        .iter()
        .map(|record| (record.guardrail_name.as_str(), record.guardrail_status))
        .collect();
    let expected = [("mask", GuardrailStatus::Success), ("block-word", GuardrailStatus::GuardrailIntervened)];
    assert_eq!(statuses, expected);
    blocked(verdict);
}

#[test]
fn the_first_rule_that_blocks_is_the_one_that_is_named() {
    let both = guardrail(
        "g",
        vec![word("zebra", Action::Block), word("apple", Action::Mask)],
        vec![pattern("digits", r"\d{4}", Action::Block)],
    );
    let reject = blocked(run(&[both], Dialect::Chat, r#"{"a":"apple zebra","b":"1234"}"#));
    assert_eq!(reject.message, "Content blocked: digits pattern detected");
}

#[test]
fn a_record_holds_nothing_that_the_caller_wrote() {
    let digits = pattern("digits", r"\d{4}", Action::Mask);
    let settings = guardrail("g", vec![word("zebra", Action::Block)], vec![digits]);
    let body = r#"{"My Private Key":{"arguments":{"PRIVATE":"4242 zebra private"}}}"#;
    let verdict = run(&[settings], Dialect::Chat, body);
    let text = serde_json::to_string(&verdict.records).unwrap();
    for private in ["4242", "rivate", "PRIVATE"] {
        assert!(!text.contains(private), "{text}");
    }
}

#[test]
fn what_was_not_found_is_recorded_too() {
    let verdict = run(&[mask_all()], Dialect::Chat, r#"{"a":"nothing"}"#);
    let record = &verdict.records[0];
    assert_eq!((record.guardrail_status, record.risk_score), (GuardrailStatus::Success, Some(0.0)));
    assert_eq!((record.patterns_checked, &record.detection_method), (2, &None));
    assert_eq!(record.guardrail_id, "mask");
}
