//! A block leaves the same record on every endpoint: in the spend log, the index, the daily count and the
//! monitor.

use serde_json::Value;

use crate::events::blocked;
use crate::running::Running;

const CALL_TYPES: [&str; 4] = ["acompletion", "aresponses", "acompact_responses", "anthropic_messages"];

#[tokio::test]
async fn a_block_leaves_the_same_record_on_every_endpoint() {
    let running = Running::start().await;
    let events: Vec<_> =
        CALL_TYPES.iter().map(|call_type| blocked(&format!("id-{call_type}"), call_type)).collect();
    assert_eq!(running.deliver(&events).await.status, 200);

    let select = r#"SELECT request_id, call_type, status, metadata FROM "LiteLLM_SpendLogs""#;
    let mut rows = running.place.rows(select).await;
    rows.sort_by_key(|row| CALL_TYPES.iter().position(|call_type| row[1] == *call_type));
    assert_eq!(rows.len(), CALL_TYPES.len());
    for (row, expected) in rows.iter().zip(CALL_TYPES) {
        let [request_id, call_type, status, metadata] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!((request_id.as_str(), call_type.as_str()), (format!("id-{expected}").as_str(), expected));
        assert_eq!(status, "failure");
        let metadata: Value = serde_json::from_str(metadata).unwrap();
        let information = &metadata["guardrail_information"];
        assert_eq!(
            *information,
            serde_json::to_value(&events[0].guardrail_information).unwrap(),
            "{call_type}"
        );
        assert_eq!(information[0]["guardrail_status"], "guardrail_intervened");
        assert_eq!(metadata["status"], "failure");
    }

    let one_per_request =
        r#"SELECT count(*) FROM "LiteLLM_SpendLogGuardrailIndex" WHERE guardrail_id = 'id-of-block-word'"#;
    assert_eq!(running.number(one_per_request).await, 4);
    assert_eq!(running.number(r#"SELECT blocked_count FROM "LiteLLM_DailyGuardrailMetrics""#).await, 4);
    let monitor = running.get("/guardrails/usage/logs?guardrail_id=id-of-block-word&action=blocked").await;
    assert_eq!(monitor.body["total"], 4);
}
