//! `make bench-calls`: what a call from the filter to Envoy costs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::Failure;
use spillway_e2e::bench::calls::{self, Options};
use spillway_e2e::bench::{command, record};

#[tokio::main]
async fn main() -> ExitCode {
    command::run("bench-calls", measure(&Options::parse())).await
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let text = calls::run(options, |line| eprintln!("{line}")).await?;
    println!("\n{text}");
    if options.record {
        eprintln!("written to {}", record::record("bench-calls", &text)?);
    }
    Ok(())
}
