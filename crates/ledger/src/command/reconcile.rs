//! `spillway-ledger reconcile`: files of events that Envoy wrote → the ledger's database.

#![allow(clippy::print_stdout, reason = "a line for each file")]

use std::path::PathBuf;

use clap::Args;
use spillway_ledger::reconcile;

use crate::Failure;
use crate::settings::Storage;

/// Where from and where to.
#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// File of events that Envoy wrote.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    access_log: Vec<PathBuf>,
    #[command(flatten)]
    storage: Storage,
}

impl Reconcile {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let database = self.storage.database(|name| std::env::var(name).ok())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let done = runtime.block_on(reconcile(database, &self.access_log))?;
        for (file, done) in self.access_log.iter().zip(done) {
            println!("{}: {done}", file.display());
        }
        Ok(())
    }
}
