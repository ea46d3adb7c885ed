//! `make bench-ledger`: how many events a second the ledger stores, on SQLite and on PostgreSQL, and how long the
//! monitor's pages take once there are many.
//!
//! | module | room |
//! |---|---|
//! | [`events`] | makes batches as gateways send them |
//! | [`side`] | a ledger with its database: started, watched, stopped |
//! | [`load`] | delivers from several gateways at once |
//! | [`visitor`] | logs in and looks at pages |
//! | [`pages`] | asks for each page, again and again |
//! | [`report`] | the figures in words |

pub mod events;
pub mod load;
pub mod pages;
pub mod report;
pub mod side;
pub mod visitor;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::Failure;
use events::Events;
use load::Delivered;
use pages::Timed;
use side::{Kind, Side};

/// What is measured.
#[derive(Clone, Debug, Parser)]
#[command(about = "How fast the ledger stores events, and shows them once there are many.")]
pub struct Options {
    /// How many events each database has when the pages are asked for, spread over ninety days.
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(10_000..=100_000_000))]
    pub rows: u64,
    /// Of these, how many are delivered as they happen, to the empty database and again to the full one; without it, a
    /// twentieth, up to half a million: at the pace that is asked for, half a minute.
    #[arg(long)]
    pub live: Option<u64>,
    /// Gateways that deliver at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub gateways: u64,
    /// Events in a batch.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub batch: u64,
    /// One database only.
    #[arg(long)]
    pub only: Option<Kind>,
    /// Let every event draw its key, model, dialect and tag by itself: the worst case for sums.
    #[arg(long)]
    pub scattered: bool,
    /// Have SQLite's file here, and leave it: for `--pages-of`, a full one is not filled anew for each change of a page.
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
    /// Only ask for the pages, of a file that an earlier run left.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "keep"])]
    pub pages_of: Option<PathBuf>,
    /// Write the figures into the document.
    #[arg(long)]
    pub record: bool,
}

/// What one database came to.
#[derive(Clone, Debug)]
pub struct Results {
    /// Which.
    pub kind: Kind,
    /// Events as they happen, into an empty database, in parts: the first warms up and is left out.
    pub empty: Vec<Delivered>,
    /// The same, once the database is full.
    pub full: Vec<Delivered>,
    /// The pages, when all rows were there.
    pub pages: Vec<Timed>,
    /// Bytes of the ledger's memory that were resident at the end.
    pub resident_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
}

/// Parts that a load is measured in.
const PARTS: u64 = 10;

/// Of the rows, those that are delivered as they happen, to the empty database and again to the full one.
const LIVE: u64 = 20;

/// The most of them, unless more are asked for.
const MOST_LIVE: u64 = 500_000;

/// Microseconds between two events that happen: 20,000 a second.
const PACE_US: u64 = 50;

/// Over how long the other rows are spread, in microseconds.
const SPAN_US: u64 = 90 * 86_400_000_000;

/// Fills each database, asks for the pages, and tells what that took.
///
/// # Errors
/// Something did not start, an event was not stored, or a page was not answered.
pub async fn run(options: &Options, say: fn(&str)) -> Result<String, Failure> {
    if let Some(file) = &options.pages_of {
        return pages_of(file).await;
    }
    let mut results = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| options.only.is_none_or(|only| only == *kind)) {
        let Some(side) = Side::start(kind, options.keep.as_deref()).await? else {
            say(&format!("  {kind}: there is no server, so it is left out"));
            continue;
        };
        results.push(measure(options, &side, say).await?);
        side.stop().await?;
    }
    Ok(report::text(options, &results))
}

async fn measure(options: &Options, side: &Side, say: fn(&str)) -> Result<Results, Failure> {
    let live = options.live.unwrap_or((options.rows / LIVE).min(MOST_LIVE)).min(options.rows / 2);
    let old = options.rows - 2 * live;
    let now = Timestamp::now();
    let now_us = u64::try_from(now.as_microsecond()).unwrap_or_default();
    let happening = Arc::new(Events::new(now_us, PACE_US, options.scattered));
    let step_us = SPAN_US / options.rows;
    // They end before those begin that happen now, and have other numbers.
    let first_us = now_us.saturating_sub((2 * live + old) * step_us);
    let past = Arc::new(Events::new(first_us, step_us, options.scattered));

    say(&format!("{} …", side.kind));
    let empty = parts(side, options, &happening, 0..live, "as they happen", say).await?;
    parts(side, options, &past, 2 * live..options.rows, "of ninety days", say).await?;
    let full =
        parts(side, options, &happening, live..2 * live, "as they happen, into the full database", say)
            .await?;
    let first = Timestamp::from_microsecond(i64::try_from(first_us).unwrap_or_default());
    let first = first.map_err(|error| error.to_string())?;
    let date = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
    side.expect_requests(options.rows, [date(first), date(Timestamp::now())]).await?;
    let pages = ask_pages(side, &happening.id(0), now).await?;
    Ok(Results {
        kind: side.kind,
        empty,
        full,
        pages,
        resident_bytes: crate::process::resident_bytes(side.pid()?)?,
        database_bytes: side.database_bytes().await?,
    })
}

/// The pages, about a request and the week before this time.
async fn ask_pages(side: &Side, request: &str, now: Timestamp) -> Result<Vec<Timed>, Failure> {
    let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
    let week = now.checked_sub(SignedDuration::from_hours(6 * 24)).map_err(|error| error.to_string())?;
    pages::ask_all(side, request, [&day(week), &day(now)]).await
}

/// The pages of a file that is full already.
async fn pages_of(file: &Path) -> Result<String, Failure> {
    std::fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let side = Side::start(Kind::Sqlite, Some(file)).await?.ok_or("SQLite needs no server")?;
    let newest = side.ask("/spend/logs?page_size=1").await?;
    let request = newest.pointer("/0/request_id").and_then(Value::as_str).ok_or("the file has no rows")?;
    let pages = ask_pages(&side, request, Timestamp::now()).await?;
    side.stop().await?;
    Ok(report::pages(Kind::Sqlite, &pages))
}

/// Delivers these in parts, and tells of each.
async fn parts(
    side: &Side,
    options: &Options,
    events: &Arc<Events>,
    numbers: Range<u64>,
    which: &str,
    say: fn(&str),
) -> Result<Vec<Delivered>, Failure> {
    let count = numbers.end - numbers.start;
    let mut parts = Vec::new();
    for part in 0..PARTS {
        let (from, to) = (count * part / PARTS, count * (part + 1) / PARTS);
        let delivered =
            load::deliver(side, options, events, numbers.start + from..numbers.start + to).await?;
        say(&format!("  {to} of {count} {which}: {:.0} events/s", delivered.rate()));
        parts.push(delivered);
    }
    Ok(parts.split_off(1))
}
