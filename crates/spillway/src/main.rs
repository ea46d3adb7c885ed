//! The command line.
#![allow(clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use spillway::commands::CommandLine;

fn main() -> ExitCode {
    match CommandLine::parse().run() {
        Ok(status) => status,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
