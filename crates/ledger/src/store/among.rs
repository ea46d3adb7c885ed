//! Conditions on lists of values, which the databases have no word in common for.

use crate::db::{Connection, Dialect};

/// The condition that an SQL expression is one of the texts of the [`crate::db::Param::List`] with this number.
pub(super) fn among(db: &Connection, expression: &str, number: usize) -> String {
    match db.dialect() {
        Dialect::Sqlite => format!("{expression} IN (SELECT value FROM json_each(?{number}))"),
        Dialect::Postgres => format!("{expression} = ANY (CAST(?{number} AS TEXT[]))"),
    }
}
