//! Sums of days that another program kept, of requests that no log has any more.

use super::Taken;
use crate::calendar::{date_of, now};
use crate::db::{Connection, DbError, Param, params};
use crate::store::money::sql_sum;

/// A table of sums by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DailyTable {
    /// By user.
    Users,
    /// By team.
    Teams,
    /// By tag.
    Tags,
}

impl DailyTable {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Users => "LiteLLM_DailyUserSpend",
            Self::Teams => "LiteLLM_DailyTeamSpend",
            Self::Tags => "LiteLLM_DailyTagSpend",
        }
    }

    /// The column of whose sums they are.
    pub(crate) const fn who(self) -> &'static str {
        match self {
            Self::Users => "user_id",
            Self::Teams => "team_id",
            Self::Tags => "tag",
        }
    }

    /// The dimensions of the daily totals that its rows are counted in. Each is counted from one table.
    const fn dimensions(self) -> &'static [Dimension] {
        match self {
            Self::Users => &[Dimension { name: "key", of: 1 }, Dimension { name: "model", of: 3 }],
            Self::Teams => &[Dimension { name: "team", of: WHO }],
            Self::Tags => &[Dimension { name: "tag", of: WHO }],
        }
    }
}

/// A dimension of the daily totals, and which of a row's names it is.
struct Dimension {
    name: &'static str,
    of: usize,
}

/// The columns that tell rows apart, besides whose they are, `date` first.
pub(crate) const DAILY_NAMES: [&str; 7] = [
    "date",
    "api_key",
    "model",
    "model_group",
    "custom_llm_provider",
    "mcp_namespaced_tool_name",
    "endpoint",
];

/// The place of whose row it is after [`DAILY_NAMES`].
const WHO: usize = DAILY_NAMES.len();

/// The columns of whole numbers. The first four are those of the daily totals.
pub(crate) const DAILY_COUNTS: [&str; 9] = [
    "api_requests",
    "failed_requests",
    "prompt_tokens",
    "completion_tokens",
    "successful_requests",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "total_response_time_ms",
    "timed_requests",
];

/// How many of [`DAILY_COUNTS`] the daily totals have.
const TOTALLED: usize = 4;

/// A row, checked.
#[derive(Clone, Debug)]
pub(crate) struct ImportedDay {
    /// What LiteLLM knows the row by.
    pub(crate) id: String,
    /// The values of [`DAILY_NAMES`], then whose they are; empty where there is none.
    pub(crate) names: Vec<String>,
    /// The values of [`DAILY_COUNTS`].
    pub(crate) counts: Vec<u64>,
    /// What was spent, in 10⁻⁹ dollars.
    pub(crate) nanodollars: u64,
}

/// The first day of which a request is, or was, in the log.
pub(super) fn first_logged_day(db: &Connection) -> Result<Option<String>, DbError> {
    let select = r#"
        SELECT min("first") FROM (
          SELECT min("startTime") AS "first" FROM "LiteLLM_SpendLogs"
          UNION ALL SELECT min("before") FROM "spillway_retention" WHERE "what" = 'logs') AS "log""#;
    let first: Option<String> = db.one(select, &[], |row| row.get(0))?;
    Ok(first.map(|time| date_of(&time).to_owned()))
}

/// Stores those that are not here, and adds them to the totals of their days. The caller owns the transaction.
pub(super) fn store(db: &Connection, table: DailyTable, rows: &[ImportedDay]) -> Result<Taken, DbError> {
    let (insert, now) = (insert(table), now());
    let mut taken = Taken::default();
    for row in rows {
        if db.execute(&insert, &values(row, &now))? > 0 {
            taken.stored += 1;
            count(db, table, row)?;
        } else if is_here(db, table, row)? {
            taken.known += 1;
        } else {
            taken.clashes += 1;
        }
    }
    Ok(taken)
}

fn insert(table: DailyTable) -> String {
    let names = [DAILY_NAMES.as_slice(), &[table.who()], &DAILY_COUNTS].concat();
    let names: Vec<String> = names.iter().map(|name| format!(r#""{name}""#)).collect();
    let places: Vec<String> = (1..=names.len() + 4).map(|number| format!("?{number}")).collect();
    format!(
        r#"INSERT INTO "{}" ({}, "id", "spend_nanodollars", "created_at", "updated_at") VALUES ({})
           ON CONFLICT DO NOTHING"#,
        table.name(),
        names.join(", "),
        places.join(", ")
    )
}

fn values<'a>(row: &'a ImportedDay, now: &'a str) -> Vec<Param<'a>> {
    let names = row.names.iter().map(Param::from);
    let counts = row.counts.iter().map(|count| Param::from(*count));
    names.chain(counts).chain(params![&row.id, row.nanodollars, now, now]).collect()
}

/// Whether the row that stands in its place is the same one, of an earlier import.
fn is_here(db: &Connection, table: DailyTable, row: &ImportedDay) -> Result<bool, DbError> {
    let columns = DAILY_NAMES.into_iter().chain([table.who()]).zip(1..);
    let same: Vec<String> = columns.map(|(name, place)| format!(r#""{name}" = ?{place}"#)).collect();
    let select = format!(r#"SELECT "id" FROM "{}" WHERE {}"#, table.name(), same.join(" AND "));
    let names: Vec<Param<'_>> = row.names.iter().map(Param::from).collect();
    let id: Option<String> = db.first(&select, &names, |row| row.get(0))?;
    Ok(id.as_deref() == Some(&row.id))
}

/// Adds a row to the totals of its day.
pub(super) fn count(db: &Connection, table: DailyTable, row: &ImportedDay) -> Result<(), DbError> {
    let columns = [DAILY_COUNTS.get(..TOTALLED).unwrap_or_default(), &["spend_nanodollars"]].concat();
    let names: Vec<String> = columns.iter().map(|name| format!(r#""{name}""#)).collect();
    let upsert = format!(
        r#"INSERT INTO "spillway_daily_totals" AS "kept" ("dimension", "date", "id", {})
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
           ON CONFLICT ("dimension", "date", "id") DO UPDATE SET {}"#,
        names.join(", "),
        added(&columns)
    );
    let counts = row.counts.iter().take(TOTALLED).chain([&row.nanodollars]).map(|count| Param::from(*count));
    let counts: Vec<Param<'_>> = counts.collect();
    for dimension in table.dimensions() {
        let (Some(date), Some(id)) = (row.names.first(), row.names.get(dimension.of)) else { continue };
        db.execute(&upsert, &[&params![dimension.name, date, id], counts.as_slice()].concat())?;
    }
    Ok(())
}

/// What stands after `SET` where these columns are added to those of a row that is there.
pub(super) fn added(columns: &[&str]) -> String {
    let sums = columns.iter().map(|name| {
        let sum = sql_sum(&format!(r#""kept"."{name}""#), &format!(r#"excluded."{name}""#));
        format!(r#""{name}" = {sum}"#)
    });
    sums.collect::<Vec<_>>().join(", ")
}
