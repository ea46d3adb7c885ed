//! `make bench-ledger`: how fast the ledger stores events, and shows them once there are many.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the program's own lines on the terminal

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::bench::ledger::{self, Options};

#[tokio::main]
async fn main() -> ExitCode {
    match ledger::run(&Options::parse(), |line| eprintln!("{line}")).await {
        Ok(text) => {
            println!("\n{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("bench-ledger: {failure}");
            ExitCode::FAILURE
        }
    }
}
