//! The figures in words.

use std::time::Duration;

use super::load::Delivered;
use super::pages::Timed;
use super::side::Kind;
use super::{Options, Results};
use crate::bench::spread::Spread;

/// A table of the load and one of the pages.
#[must_use]
pub fn text(options: &Options, results: &[Results]) -> String {
    let keys =
        if options.scattered { "keys that ask everything of every model" } else { "keys of applications" };
    let mut text = format!(
        "{} events for each database, from {} gateways in batches of {}; {keys}. Median (least … most) of nine \
         parts.\n\n\
         | database | | events/s | ledger CPU/event, µs | server CPU/event, µs | ledger's memory | file |\n\
         |:--|:--|--:|--:|--:|--:|--:|\n",
        options.rows, options.gateways, options.batch
    );
    for result in results {
        let file = match result.database_bytes {
            0 => String::new(),
            bytes => format!("{} MiB", bytes >> 20),
        };
        let memory = format!("{} MiB", result.resident_bytes >> 20);
        text.push_str(&load(result, "empty", &result.empty, "", ""));
        text.push_str(&load(result, "full", &result.full, &memory, &file));
    }
    text.push_str(PAGES);
    for result in results {
        text.push_str(&rows(result.kind, &result.pages));
    }
    text
}

const PAGES: &str = "\n| page | database | median, ms | longest, ms |\n|:--|:--|--:|--:|\n";

/// A table of pages alone.
#[must_use]
pub fn pages(kind: Kind, pages: &[Timed]) -> String {
    format!("{}{}", PAGES.trim_start(), rows(kind, pages))
}

fn rows(kind: Kind, pages: &[Timed]) -> String {
    let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let row = |page: &Timed| {
        let (median, longest) = (milliseconds(page.median), milliseconds(page.longest));
        format!("| `{}` | {kind} | {median} | {longest} |\n", page.path)
    };
    pages.iter().map(row).collect()
}

/// A row of the first table.
fn load(result: &Results, which: &str, parts: &[Delivered], memory: &str, file: &str) -> String {
    let spread = |of: fn(&Delivered) -> f64, digits| {
        let Spread { median, least, most } = Spread::of(parts.iter().map(of)).unwrap_or_default();
        format!("{median:.digits$} ({least:.digits$} … {most:.digits$})")
    };
    format!(
        "| {} | {which} | {} | {} | {} | {memory} | {file} |\n",
        result.kind,
        spread(Delivered::rate, 0),
        spread(|part| part.cpu_us().0, 1),
        spread(|part| part.cpu_us().1, 1),
    )
}
