//! What the program does besides serving, each in a file of its own.

mod import;

use clap::Subcommand;

use crate::Failure;

/// A task that ends.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Takes keys, teams, users and the spend log over from LiteLLM's PostgreSQL.
    Import(import::Import),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Why it was not done, for people.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run(),
        }
    }
}
