//! `make bench-calls`: what a call from the filter to Envoy costs.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the program's own lines on the terminal

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::bench::calls::{self, Options};
use spillway_e2e::bench::record;
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
            eprintln!("bench-calls: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let text = calls::run(options, |line| eprintln!("{line}")).await?;
    println!("\n{text}");
    if options.record {
        eprintln!("written to {}", record::record("bench-calls", &text)?);
    }
    Ok(())
}
