//! `make bench-keys`: what many keys cost.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use clap::Parser;
use spillway_e2e::bench::keys::{self, Options};

#[tokio::main]
async fn main() -> ExitCode {
    match keys::run(&Options::parse(), |line| eprintln!("{line}")).await {
        Ok(text) => {
            println!("\n{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("bench-keys: {failure}");
            ExitCode::FAILURE
        }
    }
}
