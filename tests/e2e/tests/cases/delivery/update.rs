//! A gateway whose listener comes from a file that changes: Envoy drops the old filter with what it had to deliver.

use std::path::PathBuf;

use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::client;
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::free_addresses;

use super::super::own_envoy::{rendered, start};
use super::super::{ensure, until};
use super::{ask, gateway, rows, stat, stop_ledger};

/// Events of both configurations arrive, though the ledger takes none before the old one is gone.
pub async fn listener() -> Result<(), Failure> {
    let fixture = gateway("", 1, None).await?;
    let [to, admin] = free_addresses()?;
    let folder = fixture.gateway.data.join("lds");
    let mut rendered = rendered(&fixture.gateway.data)?;
    rendered["admin"]["address"]["socket_address"]["port_value"] = json!(admin.port());
    // The clients' one; those of hops stay.
    let all = rendered["static_resources"]["listeners"].as_array_mut();
    let mut listener = all.ok_or("no listeners")?.remove(0);
    listener["address"]["socket_address"]["port_value"] = json!(to.port());
    let resources = folder.join("listeners.json");
    rendered["dynamic_resources"]["lds_config"]["path_config_source"]["path"] = json!(resources);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    replace(&resources, &listener)?;
    let mut envoy = start(&folder, &rendered)?;
    until("Envoy answers", async || {
        Ok(client::send(to, &ask(&fixture)).await.is_ok_and(|one| one.status == 200))
    })
    .await?;
    let stopped = stop_ledger(&fixture)?;
    ask_ten(&fixture, to).await?;
    let manager = &mut listener["filter_chains"][0]["filters"][0]["typed_config"];
    let filters = manager["http_filters"].as_array_mut().into_iter().flatten();
    for filter in filters.filter(|filter| filter["name"] == "envoy.filters.http.wasm") {
        // Another configuration of the filter: what an answer may cost in bytes.
        let value = &mut filter["typed_config"]["config"]["configuration"]["value"];
        *value = json!(
            value
                .as_str()
                .unwrap_or_default()
                .replace("\"max_body_bytes\": 33554432", "\"max_body_bytes\": 33554431")
        );
    }
    replace(&resources, &listener)?;
    let drained = async || Ok(listeners(admin).await?["listener_manager.total_listeners_draining"] == 0);
    let updated = async || Ok(listeners(admin).await?["listener_manager.lds.update_success"] == 2);
    until("the new listener is there", updated).await?;
    until("the old listener has ended", drained).await?;
    ask_ten(&fixture, to).await?;
    drop(stopped);
    until("the outbox is empty", async || Ok(stat(admin, "outbox_bytes").await? == 0)).await?;
    let stored = rows(&fixture, 21).await?;
    ensure(stored.len() == 21, || format!("21 requests, {} rows", stored.len()))?;
    envoy.kill().await.map_err(|error| error.to_string())?;
    fixture.gateway.stop().await
}

async fn ask_ten(fixture: &Fixture, to: std::net::SocketAddr) -> Result<(), Failure> {
    for _ in 0..10 {
        let answer = client::send(to, &ask(fixture)).await?;
        ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    }
    Ok(())
}

/// Envoy notices a file that is moved there.
fn replace(resources: &PathBuf, listener: &Value) -> Result<(), Failure> {
    let mut listener = listener.clone();
    listener["@type"] = json!("type.googleapis.com/envoy.config.listener.v3.Listener");
    let next = resources.with_extension("next");
    std::fs::write(&next, json!({"resources": [listener]}).to_string()).map_err(|error| error.to_string())?;
    std::fs::rename(&next, resources).map_err(|error| error.to_string())
}

/// Statistics of the listener manager, by name.
async fn listeners(admin: std::net::SocketAddr) -> Result<Value, Failure> {
    let ask = client::Ask::get("/stats?format=json&filter=^listener_manager", "");
    let stats = client::send(admin, &ask).await?.json();
    let named = stats["stats"].as_array().into_iter().flatten();
    Ok(named.map(|one| (one["name"].as_str().unwrap_or_default().to_owned(), one["value"].clone())).collect())
}
