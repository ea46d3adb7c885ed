//! What keys are called that the ledger has no row of, or no name for: what the last event called them. A gateway has keys
//! of its own file, and a master key; and keys are deleted, while what they spent is still shown.
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

/// Hash → alias, empty where the key has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Called<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Called<'a> {
    /// What these tell last.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let told = new.iter().filter_map(|entry| {
            Some((key_text(&entry.spend_log.api_key).into(), entry.key_alias.as_deref()?.into()))
        });
        Self(told.collect())
    }

    /// Adds what was told later.
    pub(super) fn plus(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// The same, of nobody's entries.
    pub(super) fn into_owned(self) -> Called<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Called(self.0.into_iter().map(|(hash, alias)| (owned(hash), owned(alias))).collect())
    }

    /// Writes it in one statement, or none where nothing is told. The writer's lock is held: so nobody else writes these rows
    /// at the same time, in whatever order.
    pub(super) fn write(&self, db: &Connection) -> Result<(), DbError> {
        let on_conflict = r#"("token") DO UPDATE SET "key_alias" = excluded."key_alias"
              WHERE "kept"."key_alias" <> excluded."key_alias""#;
        let upsert = Insert {
            table: "spillway_key_aliases",
            columns: vec!["token", "key_alias"],
            on_conflict: Some(on_conflict.to_owned()),
        };
        let rows = self.0.iter().map(|(hash, alias)| params![hash.as_ref(), alias.as_ref()]);
        db.insert(&upsert, &rows.collect::<Vec<_>>())
    }
}

/// What one desk wrote lately.
#[derive(Debug)]
pub(super) struct Written {
    aliases: HashMap<String, String>,
    bytes: usize,
    since: Instant,
}

impl Default for Written {
    fn default() -> Self {
        Self { aliases: HashMap::new(), bytes: 0, since: Instant::now() }
    }
}

impl Written {
    /// Has entries not tell what was written lately. Once one tells another name, those after it are kept, that the last one
    /// is written.
    pub(super) fn leave_out(&mut self, entries: &mut [Entry]) {
        if self.since.elapsed() >= LONGEST {
            *self = Self::default();
        }
        for entry in entries {
            let hash = entry.spend_log.api_key.as_str();
            match self.aliases.get(hash) {
                Some(known) if entry.key_alias.as_ref() == Some(known) => entry.key_alias = None,
                Some(_) => self.forget(hash),
                None => (),
            }
        }
    }

    fn forget(&mut self, hash: &str) {
        if let Some((hash, alias)) = self.aliases.remove_entry(hash) {
            self.bytes = self.bytes.saturating_sub(bytes(&hash, &alias));
        }
    }

    /// Remembers what was written, or waits to be with what it came with.
    pub(super) fn add(&mut self, called: Called<'static>) {
        for (hash, alias) in called.0 {
            let bytes = bytes(&hash, &alias);
            if self.bytes + bytes > MOST_BYTES {
                *self = Self::default();
            }
            self.bytes += bytes;
            self.aliases.insert(hash.into_owned(), alias.into_owned());
        }
    }
}

/// What is remembered of one key.
fn bytes(hash: &str, alias: &str) -> usize {
    hash.len() + alias.len() + BYTES_PER_KEY
}

/// What the last events called those of these keys that they had a name for.
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
