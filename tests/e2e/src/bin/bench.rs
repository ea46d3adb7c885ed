//! `make bench`: what the gateway adds to a request, next to the same Envoy with less in it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::Failure;
use spillway_e2e::bench::{self, chart, command, options::Options, record};

#[tokio::main]
async fn main() -> ExitCode {
    command::run("bench", measure(&Options::parse())).await
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let report = bench::run(options, |line| eprintln!("{line}")).await?;
    let text = report.markdown();
    println!("\n{text}");
    if options.record {
        let chart = record::beside("benchmark.svg", &chart::chart(&report.results.series))?;
        eprintln!("written to {} and {chart}", record::record("bench", &text)?);
    }
    Ok(())
}
