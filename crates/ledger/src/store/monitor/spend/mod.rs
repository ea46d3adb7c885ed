//! What was spent.

mod counted;
mod lists;

use super::times::Times;
use crate::db::{Connection, DbError, Dialect, Row};
use crate::record::key_text;
use crate::store::StoreError;
use crate::store::money::sql_total;
use crate::ui::data::{Filter, MOST_ROWS, SpendPoint, SpendReport, SpendRow, Spending};
use counted::{COLUMNS, Counted};

/// The sums of rows that have the columns of [`counted::COLUMNS`].
fn sums(dialect: Dialect) -> String {
    let sum = |column: &&str| format!("coalesce({}, 0)", sql_total(dialect, column));
    COLUMNS.iter().map(sum).collect::<Vec<_>>().join(", ")
}

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
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

/// See [`crate::ui::data::Source::spend`].
pub(super) fn report(db: &Connection, filter: &Filter) -> Result<SpendReport, StoreError> {
    if filter.team.is_some() && filter.tag.is_some() {
        let message = "spend is counted by team or by tag, not by both: ask with one of them";
        return Err(StoreError::Database(message.to_owned()));
    }
    let times = Times::of(db, filter.span)?;
    let mut lists = lists::of(db, &times, filter, &By::ALL, MOST_ROWS)?;
    Ok(SpendReport {
        total: total(db, &times, filter)?,
        over_time: over_time(db, &times, filter)?,
        by_model: lists.remove(&By::Model),
        by_key: lists.remove(&By::Key),
        by_team: lists.remove(&By::Team),
        by_tag: lists.remove(&By::Tag),
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
    let mut lists = lists::of(db, &times, filter, &[By::Model], models)?;
    Ok(Headline {
        total: total(db, &times, filter)?,
        over_time: over_time(db, &times, filter)?,
        by_model: lists.remove(&By::Model).unwrap_or_default(),
    })
}

fn total(db: &Connection, times: &Times, filter: &Filter) -> Result<Spending, DbError> {
    let counted = Counted::all(&times.pieces(), filter);
    let sums = sums(db.dialect());
    let select = format!(r#"SELECT {sums} FROM ({}) AS "rows""#, counted.select(""));
    db.one(&select, &counted.params(), |row| spending(row, 0))
}

fn over_time(db: &Connection, times: &Times, filter: &Filter) -> Result<Option<Vec<SpendPoint>>, DbError> {
    if times.is_coarser {
        return Ok(None);
    }
    let (at, counted) = (times.column(), Counted::all(&[times.whole()], filter));
    let sums = sums(db.dialect());
    let select = format!(
        r#"SELECT {at}, {sums} FROM ({}) AS "rows" GROUP BY {at} ORDER BY {at}"#,
        counted.select(&format!("{at}, "))
    );
    let point = |row: &Row| {
        let at_us = times.begin_us(&row.get::<String>(0)?)?;
        Ok(SpendPoint { at_us, spending: spending(row, 1)? })
    };
    db.all(&select, &counted.params(), point).map(Some)
}

/// The sums in the columns from this one on.
pub(super) fn spending(row: &Row, first: usize) -> Result<Spending, DbError> {
    Ok(Spending {
        requests: row.get(first)?,
        input_tokens: row.get(first + 1)?,
        output_tokens: row.get(first + 2)?,
        nanodollars: row.get(first + 3)?,
    })
}
