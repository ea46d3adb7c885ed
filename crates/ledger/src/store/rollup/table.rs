//! Tables of sums: a row per key, to which batches add.

use crate::db::{Connection, DbError, Param};
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
        if rows.is_empty() { Ok(()) } else { db.execute_many(&self.upsert(), rows) }
    }

    fn upsert(&self) -> String {
        let quoted = |name: &&str| format!(r#""{name}""#);
        let columns: Vec<String> =
            [self.keys, self.sums, self.replaced, self.made].concat().iter().map(quoted).collect();
        let places: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
        let keys: Vec<String> = self.keys.iter().map(quoted).collect();
        let summed = self.sums.iter().map(|name| {
            let total = sql_sum(&format!(r#""kept"."{name}""#), &format!(r#"excluded."{name}""#));
            format!(r#""{name}" = {total}"#)
        });
        let replaced = self.replaced.iter().map(|name| format!(r#""{name}" = excluded."{name}""#));
        let changes: Vec<String> = summed.chain(replaced).collect();
        format!(
            r#"INSERT INTO "{}" AS "kept" ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}"#,
            self.name,
            columns.join(", "),
            places.join(", "),
            keys.join(", "),
            changes.join(", ")
        )
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
        let expected = format!(
            r#"INSERT INTO "t" AS "kept" ("a", "b", "n", "seen", "made") VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT ("a", "b") DO UPDATE SET "n" = {sum}, "seen" = excluded."seen""#
        );
        assert_eq!(table.upsert(), expected);
    }
}
