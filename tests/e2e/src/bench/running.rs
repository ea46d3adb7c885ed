//! A side, up and proven to do what it is measured for.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::admin::{self, Counts};
use super::envoy::Envoy;
use super::peers::process::Started;
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
    /// Its Envoy, or the peer's first process.
    pub pid: u32,
    process: Process,
}

enum Process {
    Envoy(Box<Envoy>),
    Gateway(Box<Books>),
    Peer(Box<Started>),
}

/// CPU time that a side has taken since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cpu {
    /// Its Envoy, or the peer's first process.
    pub server: Duration,
    /// A gateway's ledger.
    pub ledger: Duration,
    /// All its processes.
    pub family: Duration,
}

impl Cpu {
    /// What was taken since an earlier reading.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            server: self.server.saturating_sub(earlier.server),
            ledger: self.ledger.saturating_sub(earlier.ledger),
            family: self.family.saturating_sub(earlier.family),
        }
    }
}

/// A gateway, and what it had counted before it was measured.
struct Books {
    gateway: Gateway,
    up_pid: u32,
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
        let up_pid = gateway.pid().ok_or("`spillway up` has ended")?;
        prove(side, &gateway).await?;
        let rows = rows(&gateway, |_| true).await?;
        // Not every request until now has an event: a health check and an unknown key have none.
        let base = admin::until(gateway.admin, Counts::default(), |_| rows).await?;
        let ledger_pid = process::child(up_pid, "spillway-ledger")?;
        Ok(Self {
            side,
            address: gateway.address,
            pid: process::child(up_pid, "envoy")?,
            process: Process::Gateway(Box::new(Books { gateway, up_pid, ledger_pid, base, rows })),
        })
    }

    /// An Envoy that answers.
    ///
    /// # Errors
    /// It has ended.
    pub fn envoy(side: &'static Side, envoy: Envoy) -> Result<Self, Failure> {
        let (address, pid) = (envoy.address, envoy.pid()?);
        Ok(Self { side, address, pid, process: Process::Envoy(Box::new(envoy)) })
    }

    /// A peer that answers.
    ///
    /// # Errors
    /// It has ended.
    pub fn peer(side: &'static Side, peer: Started) -> Result<Self, Failure> {
        let (address, pid) = (peer.address, peer.pid()?);
        Ok(Self { side, address, pid, process: Process::Peer(Box::new(peer)) })
    }

    /// What it is asked, and how.
    #[must_use]
    pub fn way(&self) -> Way<'_> {
        match &self.process {
            Process::Peer(peer) => peer.way(),
            _ => Way { path: PATH, headers: "", model: None },
        }
    }

    /// CPU time of its processes.
    ///
    /// # Errors
    /// A process has ended.
    pub fn cpu(&self) -> Result<Cpu, Failure> {
        let ledger = match &self.process {
            Process::Gateway(books) => process::cpu(books.ledger_pid)?,
            _ => Duration::ZERO,
        };
        Ok(Cpu { server: process::cpu(self.pid)?, ledger, family: process::family_cpu(self.first())? })
    }

    /// Memory of its Envoy or first process, and of all its processes, in bytes.
    ///
    /// # Errors
    /// A process has ended.
    pub fn resident_bytes(&self) -> Result<(u64, u64), Failure> {
        Ok((process::resident_bytes(self.pid)?, process::family_resident_bytes(self.first())?))
    }

    /// The process that started all others.
    fn first(&self) -> u32 {
        match &self.process {
            Process::Gateway(books) => books.up_pid,
            _ => self.pid,
        }
    }

    /// A gauge of the gateway's filter.
    ///
    /// # Errors
    /// It is no gateway, or its Envoy has no such gauge.
    pub async fn gauge(&self, name: &str) -> Result<u64, Failure> {
        match &self.process {
            Process::Gateway(books) => admin::gauge(books.gateway.admin, name).await,
            _ => Err(format!("`{}` is no gateway", self.side.name)),
        }
    }

    /// Waits until the ledger has the event of each request, so that no round pays for another's.
    ///
    /// # Errors
    /// Events were lost or are stuck.
    pub async fn settle(&self) -> Result<(), Failure> {
        if let Process::Gateway(books) = &self.process {
            admin::until_delivered(books.gateway.admin, books.base).await?;
        }
        Ok(())
    }

    /// What a gateway wrote down of all that was measured; nothing for any other.
    ///
    /// # Errors
    /// An answer was not 2xx, or the ledger has not one row for each request.
    pub async fn audit(&self) -> Result<Option<Booked>, Failure> {
        let told = |not_2xx: u64| format!("{not_2xx} answers of `{}` were not 2xx", self.side.name);
        let books = match &self.process {
            Process::Gateway(books) => books,
            Process::Envoy(envoy) => {
                let not_2xx = Counts::read(envoy.admin, self.side.name).await?.not_2xx;
                return if not_2xx == 0 { Ok(None) } else { Err(told(not_2xx)) };
            }
            // wrk has seen to it.
            Process::Peer(_) => return Ok(None),
        };
        let new = admin::until_delivered(books.gateway.admin, books.base).await?;
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
            Process::Gateway(books) => Some(books.gateway.data.join("envoy.yaml")),
            _ => None,
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
            Process::Peer(peer) => peer.stop().await,
        }
    }
}

/// How a request is put to a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way<'a> {
    /// Where to.
    pub path: &'a str,
    /// Headers besides, one a line.
    pub headers: &'a str,
    /// The model's name there, where that is another.
    pub model: Option<&'a str>,
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
