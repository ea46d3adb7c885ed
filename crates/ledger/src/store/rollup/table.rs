//! Tables of sums: a row per key, to which batches add.

use crate::db::{Connection, DbError, Insert, Param};
use crate::store::money::sql_sum;

/// A table, and what a batch says of a row: the values of `keys`, then of `sums`, then of `replaced`.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Columns that tell rows apart: the table's primary key.
    pub(super) keys: &'static [&'static str],
    /// Columns of whole numbers that are added to.
    pub(super) sums: &'static [&'static str],
    /// Columns that take the new value.
    pub(super) replaced: &'static [&'static str],
    /// Columns that are written when a row is made, after all others.
    pub(super) made: &'static [&'static str],
}

impl Table {
    /// Adds these rows of values.
    pub(super) fn add(&self, db: &Connection, rows: &[Vec<Param<'_>>]) -> Result<(), DbError> {
        db.insert(&self.upsert(), rows)
    }

    fn upsert(&self) -> Insert {
        let keys: Vec<String> = self.keys.iter().map(|name| format!(r#""{name}""#)).collect();
        let summed = self.sums.iter().map(|name| {
            let total = sql_sum(&format!(r#""kept"."{name}""#), &format!(r#"excluded."{name}""#));
            format!(r#""{name}" = {total}"#)
        });
        let replaced = self.replaced.iter().map(|name| format!(r#""{name}" = excluded."{name}""#));
        let changes: Vec<String> = summed.chain(replaced).collect();
        Insert {
            table: self.name,
            columns: [self.keys, self.sums, self.replaced, self.made].concat(),
            on_conflict: Some(format!("({}) DO UPDATE SET {}", keys.join(", "), changes.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_added_and_the_rest_is_replaced_or_kept() {
        let table =
            Table { name: "t", keys: &["a", "b"], sums: &["n"], replaced: &["seen"], made: &["made"] };
        let sum = sql_sum(r#""kept"."n""#, r#"excluded."n""#);
        let expected = Insert {
            table: "t",
            columns: vec!["a", "b", "n", "seen", "made"],
            on_conflict: Some(format!(r#"("a", "b") DO UPDATE SET "n" = {sum}, "seen" = excluded."seen""#)),
        };
        assert_eq!(table.upsert(), expected);
    }
}
