//! What an import took, what it did not, and why.

use std::collections::BTreeMap;
use std::fmt;

use crate::db::Row;
use crate::store::Taken;

/// Different reasons that are told; what comes after them is counted together.
const REASONS: usize = 50;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// A part for each kind of row.
    pub tables: Vec<Imported>,
}

/// What became of the rows of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// `users`, `teams`, `keys`, `requests`, or `days of` users, teams, tags.
    pub name: &'static str,
    /// Whether LiteLLM's database has no such table.
    pub missing: bool,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that are new here; without a database to store them in, rows that would be taken.
    pub stored: u64,
    /// Rows that were here already, and were left as they are.
    pub known: u64,
    /// New keys that have no alias, because another key has it.
    pub without_alias: u64,
    /// Sums of a day that were not taken, because others of the same key and model are here.
    pub clashes: u64,
    /// Why rows were not taken: how many, and the id of the first.
    pub skipped: BTreeMap<String, (u64, String)>,
    /// What was taken and has no effect here: of how many rows.
    pub without_effect: BTreeMap<&'static str, u64>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is read now.
    pub table: &'static str,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that there are, as far as the server knows without counting; 0 for unknown.
    pub about: u64,
}

impl Imported {
    /// A table that is not there.
    pub(super) fn missing(name: &'static str) -> Self {
        Self { name, missing: true, ..Self::default() }
    }

    /// Rows that were not taken.
    #[must_use]
    pub fn skips(&self) -> u64 {
        self.skipped.values().map(|(count, _)| count).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tables.iter().try_for_each(|table| table.fmt(out))
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, rows, stored, known, .. } = self;
        if self.missing {
            return writeln!(out, "{name}: LiteLLM's database has no such table");
        }
        let skips = self.skips();
        writeln!(out, "{name}: {rows} read, {stored} taken, {known} here already, {skips} skipped")?;
        for (reason, (count, first)) in &self.skipped {
            writeln!(out, "  skipped {count}: {reason} (first: {first})")?;
        }
        if self.without_alias > 0 {
            writeln!(out, "  taken without an alias, which another one has: {}", self.without_alias)?;
        }
        if self.clashes > 0 {
            writeln!(
                out,
                "  not taken, for others of the same day, key and model are here: {}",
                self.clashes
            )?;
        }
        for (what, count) in &self.without_effect {
            writeln!(out, "  without effect here, of {count}: {what}")?;
        }
        Ok(())
    }
}

/// Counts the rows of one table.
pub(super) struct Count {
    id: &'static str,
    imported: Imported,
}

impl Count {
    pub(super) fn of(name: &'static str, id: &'static str) -> Self {
        Self { id, imported: Imported { name, ..Imported::default() } }
    }

    /// A row is not taken.
    pub(super) fn skip(&mut self, row: &Row, reason: String) {
        let skipped = &mut self.imported.skipped;
        let told = skipped.contains_key(&reason) || skipped.len() < REASONS;
        let reason = if told { reason } else { "for other reasons".to_owned() };
        let first = || row.get(self.id).unwrap_or_else(|_| "unknown".to_owned());
        skipped.entry(reason).or_insert_with(|| (0, first())).0 += 1;
    }

    /// A row is taken, but for this.
    pub(super) fn note(&mut self, notes: &[&'static str]) {
        for what in notes {
            *self.imported.without_effect.entry(what).or_default() += 1;
        }
    }

    /// A page is done.
    pub(super) fn add(&mut self, rows: usize, taken: Taken) {
        self.imported.rows += rows as u64;
        self.imported.stored += taken.stored;
        self.imported.known += taken.known;
        self.imported.without_alias += taken.without_alias;
        self.imported.clashes += taken.clashes;
    }

    pub(super) fn rows(&self) -> u64 {
        self.imported.rows
    }

    pub(super) fn done(self) -> Imported {
        self.imported
    }
}
