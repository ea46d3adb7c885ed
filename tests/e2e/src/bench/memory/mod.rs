//! `make bench-memory`: the memory of Envoy with the gateway in it, after many requests and after large ones. It fails where
//! that is more than [`bounds`] allow.

mod bounds;
mod load;
mod report;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Parser, value_parser};

use super::loads::LARGEST;
use super::machine::Machine;
use super::running::{Booked, Running};
use super::setup::Setup;
use super::sides::{self, AGAIN};
use super::{loads, wrk};
use crate::{Failure, process};

pub use report::Report;

/// The gauge of the filter, in Envoy's statistics.
const VM_MEMORY: &str = "spillway.vm_memory_bytes";
/// What everything else is compared with comes after so many.
const FIRST: u32 = 1_000;
/// Small ones at the end: whether the gateway is as it was.
const LAST: u32 = 10_000;
/// Bodies of 8 MB, and the largest, at once.
const AT_ONCE: usize = 4;
/// Quiet after each load at least: what starting took of Envoy is given back by then, and the filter has told its gauge.
const LEAST_QUIET: Duration = Duration::from_secs(20);
/// How often memory is looked at while it is beyond its bound.
const LOOK: Duration = Duration::from_secs(5);

/// What is measured.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "bench-memory",
    about = "What Envoy takes of memory after many requests, and after large ones."
)]
pub struct Options {
    /// Requests of 1 KB, with 16 connections.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = value_parser!(u32).range(1..=100_000_000))]
    pub requests: u32,
    /// Bodies of 8 MB.
    #[arg(long, default_value_t = 1_000, value_name = "N", value_parser = value_parser!(u32).range(1..=100_000))]
    pub bodies: u32,
    /// Bodies of 32 MB, the largest that is taken by default; half of them are translated.
    #[arg(long, default_value_t = 40, value_name = "N", value_parser = value_parser!(u32).range(2..=10_000))]
    pub largest: u32,
    /// Seconds of quiet after a load, by the end of which memory must be within its bounds: Envoy's allocator keeps what it
    /// has needed within the last five minutes.
    #[arg(long, default_value_t = 330, value_name = "N", value_parser = value_parser!(u32).range(20..=3_600))]
    pub quiet: u32,
    /// Write the figures into docs/BENCHMARK.md.
    #[arg(long)]
    pub record: bool,
    /// Another build of the filter's module.
    #[arg(long, value_name = "PATH")]
    pub wasm: Option<PathBuf>,
}

/// Memory after some load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Which load.
    pub after: String,
    /// Of Envoy's process, resident, in bytes: right after the load.
    pub at_once: u64,
    /// The same after some quiet.
    pub settled: u64,
    /// How much of it, in seconds.
    pub quiet_s: u64,
    /// Of the filter's VM, in bytes.
    pub vm: u64,
    /// The largest body so far, in bytes.
    pub body: usize,
}

/// Starts a gateway, loads it, reads its memory.
///
/// # Errors
/// Something did not start, an answer was not 2xx, or the ledger has not one row for each request.
pub async fn run(options: &Options, say: fn(&str)) -> Result<Report, Failure> {
    let wrk = wrk::version().await?;
    say("starting upstream, gateway, ledger and Envoy …");
    let side = sides::named(AGAIN).ok_or("there is no such side")?;
    let setup = Setup::start(&[side], options.wasm.clone()).await?;
    let machine = Machine::read(&setup.envoy, wrk).await?;
    let started = process::resident_bytes(setup.side(AGAIN)?.pid)?;
    let readings = stages(&setup, options, say).await?;
    let booked = setup.side(AGAIN)?.audit().await?.unwrap_or_default();
    setup.stop().await?;
    Ok(Report { readings, booked, machine, started })
}

async fn stages(setup: &Setup, options: &Options, say: fn(&str)) -> Result<Vec<Reading>, Failure> {
    let gateway = setup.side(AGAIN)?;
    let small = loads::named("chat-1k").ok_or("there is no such load")?;
    let large = loads::named("chat-8m").ok_or("there is no such load")?;
    let quiet = Duration::from_secs(options.quiet.into());
    let mut readings: Vec<Reading> = Vec::new();
    let mut largest = 0;
    let mut read = async |after: String, body: usize| {
        largest = body.max(largest);
        let reading = reading(gateway, after, largest, readings.first(), quiet).await?;
        say(&format!("  {}", report::told(&reading)));
        readings.push(reading);
        Ok::<(), Failure>(())
    };
    let body = load::some(gateway, &[small], FIRST, 1).await?;
    read(format!("the first {} of 1 KB", report::count(FIRST)), body).await?;
    load::many(gateway, small, &setup.folder.0, options.requests, say).await?;
    read(format!("{} of 1 KB", report::count(options.requests)), body).await?;
    let body = load::some(gateway, &[large], options.bodies, AT_ONCE).await?;
    read(format!("{} of 8 MB, {AT_ONCE} at once", report::count(options.bodies)), body).await?;
    let body = load::some(gateway, &LARGEST.each_ref(), options.largest, AT_ONCE).await?;
    let after = format!("{} of 32 MB, {AT_ONCE} at once, half to Anthropic", report::count(options.largest));
    read(after, body).await?;
    load::some(gateway, &[small], LAST, AT_ONCE).await?;
    read(format!("{} of 1 KB", report::count(LAST)), 0).await?;
    Ok(readings)
}

/// Waits until memory is within its bound, for as long as it may take.
async fn reading(
    gateway: &Running,
    after: String,
    body: usize,
    first: Option<&Reading>,
    quiet: Duration,
) -> Result<Reading, Failure> {
    gateway.settle().await?;
    let began = Instant::now();
    let at_once = process::resident_bytes(gateway.pid)?;
    tokio::time::sleep(LEAST_QUIET).await;
    let vm = gateway.gauge(VM_MEMORY).await?;
    let most = first.map_or(u64::MAX, |first| bounds::most_of_envoy(first, vm, body));
    loop {
        let settled = process::resident_bytes(gateway.pid)?;
        if settled <= most || began.elapsed() >= quiet {
            return Ok(Reading { after, at_once, settled, quiet_s: began.elapsed().as_secs(), vm, body });
        }
        tokio::time::sleep(LOOK).await;
    }
}
