//! What must be in the ledger when all has arrived: each request once, and sums that agree to the nanodollar.

#![allow(clippy::print_stderr, reason = "what a run has measured is told on the terminal")]

use std::collections::BTreeSet;

use spillway_e2e::Failure;

use crate::books::Kind;
use crate::load::Told;
use crate::memory::Memory;
use crate::records::Records;
use crate::{ensure, until};

/// What a request costs, in nanodollars: 100 tokens in, 50 out.
pub const PRICE: u64 = 100 * 1_250 + 50 * 10_000;

/// The bound of the outbox.
pub const OUTBOX_BYTES: u64 = 256 << 20;

/// The most memory of Envoy: its own, about 200 MB with this module on two workers, and a minute's events.
pub const ENVOY_BYTES: u64 = 384 << 20;

/// The most memory of the ledger.
pub const LEDGER_BYTES: u64 = 128 << 20;

/// What the ledger owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// A row for each request, for all were answered; and the filter's counters say so.
    Everything,
    /// A row for each request that was answered. Others were cut, and may have one.
    WhatWasAnswered,
    /// The same of a gateway that is gone by now.
    WhatWasAnsweredBeforeTheEnd,
}

/// Sums by table, of requests and of nanodollars. Rows of `LiteLLM_SpendLogs` are looked at one by one.
const SUMS: &[(&str, &str, &str)] = &[
    ("LiteLLM_DailyUserSpend", "api_requests", "TRUE"),
    ("LiteLLM_DailyTeamSpend", "api_requests", "TRUE"),
    ("LiteLLM_DailyTagSpend", "api_requests", "TRUE"),
    ("spillway_hourly_team_spend", "api_requests", "TRUE"),
    ("spillway_hourly_tag_spend", "api_requests", "TRUE"),
    ("spillway_hourly_totals", "api_requests", "dimension = 'key'"),
    ("spillway_daily_totals", "api_requests", "dimension = 'model'"),
];

/// Tables that count requests only.
const COUNTS: &[&str] = &["spillway_hourly_traffic", "spillway_daily_traffic"];

/// Tables of all-time spend, and the budget that the key has.
const SPENT: &[(&str, &str)] = &[
    ("LiteLLM_VerificationToken", "spend_nanodollars"),
    ("spillway_budget_spend", "nanodollars"),
    ("spillway_budget_spend_by_gateway", "nanodollars"),
];

/// Waits until everything has arrived, and checks that it did, once.
///
/// # Errors
/// What was lost or doubled.
pub async fn check(records: &Records, told: &Told, owed: Owed) -> Result<(), Failure> {
    if owed == Owed::Everything {
        ensure(told.answered.len() as u64 == told.sent, || {
            format!(
                "{} of {} requests were answered; of the others: {:?}",
                told.answered.len(),
                told.sent,
                told.failures
            )
        })?;
    }
    arrived(records, told, owed).await?;
    let rows = rows(records, told, owed).await?;
    sums(records, rows).await?;
    answers(records, rows).await?;
    if owed == Owed::Everything { counters(records, told.sent).await } else { Ok(()) }
}

/// Nothing waits in the gateway or in the ledger, and there are as many rows as answers.
async fn arrived(records: &Records, told: &Told, owed: Owed) -> Result<(), Failure> {
    if owed != Owed::WhatWasAnsweredBeforeTheEnd {
        let empty = async || Ok((records.stat("wasmcustom.spillway.outbox_bytes").await? == 0).then_some(()));
        until("an empty outbox", empty).await?;
    }
    let enough = async || {
        let [rows] = records.books.numbers(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await?;
        Ok((rows >= told.answered.len() as u64).then_some(()))
    };
    until("a row for each answer", enough).await?;
    let settled = async || {
        let [waiting] = records.books.numbers(r#"SELECT count(*) FROM "spillway_waiting_sums""#).await?;
        Ok((waiting == 0).then_some(()))
    };
    until("all sums in their tables", settled).await
}

/// How many rows there are, of which each is right.
async fn rows(records: &Records, told: &Told, owed: Owed) -> Result<u64, Failure> {
    let select = r#"SELECT "request_id", "status", "spend_nanodollars" FROM "LiteLLM_SpendLogs""#;
    let rows = records.books.rows(select).await?;
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.first()).map(String::as_str).collect();
    ensure(ids.len() == rows.len(), || format!("{} rows of {} requests", rows.len(), ids.len()))?;
    let lost = told.answered.iter().filter(|id| !ids.contains(id.as_str())).count();
    ensure(lost == 0, || format!("{lost} of {} answered requests have no row", told.answered.len()))?;
    let most =
        if owed == Owed::Everything { told.answered.len() } else { usize::try_from(told.sent).unwrap_or(0) };
    ensure(ids.len() <= most, || format!("{} rows for {most} requests", ids.len()))?;
    let price = PRICE.to_string();
    for row in &rows {
        let [id, status, spend] = row.as_slice() else { return Err(format!("a row is {row:?}")) };
        let right = status == "success" && *spend == price;
        let cut = status == "failure" && owed != Owed::Everything && !told.answered.contains(id);
        ensure(right || cut, || format!("request {id} has status {status} and spend {spend}"))?;
    }
    Ok(rows.len() as u64)
}

/// Every sum is that of the rows.
async fn sums(records: &Records, rows: u64) -> Result<(), Failure> {
    let [spend] =
        records.books.numbers(r#"SELECT sum("spend_nanodollars") FROM "LiteLLM_SpendLogs""#).await?;
    for (table, requests, part) in SUMS {
        let select =
            format!(r#"SELECT sum("{requests}"), sum("spend_nanodollars") FROM "{table}" WHERE {part}"#);
        let found: [u64; 2] = records.books.numbers(&select).await?;
        ensure(found == [rows, spend], || format!("{table} has {found:?}, the rows {:?}", [rows, spend]))?;
    }
    for table in COUNTS {
        let found = records.books.numbers(&format!(r#"SELECT sum("requests") FROM "{table}""#)).await?;
        ensure(found == [rows], || format!("{table} has {found:?} requests, the log {rows}"))?;
    }
    for (table, column) in SPENT {
        let found = records.books.numbers(&format!(r#"SELECT sum("{column}") FROM "{table}""#)).await?;
        ensure(found == [spend], || format!("{table} has {found:?} nanodollars, the rows {spend}"))?;
    }
    Ok(())
}

/// The ledger's own answers say the same.
async fn answers(records: &Records, rows: u64) -> Result<(), Failure> {
    let [spend] =
        records.books.numbers(r#"SELECT sum("spend_nanodollars") FROM "LiteLLM_SpendLogs""#).await?;
    let summary = records.query("/spillway/summary").await?;
    ensure(summary["rows"] == rows && summary["spend_nanodollars"] == spend, || {
        format!("the summary is {summary}")
    })?;
    let all = "start_date=2000-01-01&end_date=2999-12-31";
    let report = format!("/global/spend/report?group_by=api_key&{all}");
    let report = records.query(&report).await?;
    // A sum of so many nanodollars is exact in a double, up to the division.
    #[allow(clippy::cast_precision_loss, reason = "less than 2^53")]
    let dollars = spend as f64 / 1e9;
    ensure(report[0]["requests"] == rows && report[0]["total_cost"] == dollars, || {
        format!("the report is {report}")
    })
}

/// The filter has counted each event once, and lost none.
async fn counters(records: &Records, sent: u64) -> Result<(), Failure> {
    for (name, expected) in [("events_queued", sent), ("events_delivered", sent), ("events_dropped", 0)] {
        let found = records.stat(&format!("wasmcustom.spillway.{name}")).await?;
        ensure(found == expected, || format!("{name} is {found}, expected {expected}"))?;
    }
    Ok(())
}

/// Tells what was measured.
pub fn report(name: &str, kind: Kind, told: &Told, memory: &Memory) {
    let peaks: Vec<String> =
        memory.peaks().into_iter().map(|(name, bytes)| format!("{name} {} MB", bytes / 1_000_000)).collect();
    eprintln!(
        "  {name} ({kind}): {} requests at {:.0}/s, {} answered; at most {}",
        told.sent,
        told.pace(),
        told.answered.len(),
        peaks.join(", ")
    );
}
