//! `spillway up`: a whole gateway on this machine, from one file. `spillway serve` is the same without a ledger.
//!
//! Check, render, write the credentials, start the ledger and Envoy, wait until both are well, and keep them
//! so, and at the file's last good state, until told to stop. One thread does all of it: the children's lives hang on it ([`posix::tie`]).

mod backoff;
mod data;
mod log;
mod places;
mod plan;
mod ports;
mod posix;
mod process;
mod recipes;
mod running;
pub mod serve;
mod version;
mod wait;

use std::net::SocketAddr;
use std::path::PathBuf;

use plan::Plan;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::console;
use crate::failure::{Doing, Failure};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The gateway's own file.
    pub file: PathBuf,
    /// Where clients connect; port 0 for any.
    pub listen: SocketAddr,
    /// Envoy's admin interface; port 0 for any.
    pub admin: SocketAddr,
    /// Where the ledger listens; port 0 for any.
    pub ledger: SocketAddr,
    /// Folder for everything that is written.
    pub data: PathBuf,
    /// Envoy's worker threads; one a processor by default.
    pub workers: Option<u32>,
    /// The filter's module.
    pub wasm: Option<PathBuf>,
    /// Envoy.
    pub envoy: Option<PathBuf>,
    /// Authorities for providers' certificates.
    pub ca_bundle: PathBuf,
    /// Whether Envoy logs each request.
    pub access_log: bool,
}

/// Runs the gateway until SIGINT, SIGTERM or SIGHUP; a second one ends it without waiting for open requests.
///
/// # Errors
/// When it cannot be started, or Envoy keeps dying.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    on_one_thread(run_until_stopped(settings))
}

/// Runs Envoy alone until SIGINT, SIGTERM or SIGHUP; a second one ends it without waiting for open requests.
///
/// # Errors
/// As [`serve::serve`].
pub fn run_without_ledger(settings: &serve::Settings) -> Result<(), Failure> {
    on_one_thread(serve::serve(settings))
}

fn on_one_thread(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.doing(|| "starting the runtime".to_owned())?.block_on(work)
}

async fn run_until_stopped(settings: &Settings) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    let plan = Plan::make(settings).await?;
    let mut running = tokio::select! {
        running = plan.start() => running?,
        () = stop.asked() => return Ok(()),
    };
    console::show(&running.announcement());
    let failure = tokio::select! {
        failure = running.keep() => Some(failure),
        () = stop.asked() => None,
    };
    console::say("stopping");
    tokio::select! {
        () = running.stop() => {}
        () = stop.asked() => {}
    }
    failure.map_or(Ok(()), Err)
}

/// The signals that end a run.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
    /// The terminal is closed. Counts once: a shell passes on what the kernel sends as well. None where it is ignored.
    hangup: Option<Signal>,
}

impl Stop {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).doing(|| "listening for signals".to_owned());
        let hangup = match posix::hangup_is_ignored() {
            true => None,
            false => Some(listen(SignalKind::hangup())?),
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = once(&mut self.hangup) => {}
        }
    }
}

/// Waits for a signal whose first time is the only one that counts.
async fn once(signal: &mut Option<Signal>) {
    match signal {
        Some(waited) => waited.recv().await,
        None => std::future::pending().await,
    };
    *signal = None;
}
