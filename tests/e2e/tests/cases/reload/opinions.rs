//! A request whose event waits for a service, while the filter that it began under goes.

use std::time::{Duration, Instant};

use mock_providers::guardrail::Behaviour;
use rusqlite::OpenFlags;
use serde_json::json;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};
use tokio::task::JoinHandle;

use super::super::ensure;

/// `RPM` is filled in. The answer takes half as long as the service.
const CONFIG: &str = r#"
model_list:
  - model_name: slow
    litellm_params:
      model: openai/slow~delay=3000
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
guardrails:
  - guardrail_name: listening
    litellm_params:
      guardrail: generic_guardrail_api
      mode: logging_only
      default_on: true
      api_base: http://${GUARDRAILS}
      api_key: os.environ/E2E_GUARDRAIL_KEY
      timeout: 15
general_settings: {master_key: os.environ/E2E_MASTER_KEY}
spillway_settings:
  keys: [{key: os.environ/E2E_SURVIVOR_KEY, user_id: canary-survivor, rpm_limit: RPM}]
"#;

const OPINION: Duration = Duration::from_secs(6);

fn config(rpm: u32) -> String {
    CONFIG.replace("RPM", &rpm.to_string())
}

/// The last request of a worker under the old file ends before its service has answered. No other comes meanwhile, so
/// that nothing but its event keeps the old filter.
pub async fn awaited() -> Result<(), Failure> {
    let fixture = Fixture::with(config(1_000), 1, None).await?;
    let answer = asked(&fixture).await?;
    let began = Instant::now();
    let told = fixture.gateway.reconfigure(&config(2_000), true).await?;
    ensure(told.contains("reloaded in"), || told.clone())?;
    ensure(!answer.is_finished(), || "the request was over before the change".to_owned())?;
    let id = answered(answer).await?;
    ensure(began.elapsed() < OPINION, || "the service answered before the request was over".to_owned())?;
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, &id).await?;
    let status = row.pointer("/metadata/guardrail_information/0/guardrail_status");
    ensure(status.is_some_and(|status| status == "success"), || row.to_string())?;
    fixture.check_leaks()?;
    fixture.gateway.stop().await
}

/// `spillway up` is told to stop when the request is over, and its service has not answered.
pub async fn awaited_at_the_end() -> Result<(), Failure> {
    let mut fixture = Fixture::with(config(1_000), 1, None).await?;
    let answer = asked(&fixture).await?;
    let began = Instant::now();
    let id = answered(answer).await?;
    ensure(began.elapsed() < OPINION, || "the service answered before the request was over".to_owned())?;
    fixture.gateway.end().await?;
    let kept = fixture.gateway.data.join("ledger.sqlite");
    let file = rusqlite::Connection::open_with_flags(kept, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let select = r#"SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE request_id = ?"#;
    let rows = file.and_then(|file| file.query_row(select, [&id], |row| row.get::<_, u64>(0)));
    let rows = rows.map_err(|error| error.to_string())?;
    ensure(rows == 1, || format!("request {id} has {rows} rows"))
}

/// A request that is under way, and about which the service is asked already.
async fn asked(fixture: &Fixture) -> Result<JoinHandle<Result<Answer, Failure>>, Failure> {
    let service = fixture.gateway.guardrails.as_ref().ok_or("no guardrail service")?;
    service.set(Behaviour::Slow(OPINION));
    let body = json!({"model": "slow", "messages": [{"role": "user", "content": "Hello"}]});
    let ask = Ask::post("/v1/chat/completions", fixture.key("survivor"), &body);
    let to = fixture.gateway.address;
    let answer = tokio::spawn(async move { client::send(to, &ask).await });
    let is_asked = service.until(client::PATIENCE, |service| !service.asked().is_empty()).await;
    ensure(is_asked, || "the service was not asked".to_owned())?;
    Ok(answer)
}

/// The id of a request, once it is answered.
async fn answered(answer: JoinHandle<Result<Answer, Failure>>) -> Result<String, Failure> {
    let answer = answer.await.map_err(|error| error.to_string())??;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    Ok(answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?.to_owned())
}
