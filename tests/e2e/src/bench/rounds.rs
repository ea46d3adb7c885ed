//! Plain Envoy and the gateway in turns, so that whatever else the machine does hits both alike.

use std::time::Duration;

use serde_json::Value;

use super::admin::{self, Counts};
use super::large::{self, Large};
use super::options::{Options, UPSTREAM_SECONDS, WARM_UP_SECONDS};
use super::setup::{KEY, MASTER_KEY, PLAIN, Setup};
use super::wrk::{self, Figures, Load};
use crate::process;
use crate::{Failure, ledger};

/// One round of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// What clients saw.
    pub figures: Figures,
    /// CPU time of the Envoy process.
    pub cpu: Duration,
}

/// One round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Round {
    /// Plain Envoy.
    pub plain: Measured,
    /// The gateway. Its CPU time includes handing all events of the round to the ledger.
    pub gateway: Measured,
    /// CPU time of the ledger, a process of its own.
    pub ledger_cpu: Duration,
}

/// All rounds with one number of connections.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// How many.
    pub connections: u32,
    /// In the order in which they were run.
    pub rounds: Vec<Round>,
}

/// All that was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// One for each number of connections.
    pub series: Vec<Series>,
    /// A large body, by a gateway that has nothing to change in it.
    pub large: Large,
    /// The upstream, asked directly on the most connections.
    pub upstream: Figures,
    /// Memory of the gateway's Envoy after the last round, in bytes.
    pub gateway_bytes: u64,
    /// Memory of plain Envoy after the last round, in bytes.
    pub plain_bytes: u64,
    /// Requests that the gateway took while it was measured.
    pub requests: u64,
    /// Rows that the ledger has of them.
    pub rows: u64,
}

/// Measures.
///
/// # Errors
/// An answer was not 2xx, or the ledger has not one row for each request.
pub async fn run(setup: &Setup, options: &Options, say: fn(&str)) -> Result<Results, Failure> {
    let admin = setup.gateway.admin;
    let rows = rows(setup, |_| true).await?;
    // Not every request before the rounds has an event: a health check and an unknown key have none.
    let base = admin::until(admin, Counts::default(), |_| rows).await?;

    let most = options.connections.iter().copied().max().unwrap_or(1);
    let body = wrk::body();
    let load = Load { body: &body, connections: most, seconds: UPSTREAM_SECONDS };
    let upstream = wrk::run(setup.upstream.addr(), KEY, &load).await?;
    let mut series = Vec::new();
    for connections in &options.connections {
        series.push(one_series(setup, options, *connections, base, say).await?);
    }

    let large = large::run(setup, options, say).await?;
    let gateway_bytes = process::resident_bytes(setup.gateway_pid)?;
    let plain_bytes = process::resident_bytes(setup.plain.pid()?)?;
    let new = admin::until_delivered(admin, base).await?;
    let plain = Counts::read(setup.plain.admin, PLAIN).await?;
    if new.not_2xx + plain.not_2xx > 0 {
        return Err(format!(
            "not 2xx: {} answers of the gateway, {} of plain Envoy",
            new.not_2xx, plain.not_2xx
        ));
    }
    let rows = self::rows(setup, |now| now == rows + new.requests).await? - rows;
    Ok(Results { series, large, upstream, gateway_bytes, plain_bytes, requests: new.requests, rows })
}

async fn one_series(
    setup: &Setup,
    options: &Options,
    connections: u32,
    base: Counts,
    say: fn(&str),
) -> Result<Series, Failure> {
    one_round(setup, connections, WARM_UP_SECONDS, base).await?;
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        rounds.push(one_round(setup, connections, options.seconds, base).await?);
        say(&format!("  {connections} connections: round {number} of {}", options.rounds));
    }
    Ok(Series { connections, rounds })
}

async fn one_round(setup: &Setup, connections: u32, seconds: u32, base: Counts) -> Result<Round, Failure> {
    let body = wrk::body();
    let load = Load { body: &body, connections, seconds };
    let pid = setup.plain.pid()?;
    let before = process::cpu(pid)?;
    let figures = wrk::run(setup.plain.address, KEY, &load).await;
    let figures = figures.map_err(|error| format!("plain Envoy: {error}"))?;
    let plain = Measured { figures, cpu: process::cpu(pid)?.saturating_sub(before) };

    let before = (process::cpu(setup.gateway_pid)?, process::cpu(setup.ledger_pid)?);
    let figures = wrk::run(setup.gateway.address, KEY, &load).await;
    let figures = figures.map_err(|error| format!("the gateway: {error}"))?;
    admin::until_delivered(setup.gateway.admin, base).await?;
    let gateway = Measured { figures, cpu: process::cpu(setup.gateway_pid)?.saturating_sub(before.0) };
    Ok(Round { plain, gateway, ledger_cpu: process::cpu(setup.ledger_pid)?.saturating_sub(before.1) })
}

/// How many rows the ledger has, once that is as it must be.
async fn rows(setup: &Setup, holds: impl Fn(u64) -> bool) -> Result<u64, Failure> {
    let count = |summary: &Value| summary.get("rows").and_then(Value::as_u64);
    let known = |summary: &Value| count(summary).is_some_and(&holds);
    let summary = ledger::until(setup.gateway.ledger, MASTER_KEY, "/spillway/summary", known).await?;
    Ok(count(&summary).unwrap_or_default())
}
