//! The ledger's command line: settings in, a ledger until a signal; or a command, until it is done.

#![allow(clippy::print_stderr, reason = "a program's last words")]

mod command;
mod settings;

use std::process::ExitCode;

use clap::Parser;
use spillway_ledger::Ledger;
use tokio::signal::unix::{SignalKind, signal};

use command::Command;
use settings::Settings;

/// Spillway's ledger: stores what the gateways report once each, and answers queries.
#[derive(Debug, Parser)]
#[command(version, after_help = settings::SECRETS, args_conflicts_with_subcommands = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let line = Line::parse();
    let done = line.command.as_ref().map_or_else(|| serve(&line.settings), Command::run);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spillway-ledger: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(settings: &Settings) -> Result<(), Failure> {
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
