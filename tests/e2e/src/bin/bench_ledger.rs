//! `make bench-ledger`: how fast the ledger stores events, and shows them once there are many.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::Failure;
use spillway_e2e::bench::ledger::{self, Options};
use spillway_e2e::bench::record;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench-ledger: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Failure> {
    let text = ledger::run(options, |line| eprintln!("{line}")).await?;
    println!("\n{text}");
    if options.record {
        eprintln!("written to {}", record::record("bench-ledger", &text)?);
    }
    Ok(())
}
