//! LiteLLM's PostgreSQL → this ledger's database: keys, teams and users with their budgets, and the spend log.
//!
//! The tables are read page by page in the order of their ids, and a row whose id is here already is left as it is:
//! an import that broke off is run again, and takes what is missing. Schemas of earlier and later LiteLLMs are read
//! alike: the server is asked which columns there are, one that is missing is empty, one that is unknown is left.
//!
//! | module | room |
//! |---|---|
//! | `address` | the address of LiteLLM's database, as LiteLLM writes it |
//! | `source` | pages of a table |
//! | `holder` `key` `team` `user` `budget` | rows of keys, teams, users |
//! | `spend` `daily` | rows of the spend log; sums of the days before it |
//! | `summary` | what was taken, what was not, and why |
//!
//! A row with a bound that is not understood is not taken: it would be a key without that bound. Where it is a team or a
//! user, their keys are taken as blocked ones, for the same reason.

mod address;
mod budget;
mod daily;
mod holder;
mod key;
mod source;
mod spend;
mod summary;
mod team;
mod user;

pub use address::litellm_address;
pub use summary::{Imported, Progress, Summary};

use std::collections::BTreeSet;
use std::fmt;

use crate::db::{Database, DbError, OpenError, PostgresUrl, Row};
use crate::record::{TeamRow, UserRow};
use crate::store::{Arrival, Arriving, DailyTable, Importer, StoreError, Taken};
use source::{Source, Table};
use summary::Count;

/// Rows that are read and stored at a time.
const PAGE: usize = 500;

/// Why an import did not come to its end. What was stored until then is whole, and another run goes on.
#[derive(Debug)]
pub enum ImportError {
    /// LiteLLM's database cannot be read: its address, and the server's own words.
    Source(String, String),
    /// It holds none of LiteLLM's tables.
    NotLiteLlm(String),
    /// This ledger's database cannot be used.
    Open(OpenError),
    /// This ledger's database did not store a batch.
    Store(StoreError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(address, error) => write!(out, "LiteLLM's database, {address}: {error}"),
            Self::NotLiteLlm(address) => write!(
                out,
                "{address} holds none of LiteLLM's tables; is it the right database, and the right schema \
                 (`?schema=…` in its address)?"
            ),
            Self::Open(error) => error.fmt(out),
            Self::Store(error) => write!(out, "{error}; run the import again: it goes on where it broke off"),
        }
    }
}

impl std::error::Error for ImportError {}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads LiteLLM's database, and stores what is not in `into`; where that is none, it only reads and checks.
/// `progress` hears of each page. It blocks: call it where that is allowed.
///
/// # Errors
/// [`ImportError`]. A row that cannot be taken is none: see [`Summary`].
pub fn import(
    from: &PostgresUrl,
    into: Option<&Database>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Summary, ImportError> {
    let source = Source::open(from)?;
    let importer = into.map(Importer::open).transpose().map_err(ImportError::Open)?;
    let mut run = Run { source, importer, progress };
    let first_logged = run.first_logged_day()?;
    let (users, skipped_users) = run.holders("users", &user::TABLE, user::read)?;
    let (teams, skipped_teams) = run.holders("teams", &team::TABLE, team::read)?;
    let missing = Missing {
        users: run.not_here::<UserRow>(skipped_users)?,
        teams: run.not_here::<TeamRow>(skipped_teams)?,
    };
    let (keys, _) = run.holders("keys", &key::TABLE, |row| key::read(row, &missing))?;
    let mut tables = vec![users, teams, keys, run.spend()?];
    for (name, of, table) in &daily::TABLES {
        tables.push(run.days(name, *of, table, first_logged.as_deref())?);
    }
    if let Some(importer) = &run.importer {
        importer.count_without_team(first_logged.as_deref())?;
    }
    let summary = Summary { tables };
    run.importer.map_or(Ok(()), Importer::close)?;
    if summary.tables.iter().all(|table| table.missing) {
        return Err(ImportError::NotLiteLlm(from.to_string()));
    }
    Ok(summary)
}

/// Why a row is not taken: fit to stand after "because".
type Skip = String;

/// What is read of a row: what is stored, and what of it counts no more.
type Read<T> = Result<(Arrival<T>, Vec<&'static str>), Skip>;

/// Owners of keys that were not taken and are not here, by their ids: nobody here knows what bounds their keys.
struct Missing {
    users: BTreeSet<String>,
    teams: BTreeSet<String>,
}

/// An import under way.
struct Run<'a> {
    source: Source,
    importer: Option<Importer>,
    progress: &'a mut dyn FnMut(&Progress),
}

impl Run<'_> {
    /// Takes keys, teams or users; the ids of those that were not taken beside what became of all.
    fn holders<T: Arriving>(
        &mut self,
        name: &'static str,
        table: &Table,
        read: impl Fn(&Row) -> Read<T>,
    ) -> Result<(Imported, BTreeSet<String>), ImportError> {
        let mut skipped = BTreeSet::new();
        let imported = self.table(name, table, |importer, rows, count| {
            let mut arrivals = Vec::new();
            for row in rows {
                match read(row) {
                    Ok((arrival, notes)) => {
                        count.note(&notes);
                        arrivals.push(arrival);
                    }
                    Err(skip) => {
                        count.skip(row, skip);
                        skipped.extend(row.get::<String>(table.id));
                    }
                }
            }
            stored(importer, arrivals.len(), |importer| importer.holders(arrivals))
        })?;
        Ok((imported, skipped))
    }

    /// Which of these ids no row here has: one that was skipped may have been made here before.
    fn not_here<T: Arriving>(&self, ids: BTreeSet<String>) -> Result<BTreeSet<String>, ImportError> {
        match &self.importer {
            Some(importer) => Ok(importer.not_here::<T>(ids)?),
            None => Ok(ids),
        }
    }

    fn spend(&mut self) -> Result<Imported, ImportError> {
        self.table("requests", &spend::TABLE, |importer, rows, count| {
            let mut taken = Vec::new();
            for row in rows {
                match spend::read(row) {
                    Ok(row) => taken.push(row),
                    Err(skip) => count.skip(row, skip),
                }
            }
            stored(importer, taken.len(), |importer| importer.spend(&taken))
        })
    }

    /// The first day of either log.
    fn first_logged_day(&self) -> Result<Option<String>, ImportError> {
        let theirs = self.source.first_logged_day()?;
        let ours = self.importer.as_ref().map(Importer::first_logged_day).transpose()?.flatten();
        Ok(theirs.into_iter().chain(ours).min())
    }

    fn days(
        &mut self,
        name: &'static str,
        of: DailyTable,
        table: &Table,
        first_logged: Option<&str>,
    ) -> Result<Imported, ImportError> {
        self.table(name, table, |importer, rows, count| {
            let mut taken = Vec::new();
            for row in rows {
                match daily::read(row, of, first_logged) {
                    Ok(day) => taken.push(day),
                    Err(skip) => count.skip(row, skip),
                }
            }
            stored(importer, taken.len(), |importer| importer.days(of, &taken))
        })
    }

    fn table(
        &mut self,
        name: &'static str,
        table: &Table,
        mut take: impl FnMut(Option<&Importer>, &[Row], &mut Count) -> Result<Taken, StoreError>,
    ) -> Result<Imported, ImportError> {
        let Some(mut pages) = self.source.pages(table)? else { return Ok(Imported::missing(name)) };
        let mut count = Count::of(name, table.id);
        let about = pages.about;
        while let Some(rows) = pages.next(&self.source)? {
            let taken = take(self.importer.as_ref(), &rows, &mut count)?;
            count.add(rows.len(), taken);
            (self.progress)(&Progress { table: name, rows: count.rows(), about });
        }
        Ok(count.done())
    }
}

/// Without an importer, every row that could be stored counts as one that would be.
fn stored(
    importer: Option<&Importer>,
    rows: usize,
    store: impl FnOnce(&Importer) -> Result<Taken, StoreError>,
) -> Result<Taken, StoreError> {
    match importer {
        Some(importer) => store(importer),
        None => Ok(Taken { stored: rows as u64, ..Taken::default() }),
    }
}

/// A column that has another type than LiteLLM's.
fn unreadable(error: DbError) -> Skip {
    error.to_string()
}
