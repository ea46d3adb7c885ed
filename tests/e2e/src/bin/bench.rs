//! `make bench`: what the gateway adds to a request, next to the same Envoy with less in it.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the program's own lines on the terminal

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::bench::{self, chart, options::Options, record};
use spillway_e2e::{Failure, process};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // Whoever stops us has everything stopped that we started: it goes with the future.
    let done = tokio::select! {
        done = measure(&options) => done,
        stopped = process::stopped() => stopped,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
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
