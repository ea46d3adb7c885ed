//! How requests went, by model group and call type. Histograms cannot be added in SQL: they are read, added to, and
//! written back under the writer's lock.

use std::collections::{BTreeMap, BTreeSet};

use super::histogram::Histogram;
use super::names::Counting;
use super::table::Table;
use crate::db::{Connection, DbError, Row, params};
use crate::store::among::among;
use crate::store::money::sum;

macro_rules! traffic {
    ($name:literal, $at:literal) => {
        Table {
            name: $name,
            keys: &[$at, "model_group", "call_type"],
            sums: &["requests", "errors", "fallbacks", "retries"],
            replaced: &["durations", "first_tokens"],
            made: &[],
        }
    };
}

const HOURLY: Table = traffic!("spillway_hourly_traffic", "hour");
const DAILY: Table = traffic!("spillway_daily_traffic", "date");

/// Hour or day, model group, call type → how its requests went.
type Rows<'a> = BTreeMap<(&'a str, &'a str, &'a str), Traffic>;

#[derive(Default)]
struct Traffic {
    requests: u64,
    errors: u64,
    fallbacks: u64,
    retries: u64,
    durations: Histogram,
    first_tokens: Histogram,
}

/// Adds how these events went.
pub(super) fn add(db: &Connection, counted: &[Counting<'_>]) -> Result<(), DbError> {
    let (mut hourly, mut daily) = (Rows::new(), Rows::new());
    for counting in counted {
        let Counting { date, model_group, call_type, .. } = *counting;
        daily.entry((date, model_group, call_type)).or_default().count(counting);
        if let Some(hour) = counting.hour {
            hourly.entry((hour, model_group, call_type)).or_default().count(counting);
        }
    }
    write(db, &HOURLY, hourly)?;
    write(db, &DAILY, daily)
}

impl Traffic {
    fn count(&mut self, counting: &Counting<'_>) {
        let measured = counting.measured;
        self.requests = sum(self.requests, measured.spent.requests);
        self.errors = sum(self.errors, measured.spent.failed);
        self.fallbacks = sum(self.fallbacks, measured.fallbacks);
        self.retries = sum(self.retries, measured.retries);
        self.durations.add(&measured.durations);
        self.first_tokens.add(&measured.first_tokens);
    }
}

fn write(db: &Connection, table: &Table, mut rows: Rows<'_>) -> Result<(), DbError> {
    let stretches: BTreeSet<&str> = rows.keys().map(|(at, ..)| *at).collect();
    for at in stretches {
        add_histograms(db, table, &mut rows, at)?;
    }
    let texts: Vec<_> =
        rows.values().map(|row| (row.durations.to_string(), row.first_tokens.to_string())).collect();
    let values = rows.iter().zip(&texts).map(|(((at, model, call_type), row), (durations, first_tokens))| {
        let sums = params![row.requests, row.errors, row.fallbacks, row.retries];
        [params![*at, *model, *call_type].as_slice(), &sums, &params![durations, first_tokens]].concat()
    });
    table.add(db, &values.collect::<Vec<_>>())
}

/// Adds the histograms that the table has of one hour or day.
fn add_histograms(db: &Connection, table: &Table, rows: &mut Rows<'_>, at: &str) -> Result<(), DbError> {
    let models: BTreeSet<&str> =
        rows.keys().filter(|(other, ..)| *other == at).map(|(_, model, _)| *model).collect();
    let models: Vec<String> = models.into_iter().map(str::to_owned).collect();
    let [column, ..] = table.keys else { return Ok(()) };
    let select = format!(
        r#"SELECT "model_group", "call_type", "durations", "first_tokens" FROM "{}"
           WHERE "{column}" = ?1 AND {}"#,
        table.name,
        among(db, r#""model_group""#, 2)
    );
    let read = |row: &Row| {
        let key: (String, String) = (row.get(0)?, row.get(1)?);
        Ok((key, (read_histogram(row, "durations")?, read_histogram(row, "first_tokens")?)))
    };
    let mut before: BTreeMap<_, _> =
        db.all(&select, &params![at, models.as_slice()], read)?.into_iter().collect();
    for ((_, model, call_type), row) in rows.iter_mut().filter(|((other, ..), _)| *other == at) {
        if let Some((durations, first_tokens)) =
            before.remove(&((*model).to_owned(), (*call_type).to_owned()))
        {
            row.durations.add(&durations);
            row.first_tokens.add(&first_tokens);
        }
    }
    Ok(())
}

/// The histogram in a column.
pub(in crate::store) fn read_histogram(row: &Row, column: &str) -> Result<Histogram, DbError> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| DbError::unreadable(column, error))
}
