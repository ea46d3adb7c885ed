//! What was spent.

use super::names::{NamesOf, unnamed};
use super::times::Times;
use crate::db::{Connection, DbError, Row};
use crate::record::key_text;
use crate::store::StoreError;
use crate::store::conditions::Conditions;
use crate::ui::data::{Bucket, Filter, MOST_ROWS, SpendPoint, SpendReport, SpendRow, Spending};

const SUMS: &str = r#"coalesce(sum("api_requests"), 0), coalesce(sum("prompt_tokens"), 0),
    coalesce(sum("completion_tokens"), 0), coalesce(sum("spend_nanodollars"), 0)"#;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Model,
    Key,
    Team,
    Tag,
}

impl By {
    const ALL: [Self; 4] = [Self::Model, Self::Key, Self::Team, Self::Tag];

    /// The dimension of the totals.
    fn dimension(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Key => "key",
            Self::Team => "team",
            Self::Tag => "tag",
        }
    }

    /// The column of the tables that count by several things at once.
    fn column(self) -> &'static str {
        match self {
            Self::Model => r#""model_group""#,
            Self::Key => r#""api_key""#,
            Self::Team => r#""team_id""#,
            Self::Tag => r#""tag""#,
        }
    }

    fn value(self, filter: &Filter) -> Option<&str> {
        let value = match self {
            Self::Model => &filter.model,
            Self::Key => &filter.key,
            Self::Team => &filter.team,
            Self::Tag => &filter.tag,
        };
        value.as_deref().map(key_text)
    }
}

/// Rows of one table that are to be summed.
struct Counted {
    table: &'static str,
    conditions: Conditions,
}

/// See [`crate::ui::data::Source::spend`].
pub(super) fn report(db: &Connection, filter: &Filter) -> Result<SpendReport, StoreError> {
    if filter.team.is_some() && filter.tag.is_some() {
        let message = "spend is counted by team or by tag, not by both: ask with one of them";
        return Err(StoreError::Database(message.to_owned()));
    }
    let times = Times::of(db, filter.span)?;
    let all = all(&times, filter);
    Ok(SpendReport {
        total: total(db, &all)?,
        over_time: over_time(db, &times, &all)?,
        by_model: rows(db, &times, filter, By::Model, MOST_ROWS)?,
        by_key: rows(db, &times, filter, By::Key, MOST_ROWS)?,
        by_team: rows(db, &times, filter, By::Team, MOST_ROWS)?,
        by_tag: rows(db, &times, filter, By::Tag, MOST_ROWS)?,
    })
}

/// What the first page shows.
pub(super) struct Headline {
    pub(super) total: Spending,
    pub(super) over_time: Option<Vec<SpendPoint>>,
    /// The model groups that cost most.
    pub(super) by_model: Vec<SpendRow>,
}

/// The total, the series, and so many of the models.
pub(super) fn headline(db: &Connection, filter: &Filter, models: usize) -> Result<Headline, StoreError> {
    let times = Times::of(db, filter.span)?;
    let all = all(&times, filter);
    Ok(Headline {
        total: total(db, &all)?,
        over_time: over_time(db, &times, &all)?,
        by_model: rows(db, &times, filter, By::Model, models)?.unwrap_or_default(),
    })
}

/// The rows that the filter lets through, each request in one of them.
fn all(times: &Times, filter: &Filter) -> Counted {
    let mut set = By::ALL.into_iter().filter_map(|by| Some((by, by.value(filter)?)));
    match (set.next(), set.next()) {
        (None, _) => totals(times, By::Model, None),
        (Some((by, id)), None) => totals(times, by, Some(id)),
        _ => several(times, filter, filter.tag.is_some()),
    }
}

/// Totals of one thing at a time: of one, or of each.
fn totals(times: &Times, by: By, id: Option<&str>) -> Counted {
    let table = match times.grain {
        Bucket::Hour => "spillway_hourly_totals",
        Bucket::Day => "spillway_daily_totals",
    };
    let conditions = times.conditions().and(r#""dimension" = ?"#, Some(by.dimension()));
    Counted { table, conditions: conditions.and(r#""id" = ?"#, id) }
}

/// Rows by several things at once: those with teams, or those with tags.
fn several(times: &Times, filter: &Filter, with_tags: bool) -> Counted {
    let table = match (times.grain, with_tags) {
        (Bucket::Hour, false) => "spillway_hourly_team_spend",
        (Bucket::Hour, true) => "spillway_hourly_tag_spend",
        (Bucket::Day, false) => "LiteLLM_DailyTeamSpend",
        (Bucket::Day, true) => "LiteLLM_DailyTagSpend",
    };
    let conditions = times
        .conditions()
        .and(r#""model_group" = ?"#, By::Model.value(filter))
        .and(r#""api_key" = ?"#, By::Key.value(filter))
        .and(r#""team_id" = ?"#, By::Team.value(filter))
        .and(r#""tag" = ?"#, By::Tag.value(filter));
    Counted { table, conditions }
}

fn total(db: &Connection, counted: &Counted) -> Result<Spending, DbError> {
    let Counted { table, conditions } = counted;
    let select = format!(r#"SELECT {SUMS} FROM "{table}" {}"#, conditions.sql());
    db.one(&select, &conditions.params(), |row| spending(row, 0))
}

fn over_time(db: &Connection, times: &Times, counted: &Counted) -> Result<Option<Vec<SpendPoint>>, DbError> {
    if times.is_coarser {
        return Ok(None);
    }
    let (at, Counted { table, conditions }) = (times.column(), counted);
    let select =
        format!(r#"SELECT {at}, {SUMS} FROM "{table}" {} GROUP BY {at} ORDER BY {at}"#, conditions.sql());
    let point = |row: &Row| {
        let at_us = times.begin_us(&row.get::<String>(0)?)?;
        Ok(SpendPoint { at_us, spending: spending(row, 1)? })
    };
    db.all(&select, &conditions.params(), point).map(Some)
}

/// Those that cost most; none where the filter's rows are not counted by this.
fn rows(
    db: &Connection,
    times: &Times,
    filter: &Filter,
    by: By,
    most: usize,
) -> Result<Option<Vec<SpendRow>>, DbError> {
    let is_filtered = By::ALL.iter().any(|by| by.value(filter).is_some());
    let (counted, id) = match by {
        _ if !is_filtered => (totals(times, by, None), r#""id""#),
        By::Team if filter.tag.is_some() => return Ok(None),
        By::Tag if filter.team.is_some() => return Ok(None),
        _ => (several(times, filter, filter.tag.is_some() || by == By::Tag), by.column()),
    };
    let select = format!(
        r#"SELECT {id}, {SUMS} FROM "{}" {} GROUP BY {id} ORDER BY 5 DESC, 2 DESC, 1 LIMIT {most}"#,
        counted.table,
        counted.conditions.sql()
    );
    let row = |row: &Row| Ok(SpendRow { of: unnamed(row.get(0)?), spending: spending(row, 1)? });
    let mut rows = db.all(&select, &counted.conditions.params(), row)?;
    let named = rows.iter_mut().map(|row| &mut row.of);
    match by {
        By::Key => NamesOf::Keys.give(db, named)?,
        By::Team => NamesOf::Teams.give(db, named)?,
        By::Model | By::Tag => {}
    }
    Ok(Some(rows))
}

/// The sums in the columns from this one on.
fn spending(row: &Row, first: usize) -> Result<Spending, DbError> {
    Ok(Spending {
        requests: row.get(first)?,
        input_tokens: row.get(first + 1)?,
        output_tokens: row.get(first + 2)?,
        nanodollars: row.get(first + 3)?,
    })
}
