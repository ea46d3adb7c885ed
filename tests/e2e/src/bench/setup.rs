//! Everything that is measured, up and proven to do what it is measured for.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use mock_providers::MockProviders;
use serde_json::{Value, json};

use super::plain::Plain;
use super::wrk;
use crate::answer::Answer;
use crate::client::{self, Ask};
use crate::gateway::{Gateway, Options};
use crate::{Failure, ledger, process};

/// The virtual key of the load.
pub const KEY: &str = "sk-bench-key";
/// The administrator's key, for the ledger's totals.
pub const MASTER_KEY: &str = "sk-bench-master";
/// The prefix of the gateway's HTTP statistics, and of plain Envoy's.
pub const GATEWAY: &str = "gateway";
/// See [`GATEWAY`].
pub const PLAIN: &str = "plain";

const CONFIG: &str = "bench-gateway.yaml";
const BARE_CONFIG: &str = "bench-bare.yaml";
const PATH: &str = "/v1/chat/completions";
/// A word that the configuration blocks.
const BLOCKED: &str = "project bluebird";

/// What runs. Dropping it stops it.
pub struct Setup {
    /// The gateway with everything on, and its ledger.
    pub gateway: Gateway,
    /// The gateway's Envoy.
    pub gateway_pid: u32,
    /// The gateway's ledger.
    pub ledger_pid: u32,
    /// A gateway with nothing on but keys.
    pub bare: Gateway,
    /// Its Envoy.
    pub bare_pid: u32,
    /// The same Envoy with a plain route.
    pub plain: Plain,
    /// The Envoy that both are.
    pub envoy: PathBuf,
    /// What both forward to.
    pub upstream: mock_providers::Handle,
}

impl Setup {
    /// Starts everything on free ports.
    ///
    /// # Errors
    /// Something did not start, or does not do what is to be measured.
    pub async fn start(wasm: Option<PathBuf>) -> Result<Self, Failure> {
        let upstream =
            MockProviders::start_fast(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let (gateway, up) = start(CONFIG, upstream.addr(), wasm.clone()).await?;
        let gateway_pid = process::child(up, "envoy")?;
        let (bare, bare_up) = start(BARE_CONFIG, upstream.addr(), wasm).await?;
        let bare_pid = process::child(bare_up, "envoy")?;
        let ledger_pid = process::child(up, "spillway-ledger")?;
        let envoy = process::program(gateway_pid)?;
        let buffer = buffer_bytes(&gateway.data.join("envoy.yaml"))?;
        let plain = Plain::start(&envoy, &gateway.data, upstream.addr(), buffer).await?;
        let setup = Self { gateway, gateway_pid, ledger_pid, bare, bare_pid, plain, envoy, upstream };
        setup.prove().await?;
        Ok(setup)
    }

    /// Stops everything.
    ///
    /// # Errors
    /// Something did not stop.
    pub async fn stop(mut self) -> Result<(), Failure> {
        self.plain.stop().await?;
        self.gateway.stop().await?;
        self.bare.stop().await?;
        self.upstream.shutdown().await;
        Ok(())
    }

    /// One request by each way that must be open or closed: a gateway with something off would be fast.
    async fn prove(&self) -> Result<(), Failure> {
        let body: Value = serde_json::from_str(&super::read_data(wrk::BODY)?)
            .map_err(|error| format!("{}: {error}", wrk::BODY))?;
        let blocked = json!({"model": "gpt-4.1", "messages": [{"role": "user", "content": BLOCKED}]});
        let gateway = self.gateway.address;
        expect("plain Envoy", self.plain.address, KEY, &body, 200).await?;
        expect("a key that nobody has", gateway, "sk-of-nobody", &body, 401).await?;
        expect("a word that the guardrail blocks", gateway, KEY, &blocked, 400).await?;
        let answer = expect("the gateway", gateway, KEY, &body, 200).await?;
        for limited in ["x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens"] {
            if answer.header(limited).is_none() {
                return Err(format!("the gateway's answer has no {limited}: the key's limit is not counted"));
            }
        }
        let id = answer.header("x-litellm-call-id").ok_or("the gateway's answer has no x-litellm-call-id")?;
        ledger::row(self.gateway.ledger, MASTER_KEY, id).await?;
        Ok(())
    }
}

/// Starts a gateway; with the process that runs it.
async fn start(config: &str, upstream: SocketAddr, wasm: Option<PathBuf>) -> Result<(Gateway, u32), Failure> {
    let config = super::read_data(config)?.replace("${UPSTREAM}", &upstream.to_string());
    let environment =
        [("BENCH_KEY", KEY), ("BENCH_MASTER_KEY", MASTER_KEY), ("BENCH_PROVIDER_KEY", "sk-bench-provider")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let gateway =
        Gateway::start(&Options { config, environment, wasm, workers: 1, ..Options::default() }).await?;
    let up = gateway.pid().ok_or("`spillway up` has ended")?;
    Ok((gateway, up))
}

async fn expect(what: &str, to: SocketAddr, key: &str, body: &Value, status: u16) -> Result<Answer, Failure> {
    let answer = client::send(to, &Ask::post(PATH, key, body)).await?;
    if answer.status == status {
        return Ok(answer);
    }
    Err(format!("{what}: expected HTTP {status}, got {}: {}", answer.status, answer.text()))
}

/// What the gateway's listener buffers at most, out of the configuration that was rendered for it.
fn buffer_bytes(rendered: &Path) -> Result<u64, Failure> {
    let told = |error: String| format!("{}: {error}", rendered.display());
    let text = fs::read_to_string(rendered).map_err(|error| told(error.to_string()))?;
    let config: Value = serde_yaml_ng::from_str(&text).map_err(|error| told(error.to_string()))?;
    let limit = config.pointer("/static_resources/listeners/0/per_connection_buffer_limit_bytes");
    limit.and_then(Value::as_u64).ok_or_else(|| told("the listener has no buffer limit".to_owned()))
}
