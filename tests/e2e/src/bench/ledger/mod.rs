//! `make bench-ledger`: how many events a second the ledger stores, on SQLite and on PostgreSQL, and how long the
//! monitor's pages take once there are many.
//!
//! | module | room |
//! |---|---|
//! | [`events`] | makes batches as gateways send them |
//! | [`side`] | a ledger with its database: started, watched, stopped |
//! | [`load`] | delivers from several gateways at once |
//! | [`pages`] | asks for each page, again and again |
//! | [`report`] | the figures in words |

pub mod events;
pub mod load;
pub mod pages;
pub mod report;
pub mod side;

use clap::Parser;

use crate::Failure;
use load::Delivered;
use pages::Timed;
use side::{Kind, Side};

/// What is measured.
#[derive(Clone, Debug, Parser)]
#[command(about = "How fast the ledger stores events, and shows them once there are many.")]
pub struct Options {
    /// How many events each database gets.
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(10_000..=100_000_000))]
    pub rows: u64,
    /// Gateways that deliver at once.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub gateways: u64,
    /// Events in a batch.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub batch: u64,
    /// One database only.
    #[arg(long)]
    pub only: Option<Kind>,
    /// Write the figures into the document.
    #[arg(long)]
    pub record: bool,
}

/// What one database came to.
#[derive(Clone, Debug)]
pub struct Results {
    /// Which.
    pub kind: Kind,
    /// The parts of the load, in order: a hundredth of the rows first, which warms up and is not shown.
    pub parts: Vec<Delivered>,
    /// The pages, when all rows were there.
    pub pages: Vec<Timed>,
    /// Bytes of the ledger's memory that were resident at the end.
    pub resident_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
}

/// Parts that the load is measured in.
const PARTS: u64 = 10;

/// Fills each database, asks for the pages, and tells what that took.
///
/// # Errors
/// Something did not start, an event was not stored, or a page was not answered.
pub async fn run(options: &Options, say: fn(&str)) -> Result<String, Failure> {
    let mut results = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| options.only.is_none_or(|only| only == *kind)) {
        let Some(side) = Side::start(kind).await? else {
            say(&format!("  {kind}: there is no server, so it is left out"));
            continue;
        };
        results.push(measure(options, &side, say).await?);
        side.stop().await?;
    }
    Ok(report::text(options, &results))
}

async fn measure(options: &Options, side: &Side, say: fn(&str)) -> Result<Results, Failure> {
    let mut parts = Vec::new();
    let mut from = 0;
    for part in 0..=PARTS {
        let to = if part == 0 { options.rows / 100 } else { options.rows * part / PARTS };
        let delivered = load::deliver(side, options, from..to).await?;
        say(&format!("  {}: {to} of {} rows, {:.0} events/s", side.kind, options.rows, delivered.rate()));
        if part > 0 {
            parts.push(delivered);
        }
        from = to;
    }
    side.expect_rows(options.rows).await?;
    let pages = pages::ask_all(side).await?;
    Ok(Results {
        kind: side.kind,
        parts,
        pages,
        resident_bytes: crate::process::resident_bytes(side.pid()?)?,
        database_bytes: side.database_bytes().await?,
    })
}
