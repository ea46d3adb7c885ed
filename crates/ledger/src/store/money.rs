//! Sums of nanodollars, here and in SQL, that stop at the largest integer of the database instead of failing: a
//! batch with an absurd price must not stop the batches after it.

/// The largest amount.
const MOST: u64 = i64::MAX.unsigned_abs();

/// The sum of two amounts.
pub(super) fn sum(one: u64, other: u64) -> u64 {
    one.saturating_add(other).min(MOST)
}

/// SQL for the sum of a column and an expression, both as SQL.
pub(super) fn sql_sum(column: &str, amount: &str) -> String {
    format!("CASE WHEN {column} > {MOST} - {amount} THEN {MOST} ELSE {column} + {amount} END")
}
