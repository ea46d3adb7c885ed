//! The ledger's command line: settings in, a ledger until a signal.

#![allow(clippy::print_stderr, reason = "a program's last words")]

mod settings;

use std::process::ExitCode;

use clap::Parser;
use spillway_ledger::Ledger;
use tokio::signal::unix::{SignalKind, signal};

use settings::Settings;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(&Settings::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spillway-ledger: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings) -> Result<(), Failure> {
    let options = settings.options(|name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the ledger says that it started: who waits for that may send a signal next.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let ledger = Ledger::start(options).await?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        ledger.shutdown().await?;
        Ok(())
    })
}
