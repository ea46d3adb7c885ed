//! The ledger's command line: settings in, a ledger until a signal.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a program's last words")]

mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use spillway_ledger::{Ledger, Options, reconcile};
use tokio::signal::unix::{SignalKind, signal};

use settings::{Command, Settings};

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
    if let Some(Command::Reconcile { access_log }) = &settings.command {
        return runtime.block_on(read_once(&options, access_log));
    }
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

/// One line for each file.
async fn read_once(options: &Options, files: &[PathBuf]) -> Result<(), Failure> {
    for (file, done) in files.iter().zip(reconcile(options, files).await?) {
        println!("{}: {done}", file.display());
    }
    Ok(())
}
