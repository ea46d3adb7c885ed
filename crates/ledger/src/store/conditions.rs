//! Which rows: the conditions of a query.

use rusqlite::types::ToSql;

/// A `WHERE` in parts: the conditions are ours, every value is bound.
#[derive(Default)]
pub(super) struct Conditions {
    clauses: Vec<&'static str>,
    values: Vec<String>,
}

impl Conditions {
    /// Adds a condition with one `?` where there is a value for it.
    pub(super) fn and(mut self, clause: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.clauses.push(clause);
            self.values.push(value.to_string());
        }
        self
    }

    /// `WHERE …`, true where there is no condition.
    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!("WHERE {}", self.clauses.join(" AND ")) }
    }

    /// The values in the order of the `?`s.
    pub(super) fn values(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(|value| value as &dyn ToSql).collect()
    }
}
