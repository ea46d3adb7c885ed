//! Which rows: the conditions of a query.

use crate::db::Param;

/// A `WHERE` in parts: the conditions are ours, every value is bound.
#[derive(Default)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<String>,
}

impl Conditions {
    /// Adds a condition with `?` where there is a value for it.
    pub(super) fn and(mut self, clause: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.values.push(value.to_string());
            self.clauses.push(clause.replace('?', &format!("?{}", self.values.len())));
        }
        self
    }

    /// `WHERE …`, empty where there is no condition.
    pub(super) fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!("WHERE {}", self.clauses.join(" AND ")) }
    }

    /// The values of the conditions, in the order of their numbers.
    pub(super) fn params(&self) -> Vec<Param<'_>> {
        self.values.iter().map(Param::from).collect()
    }

    /// `LIMIT ? OFFSET ?` with the numbers after those of the conditions.
    pub(super) fn limit(&self) -> String {
        format!("LIMIT ?{} OFFSET ?{}", self.values.len() + 1, self.values.len() + 2)
    }

    /// The values of the conditions and of [`Conditions::limit`].
    pub(super) fn params_of(&self, page: super::Page) -> Vec<Param<'_>> {
        let mut params = self.params();
        params.extend([Param::from(page.size), Param::from(page.offset())]);
        params
    }
}
