//! The sides in turns, so that whatever else the machine does hits all alike.

use std::path::{Path, PathBuf};

use super::options::{Case, Plan, UPSTREAM_SECONDS};
use super::running::{Booked, Cpu, KEY, PATH, Running, Way};
use super::setup::Setup;
use super::wrk::{self, Figures, Load};
use crate::Failure;

/// One round of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// What clients saw.
    pub figures: Figures,
    /// CPU time. A gateway's includes handing all events of the round to the ledger, and storing them there.
    pub cpu: Cpu,
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

/// Memory of a side's Envoy, or a peer's first process, in bytes.
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
    /// That of all its processes, after the last load.
    pub family: u64,
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
pub async fn run(setup: &Setup, plan: &Plan, say: fn(&str)) -> Result<Results, Failure> {
    let mut results = Results::default();
    for side in &setup.sides {
        let (before, family) = side.resident_bytes()?;
        let side = side.side.name;
        results.memory.push(Memory { side, before, after_first: before, after: before, family });
    }
    let cases = &plan.cases;
    let first = cases.first().map(|case| case.load);
    for (number, case) in (1..).zip(cases) {
        say(&format!("  {number} of {}: {}, {} at once", cases.len(), case.load.about, case.connections));
        results.series.push(series(setup, plan, case).await?);
        for (memory, side) in results.memory.iter_mut().zip(&setup.sides) {
            (memory.after, memory.family) = side.resident_bytes()?;
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

async fn series(setup: &Setup, plan: &Plan, case: &Case) -> Result<Series, Failure> {
    let folder = &setup.folder.0;
    let mut sides: Vec<(&Running, PathBuf)> = Vec::new();
    for side in &case.sides {
        let running = setup.side(side.name)?;
        sides.push((running, case.load.write(folder, side.name, running.way().model)?));
    }
    let upstream = upstream(setup, case, &case.load.write(folder, "upstream", None)?).await?;
    for (side, body) in &sides {
        measure(side, body, case.connections, plan.warm_up).await?;
    }
    let mut rounds = Vec::new();
    for _ in 0..plan.rounds {
        let mut round = Vec::new();
        for (side, body) in &sides {
            round.push(measure(side, body, case.connections, plan.seconds).await?);
        }
        rounds.push(round);
    }
    Ok(Series { case: case.clone(), rounds, upstream })
}

/// The upstream, asked as a gateway would ask it.
async fn upstream(setup: &Setup, case: &Case, body: &Path) -> Result<Figures, Failure> {
    let path = if case.load.is_translated() { "/v1/messages" } else { PATH };
    let load = Load { path, body, headers: "", connections: case.connections, seconds: UPSTREAM_SECONDS };
    wrk::run(setup.upstream.addr(), KEY, &load).await
}

async fn measure(side: &Running, body: &Path, connections: u32, seconds: u32) -> Result<Measured, Failure> {
    let told = |error| format!("`{}`: {error}", side.side.name);
    let Way { path, headers, .. } = side.way();
    let before = side.cpu()?;
    let load = Load { path, body, headers, connections, seconds };
    let figures = wrk::run(side.address, KEY, &load).await.map_err(told)?;
    side.settle().await.map_err(told)?;
    Ok(Measured { figures, cpu: side.cpu()?.since(before) })
}
