//! What the program does besides serving, each in a file of its own.

mod import;
mod reconcile;

use clap::Subcommand;

use crate::Failure;

/// A task that ends.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Takes keys, teams, users and the spend log over from LiteLLM's PostgreSQL.
    Import(import::Import),
    /// Stores what files of events hold and the database does not.
    ///
    /// The files are read from their beginning to their last whole line. What is stored already changes nothing.
    Reconcile(reconcile::Reconcile),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Why it was not done, for people.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run(),
            Self::Reconcile(reconcile) => reconcile.run(),
        }
    }
}
