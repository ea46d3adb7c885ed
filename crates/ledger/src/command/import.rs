//! `spillway-ledger import`: LiteLLM's database → this ledger's.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a summary for people, and how far it is")]

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use spillway_ledger::{Progress, Summary, import, litellm_address};

use crate::Failure;
use crate::settings::{Storage, read};

/// Where from and where to.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// File that holds the address of LiteLLM's PostgreSQL, as LiteLLM has it in DATABASE_URL.
    #[arg(long, value_name = "FILE")]
    from_url_file: PathBuf,
    /// Reads and checks every row, and stores none.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    storage: Storage,
}

impl Import {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let from = litellm_address(&read(&self.from_url_file)?)
            .map_err(|error| format!("{}: {error}", self.from_url_file.display()))?;
        let into =
            if self.dry_run { None } else { Some(self.storage.database(|name| std::env::var(name).ok())?) };
        let mut line = Line::new();
        let summary = import(&from, into.as_ref(), &mut |progress| line.show(progress));
        line.end();
        self.tell(&summary?);
        Ok(())
    }

    fn tell(&self, summary: &Summary) {
        print!("{summary}");
        if self.dry_run {
            println!("nothing was stored: run it without --dry-run to take what can be taken");
        }
    }
}

/// One line of a terminal, written anew for each page; elsewhere nothing.
struct Line {
    terminal: bool,
    shown: bool,
}

impl Line {
    fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), shown: false }
    }

    fn show(&mut self, progress: &Progress) {
        if !self.terminal {
            return;
        }
        let Progress { table, rows, about } = progress;
        let of = if about > rows { format!(" of about {about}") } else { String::new() };
        eprint!("\r\x1b[K{table}: {rows}{of}");
        // A terminal that went away is no reason to stop.
        let _ = std::io::stderr().flush();
        self.shown = true;
    }

    fn end(&mut self) {
        if self.shown {
            eprintln!();
        }
    }
}
