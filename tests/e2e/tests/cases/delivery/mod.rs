//! Events on their way to the ledger: what happens while it takes none, and to those that have not arrived when a VM,
//! a configuration or Envoy itself ends.

mod durable;
mod full;
mod reload;
mod update;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use libtest_mimic::Trial;
use serde_json::json;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger, process};

/// Every test; each has a gateway of its own.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("a_full_outbox_drops_the_oldest_events_and_counts_them", full::drops),
        trial("a_full_outbox_refuses_requests_until_there_is_room", full::refuses),
        trial("events_outlive_the_vm_that_took_them", reload::trap),
        trial("a_configuration_update_costs_no_event", update::listener),
        trial("no_answered_request_is_lost_with_envoy_killed", durable::killed),
    ]
}

fn trial<F: Future<Output = Result<(), Failure>> + 'static>(name: &str, test: fn() -> F) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        Ok(runtime.block_on(test())?)
    })
}

/// A gateway with one model and these further settings.
async fn gateway(settings: &str, workers: u32, wasm: Option<PathBuf>) -> Result<Fixture, Failure> {
    let config = format!(
        "\
model_list:
  - model_name: plain
    litellm_params:
      model: openai/plain~tokens=100/50
      api_base: http://${{MOCKS}}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
      input_cost_per_token: 0.00000125
      output_cost_per_token: 0.00001
general_settings: {{master_key: os.environ/E2E_MASTER_KEY}}
spillway_settings:
  keys: [{{key: os.environ/E2E_SURVIVOR_KEY, user_id: canary-survivor}}]
{settings}"
    );
    Fixture::with(config, workers, wasm).await
}

/// A request that leaves an event of a few kilobytes.
fn ask(fixture: &Fixture) -> Ask {
    let body = json!({
        "model": "plain",
        "messages": [{"role": "user", "content": "Hello"}],
        "metadata": {"note": "x".repeat(500)},
    });
    Ask::post("/v1/chat/completions", fixture.key("survivor"), &body)
}

/// Stops the ledger until what is returned is dropped.
fn stop_ledger(fixture: &Fixture) -> Result<process::Stopped, Failure> {
    process::Stopped::now(child(fixture, "spillway-ledger")?)
}

/// A child of `spillway up`.
fn child(fixture: &Fixture, name: &str) -> Result<u32, Failure> {
    process::child(fixture.gateway.pid().ok_or("`spillway up` is gone")?, name)
}

/// A statistic of the filter's, 0 where it was never set.
async fn stat(admin: SocketAddr, name: &str) -> Result<u64, Failure> {
    let ask = Ask::get(&format!("/stats?format=json&filter=^wasmcustom.spillway.{name}$"), "");
    let stats = client::send(admin, &ask).await?.json();
    Ok(stats["stats"][0]["value"].as_u64().unwrap_or(0))
}

/// The ids of all rows, once there are so many.
async fn rows(fixture: &Fixture, count: usize) -> Result<BTreeSet<String>, Failure> {
    let mut ids = BTreeSet::new();
    for page in 1..=count / 1_000 + 1 {
        let here = (count - (page - 1) * 1_000).min(1_000);
        let path = format!("/spend/logs?user_id=canary-survivor&page_size=1000&page={page}");
        let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, &path, |rows| {
            rows.as_array().is_some_and(|rows| rows.len() >= here)
        })
        .await?;
        ids.extend(
            rows.as_array()
                .into_iter()
                .flatten()
                .filter_map(|row| row["request_id"].as_str().map(str::to_owned)),
        );
    }
    Ok(ids)
}
