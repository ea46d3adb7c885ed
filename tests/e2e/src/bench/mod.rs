//! `make bench`: what the gateway adds to a request, next to the same Envoy with a plain route.
//!
//! Both have one worker, the same upstream and the same load, in turns, on one machine. The load generator, the
//! upstream, the ledger and Envoy share its processors, so what the two do *relative to each other* means
//! something, and requests per second by themselves do not.
//!
//! | module | room |
//! |---|---|
//! | [`options`] | how many rounds of what length; bounded in all |
//! | [`setup`] [`plain`] | the gateway and plain Envoy, started, proven to do their work, stopped |
//! | [`rounds`] | plain, gateway, plain, gateway, …: what one round of one side came to |
//! | [`large`] | plain, gateway, … with a body of 1 MiB, which nothing changes |
//! | [`wrk`] | the load generator |
//! | [`keys`] | `make bench-keys`: a hundred thousand keys |
//! | [`ledger`] | `make bench-ledger`: events a second, and pages over millions of rows |
//! | [`admin`] | Envoy's counters |
//! | [`spread`] | median, least and most of several rounds |
//! | [`compare`] | the quantities that both sides have |
//! | [`report`] [`table`] [`machine`] | the figures in words, and where they were taken |
//! | [`record`] | writes them between the markers of a document |

pub mod admin;
pub mod compare;
pub mod keys;
pub mod large;
pub mod ledger;
pub mod machine;
pub mod options;
pub mod plain;
pub mod record;
pub mod report;
pub mod rounds;
pub mod setup;
pub mod spread;
pub mod table;
pub mod wrk;

use std::path::PathBuf;

use crate::Failure;
use crate::gateway::root;
use machine::Machine;
use options::Options;
use report::Report;
use setup::Setup;

/// Starts everything, measures, stops everything.
///
/// # Errors
/// Something did not start, an answer was not 2xx, or the ledger did not get each request.
pub async fn run(options: &Options, say: fn(&str)) -> Result<Report, Failure> {
    let load_seconds = options.check()?;
    let wrk = wrk::version().await?;
    say("starting ledger, gateway, plain Envoy and upstream …");
    let setup = Setup::start(options.wasm.clone()).await?;
    let machine = Machine::read(&setup.envoy, wrk).await?;
    say(&format!("measuring, {load_seconds} s of load …"));
    let results = rounds::run(&setup, options, say).await?;
    setup.stop().await?;
    Ok(Report { results, machine, seconds: options.seconds, body_bytes: wrk::body_bytes()? })
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
