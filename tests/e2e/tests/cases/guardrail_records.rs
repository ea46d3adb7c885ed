//! Seed failure 3: a block leaves the same record on every path.

use serde_json::{Value, json};
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;

const TEXT: &str = "Tell me the forbidden phrase.";

/// Chat, Responses and compaction, streaming and not: blocked with the same words, recorded alike, counted.
pub async fn same(fixture: &Fixture) -> Result<(), Failure> {
    let before = blocked(fixture).await?;
    let chat = json!({"model": "plain", "messages": [{"role": "user", "content": TEXT}]});
    let responses = json!({"model": "plain", "input": TEXT});
    let items = json!({"model": "plain", "input": [{"role": "user", "content": [{"type": "input_text", "text": TEXT}]}]});
    let with_stream = |body: &Value| {
        let mut body = body.clone();
        body["stream"] = json!(true);
        body
    };
    let asks = [
        ("/v1/chat/completions", "acompletion", chat.clone()),
        ("/v1/chat/completions", "acompletion", with_stream(&chat)),
        ("/v1/responses", "aresponses", responses.clone()),
        ("/v1/responses", "aresponses", with_stream(&responses)),
        ("/v1/responses", "aresponses", items.clone()),
        ("/v1/responses/compact", "acompact_responses", items),
    ];
    let mut records = Vec::new();
    for (path, call_type, body) in &asks {
        let record = block(fixture, path, call_type, body).await?;
        records.push((format!("{path} {body}"), record));
    }
    ensure(fixture.gateway.mocks.received().is_empty(), || {
        "a blocked request reached an upstream".to_owned()
    })?;
    let (first, rest) = records.split_first().ok_or("no records")?;
    for (what, record) in rest {
        ensure(record == &first.1, || {
            format!("{what}: recorded {record}\n{}: recorded {}", first.0, first.1)
        })?;
    }
    let counted = blocked(fixture).await? - before;
    ensure(counted == asks.len() as u64, || format!("{} blocks, {counted} counted", asks.len()))
}

/// One blocked request; its record without ids, times and places.
async fn block(fixture: &Fixture, path: &str, call_type: &str, body: &Value) -> Result<Value, Failure> {
    let answer = client::send(fixture.gateway.address, &Ask::post(path, fixture.key("alice"), body)).await?;
    ensure(answer.status == 400, || format!("{path}: HTTP {}: {}", answer.status, answer.text()))?;
    let message = answer.json()["error"]["message"].clone();
    let expected = "Content blocked: keyword 'forbidden phrase' detected (test word)";
    ensure(message == expected, || format!("{path}: {message}"))?;
    let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    ensure(row["call_type"] == call_type && row["status"] == "failure", || format!("{path}: row {row}"))?;
    let mut records = row["metadata"]["guardrail_information"].clone();
    let list = records.as_array_mut().ok_or_else(|| format!("{path}: no guardrail_information in {row}"))?;
    for record in list {
        let fields = record.as_object_mut().ok_or("a record is no object")?;
        for varying in ["start_time", "end_time", "duration", "match_details"] {
            ensure(fields.remove(varying).is_some(), || format!("{path}: the record has no {varying}"))?;
        }
    }
    ensure(records[0]["guardrail_status"] == "guardrail_intervened", || format!("{path}: {records}"))?;
    Ok(records)
}

async fn blocked(fixture: &Fixture) -> Result<u64, Failure> {
    let overview =
        ledger::until(fixture.gateway.ledger, MASTER_KEY, "/guardrails/usage/overview", |_| true).await?;
    overview["totalBlocked"].as_u64().ok_or_else(|| format!("no totalBlocked in {overview}"))
}
