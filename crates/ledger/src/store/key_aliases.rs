//! What keys are called that the ledger has no row of, or no name for: what their last request told. A gateway has keys
//! of its own file, and a master key; and keys are deleted, while what they spent is still shown. The last request is the one
//! that began last: events come late, and out of order.
//!
//! There is a row for each key that a request was ever made with, as in the sums by day, which stay for ever too.
//! Mostly an event tells nothing new of its key's name, so each desk remembers what it wrote lately, and leaves that out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::among::among;
use crate::db::{Connection, DbError, Insert, params};
use crate::record::{Entry, key_text};

/// How long it is believed that what was written is still so: another desk, or another ledger, may have been told
/// something else since.
const LONGEST: Duration = Duration::from_secs(60);

/// What is remembered, in bytes: some 20,000 keys.
const MOST_BYTES: usize = 4 << 20;

/// Bytes that a key takes besides its texts.
const BYTES_PER_KEY: usize = 128;

/// What a request told of its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "AsKept")]
struct Told<'a> {
    /// Empty where the key has none.
    alias: Cow<'a, str>,
    /// When the request began, in UTC; empty where that was not kept, which is before all others.
    start_time: Cow<'a, str>,
}

impl<'a> Told<'a> {
    fn of(entry: &'a Entry) -> Option<Self> {
        let alias = entry.key_alias.as_deref()?.into();
        Some(Self { alias, start_time: entry.spend_log.start_time.as_str().into() })
    }

    fn into_owned(self) -> Told<'static> {
        Told { alias: owned(self.alias), start_time: owned(self.start_time) }
    }
}

/// [`Told`], as it waits.
#[derive(Deserialize)]
#[serde(untagged)]
enum AsKept {
    Told {
        alias: String,
        start_time: String,
    },
    /// Until version 8 of the tables.
    Alias(String),
}

impl From<AsKept> for Told<'_> {
    fn from(kept: AsKept) -> Self {
        let (alias, start_time) = match kept {
            AsKept::Told { alias, start_time } => (alias, start_time),
            AsKept::Alias(alias) => (alias, String::new()),
        };
        Self { alias: alias.into(), start_time: start_time.into() }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// Hash → what the request told that began last; of those that began at the same time, the one that came last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Called<'a>(BTreeMap<Cow<'a, str>, Told<'a>>);

impl<'a> Called<'a> {
    /// What these tell.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let mut called = Self::default();
        for entry in new {
            if let Some(told) = Told::of(entry) {
                called.add(key_text(&entry.spend_log.api_key).into(), told);
            }
        }
        called
    }

    /// Adds what came later.
    pub(super) fn plus(&mut self, later: Self) {
        later.0.into_iter().for_each(|(hash, told)| self.add(hash, told));
    }

    fn add(&mut self, hash: Cow<'a, str>, told: Told<'a>) {
        if self.0.get(&hash).is_none_or(|known| known.start_time <= told.start_time) {
            self.0.insert(hash, told);
        }
    }

    /// The same, of nobody's entries.
    pub(super) fn into_owned(self) -> Called<'static> {
        Called(self.0.into_iter().map(|(hash, told)| (owned(hash), told.into_owned())).collect())
    }

    /// Writes it in one statement, or none where nothing is told. The writer's lock is held: so nobody else writes these rows
    /// at the same time, in whatever order.
    pub(super) fn write(&self, db: &Connection) -> Result<(), DbError> {
        let on_conflict = r#"("token") DO UPDATE SET
              "key_alias" = excluded."key_alias", "start_time" = excluded."start_time"
              WHERE "kept"."start_time" < excluded."start_time"
              OR ("kept"."start_time" = excluded."start_time" AND "kept"."key_alias" <> excluded."key_alias")"#;
        let upsert = Insert {
            table: "spillway_key_aliases",
            columns: vec!["token", "key_alias", "start_time"],
            on_conflict: Some(on_conflict.to_owned()),
        };
        let rows = self
            .0
            .iter()
            .map(|(hash, told)| params![hash.as_ref(), told.alias.as_ref(), told.start_time.as_ref()]);
        db.insert(&upsert, &rows.collect::<Vec<_>>())
    }
}

/// What one desk wrote lately.
#[derive(Debug)]
pub(super) struct Written {
    /// With the last start of a request that told the same, whether or not that start was written.
    told: HashMap<String, Told<'static>>,
    bytes: usize,
    since: Instant,
}

impl Default for Written {
    fn default() -> Self {
        Self { told: HashMap::new(), bytes: 0, since: Instant::now() }
    }
}

impl Written {
    /// Has entries not tell what was written lately, nor what is older. Once one tells another name, those after it are kept,
    /// that the last one is written.
    pub(super) fn leave_out(&mut self, entries: &mut [Entry]) {
        if self.since.elapsed() >= LONGEST {
            *self = Self::default();
        }
        for entry in entries {
            if self.knows(entry) {
                entry.key_alias = None;
            }
        }
    }

    fn knows(&mut self, entry: &Entry) -> bool {
        let hash = entry.spend_log.api_key.as_str();
        let (Some(told), Some(known)) = (Told::of(entry), self.told.get_mut(hash)) else { return false };
        if told.start_time < known.start_time {
            return true;
        }
        let is_known = told.alias == known.alias;
        if is_known {
            told.start_time.as_ref().clone_into(known.start_time.to_mut());
        } else {
            self.forget(hash);
        }
        is_known
    }

    fn forget(&mut self, hash: &str) {
        if let Some((hash, told)) = self.told.remove_entry(hash) {
            self.bytes = self.bytes.saturating_sub(bytes(&hash, &told));
        }
    }

    /// Remembers what was written, or waits to be with what it came with.
    pub(super) fn add(&mut self, called: Called<'static>) {
        for (hash, told) in called.0 {
            if self.told.get(hash.as_ref()).is_some_and(|known| known.start_time > told.start_time) {
                continue;
            }
            let bytes = bytes(&hash, &told);
            if self.bytes + bytes > MOST_BYTES {
                *self = Self::default();
            }
            self.bytes += bytes;
            self.told.insert(hash.into_owned(), told);
        }
    }
}

/// What is remembered of one key.
fn bytes(hash: &str, told: &Told<'_>) -> usize {
    hash.len() + told.alias.len() + told.start_time.len() + BYTES_PER_KEY
}

/// What the last requests of these keys called them, of those that they had a name for.
pub(super) fn told(db: &Connection, hashes: &[String]) -> Result<BTreeMap<String, String>, DbError> {
    if hashes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let select = format!(
        r#"SELECT "token", "key_alias" FROM "spillway_key_aliases" WHERE "key_alias" <> '' AND {}"#,
        among(db, r#""token""#, 1)
    );
    let read = db.all(&select, &params![hashes], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(read.into_iter().collect())
}

#[cfg(test)]
#[path = "key_aliases_tests.rs"]
mod tests;
