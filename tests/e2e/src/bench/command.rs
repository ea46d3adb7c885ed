//! A benchmark as a command: what is said at its end, and what becomes of it when somebody stops it.
#![allow(clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;

use crate::{Failure, process};

/// Runs it to its end, or until somebody stops it. Everything that it started is stopped with it: it goes with the future.
pub async fn run(name: &str, measured: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    let done = tokio::select! {
        done = measured => done,
        stopped = process::stopped() => stopped,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{name}: {failure}");
            ExitCode::FAILURE
        }
    }
}
