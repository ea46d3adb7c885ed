//! Guardrail services that fail, and what they are asked.

use std::time::Duration;

use mock_providers::After;
use mock_providers::guardrail::{Asked, BLOCK_WORD, Behaviour, GuardrailService, MASK_WORD};
use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger, process};

use super::ensure;

const MODES: [&str; 3] = ["pre_call", "during_call", "post_call"];
/// What the configuration says.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Every way not to answer.
const FAILURES: [Behaviour; 5] =
    [Behaviour::Status(500), Behaviour::Garbage, Behaviour::WrongNumber, Behaviour::Close, Behaviour::Hang];

fn chat(text: &str, guardrails: &[&str]) -> Value {
    json!({"model": "guarded", "guardrails": guardrails, "messages": [{"role": "user", "content": text}]})
}

fn service(fixture: &Fixture) -> Result<&GuardrailService, Failure> {
    fixture.gateway.guardrails.as_ref().ok_or_else(|| "no guardrail service".to_owned())
}

async fn ask(fixture: &Fixture, body: &Value) -> Result<Answer, Failure> {
    let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), body);
    client::send(fixture.gateway.address, &ask).await
}

/// Statuses of a request's records.
async fn statuses(fixture: &Fixture, id: &str) -> Result<Vec<String>, Failure> {
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let records = row["metadata"]["guardrail_information"].as_array().cloned().unwrap_or_default();
    Ok(records.iter().filter_map(|record| record["guardrail_status"].as_str().map(str::to_owned)).collect())
}

/// A service that is down, silent or talks nonsense: refused or passed, as the configuration says, within its timeout,
/// streamed or not, and recorded.
pub async fn fail_as_configured(fixture: &Fixture) -> Result<(), Failure> {
    for mode in MODES {
        for open in [false, true] {
            for behaviour in FAILURES {
                service(fixture)?.set(behaviour);
                fails(fixture, &format!("generic-{mode}"), open, Some(behaviour)).await?;
            }
            fails(fixture, &format!("absent-{mode}"), open, None).await?;
        }
    }
    Ok(())
}

async fn fails(
    fixture: &Fixture,
    name: &str,
    open: bool,
    behaviour: Option<Behaviour>,
) -> Result<(), Failure> {
    let name = format!("{name}{}", if open { "-open" } else { "" });
    for stream in [false, true] {
        let what = || format!("{name}, {behaviour:?}, stream {stream}");
        let mut body = chat("Say it.", &[&name]);
        body["stream"] = json!(stream);
        let answer = ask(fixture, &body).await?;
        let expected = if open { 200 } else { 503 };
        ensure(answer.status == expected, || {
            format!("{}: HTTP {}: {}", what(), answer.status, answer.text())
        })?;
        ensure(open || answer.text().contains(&name), || format!("{}: {}", what(), answer.text()))?;
        let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
        let statuses = statuses(fixture, id).await?;
        ensure(statuses == ["guardrail_failed_to_respond"], || format!("{}: {statuses:?}", what()))?;
    }
    Ok(())
}

/// A mask that makes a body larger than Envoy's buffer: an error of the gateway's own and a record, and nobody else notices.
pub async fn masks_that_swell(fixture: &Fixture) -> Result<(), Failure> {
    let up = fixture.gateway.pid().ok_or("`spillway up` is gone")?;
    let envoy = process::child(up, "envoy")?;
    let repeated = format!("text={}", format!("{MASK_WORD}%20").repeat(5_000));
    let set = fixture.gateway.mocks.set_script("guarded", &[&repeated], After::Cycle);
    set.map_err(|error| error.to_string())?;
    service(fixture)?.set(Behaviour::Swell(7 << 20));
    for (name, status) in [("generic-pre_call", 413), ("generic-post_call", 502), ("swelling-post_call", 502)]
    {
        for stream in [false, true] {
            let mut body = chat("Say it.", &[name]);
            body["stream"] = json!(stream);
            let answer = ask(fixture, &body).await?;
            let is_filter_of_a_stream = stream && name.starts_with("swelling");
            // What goes on as it comes is never in the buffer.
            let expected = if is_filter_of_a_stream { 200 } else { status };
            ensure(answer.status == expected, || format!("{name}, {stream}: {}", answer.text()))?;
            let told = answer.text().contains("guardrails put in the place of what they masked");
            ensure(told != is_filter_of_a_stream, || format!("{name}, {stream}: {}", answer.text()))?;
            let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
            let statuses = statuses(fixture, id).await?;
            ensure(statuses == ["success"], || format!("{name}, {stream}: {statuses:?}"))?;
        }
    }
    ensure(process::child(up, "envoy")? == envoy, || "Envoy was started again".to_owned())?;
    let logs = fixture.gateway.logs();
    ensure(!logs.contains("panic"), || logs.clone())
}

/// A service would answer after its client has left: that is recorded, nobody is woken, and the gateway goes on.
pub async fn late(fixture: &Fixture) -> Result<(), Failure> {
    let service = service(fixture)?;
    for mode in MODES {
        service.set(Behaviour::Slow(TIMEOUT / 2));
        service.clear();
        let name = format!("generic-{mode}");
        let mut body = chat("Say it.", &[&name]);
        body["user"] = json!(format!("left-{mode}"));
        let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
        let asked = service.until(client::PATIENCE, |service| !service.asked().is_empty());
        client::leave_after(fixture.gateway.address, &ask, asked).await?;
        left(fixture, &format!("left-{mode}")).await?;
        service.set(Behaviour::Judge);
        let answer = self::ask(fixture, &chat("Say it.", &[&name])).await?;
        ensure(answer.status == 200, || format!("{mode}: HTTP {}: {}", answer.status, answer.text()))?;
    }
    let stats = Ask::get("/stats?format=json&filter=vm_reload|spillway.panics", "");
    let stats = client::send(fixture.gateway.admin, &stats).await?.json();
    let counters = stats["stats"].as_array().cloned().unwrap_or_default();
    ensure(counters.len() > 1 && counters.iter().all(|counter| counter["value"] == 0), || stats.to_string())
}

/// The row of a request whose client left while a service was asked.
async fn left(fixture: &Fixture, end_user: &str) -> Result<(), Failure> {
    let is_it = |row: &&Value| row["end_user"] == end_user;
    let path = "/spend/logs?status=failure&page_size=100";
    let is_there = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().any(|row| is_it(&row)));
    let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, path, is_there).await;
    let rows = rows.map_err(|_| format!("no row of {end_user}"))?;
    let row = rows.as_array().and_then(|rows| rows.iter().find(is_it)).cloned().unwrap_or_default();
    let status = row.pointer("/metadata/guardrail_information/0/guardrail_status");
    ensure(status.is_some_and(|status| status == "not_run"), || format!("{end_user}: {row}"))
}

/// What a service said holds for the same text, and for no other.
pub async fn remembered(fixture: &Fixture) -> Result<(), Failure> {
    let service = service(fixture)?;
    service.set(Behaviour::Judge);
    service.clear();
    // Each worker remembers by itself.
    for _ in 0..20 {
        let answer = ask(fixture, &chat("Say it once.", &["remembered"])).await?;
        ensure(answer.status == 200, || answer.text())?;
    }
    let asked = service.asked().len();
    ensure((1..=2).contains(&asked), || format!("asked {asked} times"))?;
    let answer = ask(fixture, &chat(&format!("Say {BLOCK_WORD} once."), &["remembered"])).await?;
    ensure(answer.status == 400, || answer.text())
}

/// Services of one request are asked at once, with the credential that only Envoy has: none of them answers.
pub async fn at_once(fixture: &Fixture) -> Result<(), Failure> {
    let service = service(fixture)?;
    service.set(Behaviour::Hang);
    service.clear();
    let guardrails = ["generic-pre_call", "second-pre_call", "moderation-pre_call"];
    let answer = ask(fixture, &chat("Say it.", &guardrails)).await?;
    ensure(answer.status == 503, || answer.text())?;
    let asked = service.asked();
    ensure(asked.len() == 3, || format!("{} were asked before the first had its time", asked.len()))?;
    let key = |name: &str| asked.iter().find_map(|asked| asked.header(name).map(str::to_owned));
    ensure(key("x-api-key").as_deref() == Some("e2e-guardrail-key"), || format!("{:?}", key("x-api-key")))?;
    let bearer = key("authorization");
    ensure(bearer.as_deref() == Some("Bearer e2e-guardrail-key"), || format!("{bearer:?}"))
}

/// They see what the filters left, and where two change the same text the second sees what the first made of it.
pub async fn in_order(fixture: &Fixture) -> Result<(), Failure> {
    let service = service(fixture)?;
    service.set(Behaviour::Judge);
    service.clear();
    let answer =
        ask(fixture, &chat(&format!("One {MASK_WORD} here."), &["filter-pre_call", "generic-pre_call"]))
            .await?;
    ensure(answer.status == 200, || answer.text())?;
    let texts = |service: &GuardrailService| service.asked().iter().map(Asked::texts).collect::<Vec<_>>();
    ensure(texts(service) == [["One [MASKED] here."]], || format!("{:?}", texts(service)))?;
    let asked = service.asked();
    let is_ours =
        |(name, _): &&(String, String)| name.starts_with("x-envoy") || name.starts_with("x-spillway");
    let ours: Vec<_> = asked.iter().flat_map(|asked| &asked.headers).filter(is_ours).collect();
    ensure(!asked.is_empty() && ours.is_empty(), || format!("a service is told of Envoy: {ours:?}"))?;
    service.clear();
    let answer =
        ask(fixture, &chat(&format!("Two {MASK_WORD} here."), &["generic-pre_call", "second-pre_call"]))
            .await?;
    ensure(answer.status == 200, || answer.text())?;
    let texts = texts(service);
    ensure(texts.len() == 3 && texts.last() == Some(&vec!["Two [MASKED] here.".to_owned()]), || {
        format!("{texts:?}")
    })
}
