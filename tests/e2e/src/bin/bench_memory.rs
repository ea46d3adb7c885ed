//! `make bench-memory`: what Envoy with the gateway takes of memory.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::Failure;
use spillway_e2e::bench::memory::{self, Options};
use spillway_e2e::bench::{command, record};

#[tokio::main]
async fn main() -> ExitCode {
    command::run("bench-memory", measure(&Options::parse())).await
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let report = memory::run(options, |line| eprintln!("{line}")).await?;
    let exceeded = report.exceeded();
    if !exceeded.is_empty() {
        return Err(exceeded.join("\n              "));
    }
    let text = report.markdown();
    println!("\n{text}");
    if options.record {
        eprintln!("written to {}", record::record("bench-memory", &text)?);
    }
    Ok(())
}
