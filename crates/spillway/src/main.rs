//! The command line.

use std::process::ExitCode;

use clap::Parser;
use spillway::commands::CommandLine;
use spillway::console;

fn main() -> ExitCode {
    match CommandLine::parse().run() {
        Ok(status) => status,
        Err(failure) => {
            console::trouble(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}
