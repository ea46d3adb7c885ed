//! Sums of nanodollars, here and in SQL, that stop at the largest integer of the database instead of failing: a
//! batch with an absurd price must not stop the batches after it.

use crate::db::Dialect;

/// The largest amount.
const MOST: u64 = i64::MAX.unsigned_abs();

/// The lower half of an integer's bits.
const LOWER: u64 = u32::MAX as u64;

/// The sum of two amounts.
pub(super) fn sum(one: u64, other: u64) -> u64 {
    one.saturating_add(other).min(MOST)
}

/// SQL for the sum of a column and an expression, both as SQL.
pub(super) fn sql_sum(column: &str, amount: &str) -> String {
    format!("CASE WHEN {column} > {MOST} - {amount} THEN {MOST} ELSE {column} + {amount} END")
}

/// SQL for the sum of a column of whole numbers over all rows of a group; null where there is none.
///
/// SQLite fails where its own sum leaves 64 bits, and PostgreSQL gives a number that nobody can read. In SQLite, halves of
/// the numbers are summed, which would take two thousand million rows to do so.
pub(super) fn sql_total(dialect: Dialect, column: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("CASE WHEN sum({column}) > {MOST} THEN {MOST} ELSE sum({column}) END"),
        Dialect::Sqlite => {
            let lower = format!("sum({column} & {LOWER})");
            let upper = format!("(sum({column} >> 32) + ({lower} >> 32))");
            format!("CASE WHEN {upper} >> 31 > 0 THEN {MOST} ELSE ({upper} << 32) + ({lower} & {LOWER}) END")
        }
    }
}
