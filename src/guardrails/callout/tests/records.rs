//! What is told.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::record::{blocked, unavailable};
use super::*;

fn objection() -> Objection {
    Objection { reason: "it holds a secret".to_owned(), categories: strings(&["hate"]), texts: vec![2] }
}

#[test]
fn what_a_mode_may_do_is_the_status() {
    use GuardrailStatus::*;
    let masked = Opinion::Masked(strings(&["a secret"]));
    for (opinion, changed, by_mode) in [
        (Some(Opinion::Pass), &[][..], [Success; 4]),
        (Some(masked.clone()), &[], [Success; 4]),
        (Some(masked), &[0], [Success, GuardrailFlagged, Success, GuardrailFlagged]),
        (
            Some(Opinion::Block(objection())),
            &[],
            [GuardrailIntervened, GuardrailIntervened, GuardrailIntervened, GuardrailFlagged],
        ),
        (Some(Opinion::Failed("why".to_owned())), &[], [GuardrailFailedToRespond; 4]),
        (None, &[], [NotRun; 4]),
    ] {
        let modes = [Mode::PreCall, Mode::DuringCall, Mode::PostCall, Mode::LoggingOnly];
        for (mode, status) in modes.into_iter().zip(by_mode) {
            let selected = selected(3, mode, generic());
            let opinion = opinion.as_ref();
            let (is_cached, started_us, ended_us) = (false, 2_000_000, 2_500_000);
            let record =
                Report { selected: &selected, opinion, is_cached, changed, started_us, ended_us }.record();
            assert_eq!(record.guardrail_status, status, "{opinion:?} {mode:?}");
            assert_eq!(record.guardrail_mode, mode.name());
            assert_eq!((record.guardrail_name.as_str(), record.guardrail_id.as_str()), ("g3", "id3"));
            assert_eq!((record.start_time, record.end_time, record.duration), (2.0, 2.5, 0.5));
            let is_masked = matches!(mode, Mode::PreCall | Mode::PostCall) && changed == [0];
            let count = if is_masked { json!({"text": 1}) } else { json!({}) };
            assert_eq!(Value::Object(record.masked_entity_count.clone()), count, "{opinion:?} {mode:?}");
            assert_eq!(record.risk_score, (status == GuardrailIntervened).then_some(10.0));
            assert!(!serde_json::to_string(&record).unwrap().contains("secret"), "{record:?}");
        }
    }
}

#[test]
fn a_record_tells_action_categories_and_indices() {
    let selected = selected(0, Mode::PreCall, moderations());
    let opinion = Opinion::Block(objection());
    let report = Report {
        selected: &selected,
        opinion: Some(&opinion),
        is_cached: true,
        changed: &[],
        started_us: 0,
        ended_us: 0,
    };
    let record = report.record();
    assert_eq!(record.guardrail_provider, "openai_moderation");
    assert_eq!(
        record.guardrail_response,
        [json!({"action": "BLOCKED", "categories": ["hate"], "cached": true})]
    );
    assert_eq!(record.match_details, [json!({"type": "text", "text": 2, "action_taken": "BLOCK"})]);

    let (opinion, changed) = (Opinion::Masked(Vec::new()), (0..50).collect::<Vec<_>>());
    let record = Report { opinion: Some(&opinion), is_cached: false, changed: &changed, ..report }.record();
    assert_eq!(record.guardrail_response, [json!({"action": "GUARDRAIL_INTERVENED"})]);
    assert_eq!(record.match_details.len(), 10);
    assert_eq!(record.match_details[9], json!({"type": "text", "text": 9, "action_taken": "MASK"}));
    assert_eq!(record.masked_entity_count["text"], 50);
}

#[test]
fn clients_are_told_why() {
    let selected = selected(0, Mode::DuringCall, generic());
    let reject = blocked(&selected, &objection());
    assert_eq!(
        (reject.status, reject.kind, reject.message.as_str()),
        (400, "invalid_request_error", "it holds a secret")
    );
    assert_eq!(
        serde_json::to_string(&reject.details).unwrap(),
        r#"{"error":"it holds a secret","violated_categories":["hate"],"guardrail_name":"g0","guardrail_mode":"during_call"}"#
    );
    let reject = unavailable(&selected, "it answered with status 500");
    assert_eq!((reject.status, reject.kind, reject.retry_after), (503, "service_unavailable_error", Some(1)));
    assert_eq!(
        reject.message,
        "Guardrail 'g0' did not judge this request: it answered with status 500. \
         Nothing passes without it; try again in a moment."
    );
    assert_eq!(reject.details.unwrap()["guardrail_mode"], "during_call");
}
