//! How requests went. Histograms are added here, so each row of the sums is read once: there are as many as hours (or
//! days), model groups and call types with a request.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::times::Times;
use crate::db::{Connection, DbError, Flow};
use crate::record::key_text;
use crate::store::StoreError;
use crate::store::rollup::{Histogram, read_histogram};
use crate::ui::data::{Bucket, Filter, MOST_ROWS, TrafficPoint, TrafficReport, TrafficRow, Volume};

/// Sums of some requests.
#[derive(Default)]
struct Sum {
    volume: Volume,
    durations: Histogram,
    first_tokens: Histogram,
}

#[derive(Default)]
struct Sums {
    total: Sum,
    over_time: BTreeMap<String, Sum>,
    by_model: BTreeMap<String, Sum>,
    by_dialect: BTreeMap<String, Sum>,
}

/// See [`crate::ui::data::Source::traffic`].
pub(super) fn report(db: &Connection, filter: &Filter) -> Result<TrafficReport, StoreError> {
    let times = Times::of(db, filter.span)?;
    let sums = read(db, &times, filter)?;
    let points = sums.over_time.into_iter().map(|(at, sum)| {
        Ok(TrafficPoint {
            at_us: times.begin_us(&at)?,
            volume: sum.volume,
            latency: sum.durations.percentiles(),
            first_token: sum.first_tokens.percentiles(),
        })
    });
    Ok(TrafficReport {
        total: sums.total.volume,
        latency: sums.total.durations.percentiles(),
        first_token: sums.total.first_tokens.percentiles(),
        over_time: points.collect::<Result<_, DbError>>()?,
        by_model: rows(sums.by_model),
        by_dialect: rows(sums.by_dialect),
    })
}

fn read(db: &Connection, times: &Times, filter: &Filter) -> Result<Sums, DbError> {
    let table = match times.grain {
        Bucket::Hour => "spillway_hourly_traffic",
        Bucket::Day => "spillway_daily_traffic",
    };
    let conditions = times
        .conditions()
        .and(r#""model_group" = ?"#, filter.model.as_deref().map(key_text))
        .and(r#""call_type" = ?"#, filter.dialect.as_deref().map(key_text));
    let select = format!(
        r#"SELECT {}, "model_group", "call_type", "requests", "errors", "fallbacks", "durations", "first_tokens"
           FROM "{table}" {}"#,
        times.column(),
        conditions.sql()
    );
    let mut sums = Sums::default();
    db.each(&select, &conditions.params(), |row| {
        let volume = Volume { requests: row.get(3)?, errors: row.get(4)?, fallbacks: row.get(5)? };
        let durations = read_histogram(&row, "durations")?;
        let read = Sum { volume, durations, first_tokens: read_histogram(&row, "first_tokens")? };
        sums.total.add(&read);
        sums.over_time.entry(row.get(0)?).or_default().add(&read);
        sums.by_model.entry(row.get(1)?).or_default().add(&read);
        sums.by_dialect.entry(row.get(2)?).or_default().add(&read);
        Ok(Flow::Continue(()))
    })?;
    Ok(sums)
}

impl Sum {
    fn add(&mut self, other: &Self) {
        let (sum, part) = (&mut self.volume, other.volume);
        sum.requests = sum.requests.saturating_add(part.requests);
        sum.errors = sum.errors.saturating_add(part.errors);
        sum.fallbacks = sum.fallbacks.saturating_add(part.fallbacks);
        self.durations.add(&other.durations);
        self.first_tokens.add(&other.first_tokens);
    }
}

/// Most requests first.
fn rows(sums: BTreeMap<String, Sum>) -> Vec<TrafficRow> {
    let row = |(name, sum): (String, Sum)| TrafficRow {
        name,
        volume: sum.volume,
        latency: sum.durations.percentiles(),
        first_token: sum.first_tokens.percentiles(),
    };
    let mut sums: Vec<(String, Sum)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| Reverse(sum.volume.requests));
    sums.truncate(MOST_ROWS);
    sums.into_iter().map(row).collect()
}
