//! `make bench-peers`: other people's gateways next to this one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::Failure;
use spillway_e2e::bench::peers::{self, Options};
use spillway_e2e::bench::{command, record};

#[tokio::main]
async fn main() -> ExitCode {
    command::run("bench-peers", measure(&Options::parse())).await
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let report = peers::run(options, |line| eprintln!("{line}")).await?;
    let text = report.markdown();
    println!("\n{text}");
    if !report.missing.is_empty() {
        let names: Vec<&str> = report.missing.iter().map(|(side, _)| side.name).collect();
        return Err(format!("not all could be measured, so nothing is recorded: {}", names.join(", ")));
    }
    if options.record {
        eprintln!("written to {}", record::record("bench-peers", &text)?);
    }
    Ok(())
}
