//! `make bench`: what the gateway adds to a request, next to the same Envoy with less in it.
//!
//! All sides have one worker, the same upstream and the same load, in turns, on one machine. The load generator, the
//! upstream, the ledger and Envoy share its processors, so what sides do *relative to each other* means something, and
//! requests per second by themselves do not.
//!
//! | module | room |
//! |---|---|
//! | [`sides`] [`loads`] | who is compared, and what is asked for: tables |
//! | [`options`] | which of it, how many rounds of what length; bounded in all |
//! | [`setup`] [`running`] [`envoy`] | the sides, started, proven to do their work, stopped |
//! | [`rounds`] | one side after the other, round by round |
//! | [`first_token`] | how long a stream's first content takes |
//! | [`wrk`] | the load generator |
//! | [`calls`] | `make bench-calls`: what a call from the filter to Envoy costs |
//! | [`keys`] | `make bench-keys`: a hundred thousand keys |
//! | [`memory`] | `make bench-memory`: what Envoy takes, and what it may |
//! | [`ledger`] | `make bench-ledger`: events a second, and pages over millions of rows |
//! | [`peers`] | `make bench-peers`: other people's gateways |
//! | [`admin`] | Envoy's counters |
//! | [`spread`] | median, least and most of several rounds |
//! | [`compare`] | the quantities that sides have |
//! | [`report`] [`table`] [`chart`] [`machine`] | the figures in words and bars, and where they were taken |
//! | [`command`] | a benchmark's end on the terminal |
//! | [`record`] | writes them between the markers of a document |

pub mod admin;
pub mod calls;
pub mod chart;
pub mod command;
pub mod compare;
pub mod envoy;
pub mod first_token;
pub mod keys;
pub mod ledger;
pub mod loads;
pub mod machine;
pub mod memory;
pub mod options;
pub mod peers;
pub mod record;
pub mod report;
pub mod rounds;
pub mod running;
pub mod setup;
pub mod sides;
pub mod spread;
pub mod table;
pub mod wrk;

use std::path::PathBuf;

use crate::Failure;
use crate::gateway::root;
use loads::PACED;
use machine::Machine;
use options::Options;
use report::Report;
use setup::Setup;

/// Starts everything, measures, stops everything.
///
/// # Errors
/// Something did not start, an answer was not 2xx, or the ledger did not get each request.
pub async fn run(options: &Options, say: fn(&str)) -> Result<Report, Failure> {
    let plan = options.plan()?;
    let load_seconds = plan.load_seconds()?;
    let wrk = wrk::version().await?;
    say("starting upstream, gateways with their ledgers, and Envoys …");
    let setup = Setup::start(&plan.sides(), options.wasm.clone()).await?;
    let machine = Machine::read(&setup.envoy, wrk).await?;
    // Before there are caches to fill, or much memory to look after.
    let streams = plan.cases.iter().any(|case| case.load.name == PACED);
    let first_token = if streams { first_token::run(&setup).await? } else { Vec::new() };
    say(&format!("measuring, {load_seconds} s of load …"));
    let results = rounds::run(&setup, &plan, say).await?;
    setup.stop().await?;
    Ok(Report { results, first_token, machine, rounds: options.rounds, seconds: options.seconds })
}

/// A file of the benchmark, beside the scenarios.
fn data_file(name: &str) -> PathBuf {
    root().join("tests/e2e").join(name)
}

/// Reads one.
fn read_data(name: &str) -> Result<String, Failure> {
    let path = data_file(name);
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}
