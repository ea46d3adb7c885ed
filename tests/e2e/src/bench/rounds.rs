//! The sides in turns, so that whatever else the machine does hits all alike.

use std::path::Path;
use std::time::Duration;

use super::options::{Case, Options, UPSTREAM_SECONDS, WARM_UP_SECONDS};
use super::running::{Booked, KEY, PATH, Running};
use super::setup::Setup;
use super::wrk::{self, Figures, Load};
use crate::{Failure, process};

/// One round of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// What clients saw.
    pub figures: Figures,
    /// CPU time of the Envoy process. A gateway's includes handing all events of the round to the ledger.
    pub cpu: Duration,
    /// CPU time of the ledger, a process of its own; none without one.
    pub ledger_cpu: Duration,
}

/// All rounds of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What was measured.
    pub case: Case,
    /// In the order in which they were run; in each, one for each side of the case.
    pub rounds: Vec<Vec<Measured>>,
    /// The upstream, asked directly.
    pub upstream: Figures,
}

/// Memory of a side's Envoy, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The side.
    pub side: &'static str,
    /// Before the first load.
    pub before: u64,
    /// After the first load, with all its numbers of connections.
    pub after_first: u64,
    /// After the last one.
    pub after: u64,
}

/// What the load told, and what the gateways' books say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// One for each case.
    pub series: Vec<Series>,
    /// One for each side.
    pub memory: Vec<Memory>,
    /// Of all gateways together.
    pub booked: Booked,
}

/// Measures.
///
/// # Errors
/// An answer was not 2xx, or a ledger has not one row for each request.
pub async fn run(setup: &Setup, options: &Options, say: fn(&str)) -> Result<Results, Failure> {
    let mut results = Results::default();
    for side in &setup.sides {
        let bytes = process::resident_bytes(side.pid)?;
        results.memory.push(Memory { side: side.side.name, before: bytes, after_first: bytes, after: bytes });
    }
    let cases = options.cases();
    let first = cases.first().map(|case| case.load);
    for (number, case) in (1..).zip(&cases) {
        say(&format!("  {number} of {}: {}, {} connections", cases.len(), case.load.about, case.connections));
        results.series.push(series(setup, options, case).await?);
        for (memory, side) in results.memory.iter_mut().zip(&setup.sides) {
            memory.after = process::resident_bytes(side.pid)?;
            if Some(case.load) == first {
                memory.after_first = memory.after;
            }
        }
    }
    for side in &setup.sides {
        let booked = side.audit().await?.unwrap_or_default();
        results.booked.requests += booked.requests;
        results.booked.rows += booked.rows;
    }
    Ok(results)
}

async fn series(setup: &Setup, options: &Options, case: &Case) -> Result<Series, Failure> {
    let body = case.load.write(&setup.folder.0)?;
    let sides: Result<Vec<&Running>, Failure> = case.sides.iter().map(|side| setup.side(side.name)).collect();
    let sides = sides?;
    let load = |seconds: u32| load(&body, case.connections, seconds);
    let path = if case.load.is_translated() { "/v1/messages" } else { PATH };
    let upstream = wrk::run(setup.upstream.addr(), KEY, &Load { path, ..load(UPSTREAM_SECONDS) }).await?;
    for side in &sides {
        measure(side, &load(WARM_UP_SECONDS)).await?;
    }
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let mut round = Vec::new();
        for side in &sides {
            round.push(measure(side, &load(options.seconds)).await?);
        }
        rounds.push(round);
    }
    Ok(Series { case: case.clone(), rounds, upstream })
}

fn load(body: &Path, connections: u32, seconds: u32) -> Load<'_> {
    Load { path: PATH, body, headers: "", connections, seconds }
}

async fn measure(side: &Running, load: &Load<'_>) -> Result<Measured, Failure> {
    let told = |error| format!("`{}`: {error}", side.side.name);
    let before = side.cpu()?;
    let figures = wrk::run(side.address, KEY, load).await.map_err(told)?;
    side.settle().await.map_err(told)?;
    let after = side.cpu()?;
    Ok(Measured {
        figures,
        cpu: after.0.saturating_sub(before.0),
        ledger_cpu: after.1.saturating_sub(before.1),
    })
}
