//! The parts of a query that is put together: conditions and the values that they name.

use crate::db::Param;

/// Conditions that all hold, and their values. What is quoted of a caller is always a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    conditions: Vec<String>,
    values: Vec<String>,
}

impl Search {
    /// Adds a condition that names no value.
    pub(super) fn that(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// Adds a condition with `?` where the value stands.
    pub(super) fn with(&mut self, condition: &str, value: impl Into<String>) {
        let place = self.place(value);
        self.conditions.push(condition.replace('?', &place));
    }

    /// Adds a condition where there is a value for it.
    pub(super) fn with_any(&mut self, condition: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.with(condition, value);
        }
    }

    /// A value for a condition that is written elsewhere: what it is named by.
    pub(super) fn place(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Takes the conditions out, joined; further ones have the next numbers.
    pub(super) fn take_sql(&mut self) -> String {
        std::mem::take(&mut self.conditions).join(" AND ")
    }

    /// The values, in the order of their numbers.
    pub(super) fn params(&self) -> Vec<Param<'_>> {
        self.values.iter().map(Param::from).collect()
    }
}
