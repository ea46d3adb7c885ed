//! A side, up and proven to do what it is measured for.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::admin::{self, Counts};
use super::envoy::Envoy;
use super::sides::{self, Side};
use crate::answer::Answer;
use crate::client::{self, Ask};
use crate::gateway::{Gateway, Options};
use crate::{Failure, ledger, process};

/// The virtual key of the load.
pub const KEY: &str = "sk-bench-key";
/// The administrator's key, for the ledger's totals.
pub const MASTER_KEY: &str = "sk-bench-master";
/// Where the load is sent to.
pub const PATH: &str = "/v1/chat/completions";
/// The prefix of a gateway's HTTP statistics.
pub const GATEWAY: &str = "gateway";

/// A word that the guardrail blocks.
const BLOCKED: &str = "project bluebird";

/// A side that runs. Dropping it stops it.
pub struct Running {
    /// Which.
    pub side: &'static Side,
    /// Where clients connect.
    pub address: SocketAddr,
    /// Its Envoy.
    pub pid: u32,
    admin: SocketAddr,
    process: Process,
}

enum Process {
    Envoy(Box<Envoy>),
    Gateway(Box<Books>),
}

/// A gateway, and what it had counted before it was measured.
struct Books {
    gateway: Gateway,
    ledger_pid: u32,
    base: Counts,
    rows: u64,
}

/// What a gateway's counters and its ledger say of what was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// Requests that it took.
    pub requests: u64,
    /// Rows that the ledger has of them.
    pub rows: u64,
}

impl Running {
    /// Starts a gateway of these parts, with one worker.
    ///
    /// # Errors
    /// It did not start, or does not do what is to be measured.
    pub async fn gateway(
        side: &'static Side,
        parts: &[&str],
        upstream: SocketAddr,
        wasm: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let gateway = start(&config(parts, upstream)?, wasm).await?;
        let up = gateway.pid().ok_or("`spillway up` has ended")?;
        prove(side, &gateway).await?;
        let rows = rows(&gateway, |_| true).await?;
        // Not every request until now has an event: a health check and an unknown key have none.
        let base = admin::until(gateway.admin, Counts::default(), |_| rows).await?;
        let ledger_pid = process::child(up, "spillway-ledger")?;
        Ok(Self {
            side,
            address: gateway.address,
            pid: process::child(up, "envoy")?,
            admin: gateway.admin,
            process: Process::Gateway(Box::new(Books { gateway, ledger_pid, base, rows })),
        })
    }

    /// An Envoy that answers.
    ///
    /// # Errors
    /// It has ended.
    pub fn envoy(side: &'static Side, envoy: Envoy) -> Result<Self, Failure> {
        let (address, admin, pid) = (envoy.address, envoy.admin, envoy.pid()?);
        Ok(Self { side, address, pid, admin, process: Process::Envoy(Box::new(envoy)) })
    }

    /// CPU time of its Envoy, and of its ledger where it has one.
    ///
    /// # Errors
    /// A process has ended.
    pub fn cpu(&self) -> Result<(Duration, Duration), Failure> {
        let ledger = match &self.process {
            Process::Envoy(_) => Duration::ZERO,
            Process::Gateway(books) => process::cpu(books.ledger_pid)?,
        };
        Ok((process::cpu(self.pid)?, ledger))
    }

    /// Waits until the ledger has the event of each request, so that no round pays for another's.
    ///
    /// # Errors
    /// Events were lost or are stuck.
    pub async fn settle(&self) -> Result<(), Failure> {
        if let Process::Gateway(books) = &self.process {
            admin::until_delivered(self.admin, books.base).await?;
        }
        Ok(())
    }

    /// What a gateway wrote down of all that was measured; nothing for an Envoy.
    ///
    /// # Errors
    /// An answer was not 2xx, or the ledger has not one row for each request.
    pub async fn audit(&self) -> Result<Option<Booked>, Failure> {
        let told = |not_2xx: u64| format!("{not_2xx} answers of `{}` were not 2xx", self.side.name);
        let Process::Gateway(books) = &self.process else {
            let not_2xx = Counts::read(self.admin, self.side.name).await?.not_2xx;
            return if not_2xx == 0 { Ok(None) } else { Err(told(not_2xx)) };
        };
        let new = admin::until_delivered(self.admin, books.base).await?;
        if new.not_2xx > 0 {
            return Err(told(new.not_2xx));
        }
        let rows = rows(&books.gateway, |now| now == books.rows + new.requests).await? - books.rows;
        Ok(Some(Booked { requests: new.requests, rows }))
    }

    /// The configuration that was rendered for a gateway.
    #[must_use]
    pub fn rendered(&self) -> Option<PathBuf> {
        match &self.process {
            Process::Envoy(_) => None,
            Process::Gateway(books) => Some(books.gateway.data.join("envoy.yaml")),
        }
    }

    /// Stops it.
    ///
    /// # Errors
    /// It did not stop.
    pub async fn stop(self) -> Result<(), Failure> {
        match self.process {
            Process::Envoy(envoy) => envoy.stop().await,
            Process::Gateway(books) => books.gateway.stop().await,
        }
    }
}

/// The file of a gateway of these parts.
///
/// # Errors
/// A part cannot be read.
pub fn config(parts: &[&str], upstream: SocketAddr) -> Result<String, Failure> {
    let parts: Result<String, Failure> = parts.iter().map(|part| super::read_data(part)).collect();
    Ok(parts?.replace("${UPSTREAM}", &upstream.to_string()))
}

/// Starts a gateway with one worker.
///
/// # Errors
/// It did not start.
pub async fn start(config: &str, wasm: Option<PathBuf>) -> Result<Gateway, Failure> {
    let environment =
        [("BENCH_KEY", KEY), ("BENCH_MASTER_KEY", MASTER_KEY), ("BENCH_PROVIDER_KEY", "sk-bench-provider")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let config = config.to_owned();
    Gateway::start(&Options { config, environment, wasm, workers: 1, ..Options::default() }).await
}

/// One request by each way that must be open or closed: a gateway with something off would be fast.
async fn prove(side: &Side, gateway: &Gateway) -> Result<(), Failure> {
    let ask = |model: &str, text: &str| json!({"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": text}]});
    let to = gateway.address;
    let told = |error| format!("`{}`: {error}", side.name);
    expect("a key that nobody has", to, "sk-of-nobody", &ask("gpt-4.1", "Hello"), 401).await.map_err(told)?;
    let blocked = if side.has(sides::RULES) { 400 } else { 200 };
    expect("a word of the guardrail", to, KEY, &ask("gpt-4.1", BLOCKED), blocked).await.map_err(told)?;
    // The upstream answers each API in its own words: what reaches the wrong one is no answer.
    let answer = expect("Anthropic", to, KEY, &ask("claude", "Hello"), 200).await.map_err(told)?;
    for limited in ["x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens"] {
        if answer.header(limited).is_some() != side.has(sides::LIMITS) {
            return Err(told(format!("{limited} tells of other limits than the key has")));
        }
    }
    let id = answer.header("x-litellm-call-id").ok_or("the gateway's answer has no x-litellm-call-id")?;
    ledger::row(gateway.ledger, MASTER_KEY, id).await?;
    Ok(())
}

/// Sends one request; whether it is answered with this status.
///
/// # Errors
/// It is not.
pub async fn expect(
    what: &str,
    to: SocketAddr,
    key: &str,
    body: &Value,
    status: u16,
) -> Result<Answer, Failure> {
    let answer = client::send(to, &Ask::post(PATH, key, body)).await?;
    if answer.status == status {
        return Ok(answer);
    }
    Err(format!("{what}: expected HTTP {status}, got {}: {}", answer.status, answer.text()))
}

/// How many rows the ledger has, once that is as it must be.
async fn rows(gateway: &Gateway, holds: impl Fn(u64) -> bool) -> Result<u64, Failure> {
    let count = |summary: &Value| summary.get("rows").and_then(Value::as_u64);
    let known = |summary: &Value| count(summary).is_some_and(&holds);
    let summary = ledger::until(gateway.ledger, MASTER_KEY, "/spillway/summary", known).await?;
    Ok(count(&summary).unwrap_or_default())
}

/// What a gateway's listener buffers at most, out of the configuration that was rendered for it.
///
/// # Errors
/// It does not say.
pub fn buffer_bytes(rendered: &Path) -> Result<u64, Failure> {
    let told = |error: String| format!("{}: {error}", rendered.display());
    let text = fs::read_to_string(rendered).map_err(|error| told(error.to_string()))?;
    let config: Value = serde_yaml_ng::from_str(&text).map_err(|error| told(error.to_string()))?;
    let limit = config.pointer("/static_resources/listeners/0/per_connection_buffer_limit_bytes");
    limit.and_then(Value::as_u64).ok_or_else(|| told("the listener has no buffer limit".to_owned()))
}
