//! Which rows: the conditions of a query.

use crate::db::Param;

/// A `WHERE` in parts: the conditions are ours, every value is bound.
#[derive(Default)]
pub(super) struct Conditions {
    /// Values that are bound before the first one of these.
    before: usize,
    clauses: Vec<String>,
    values: Vec<String>,
}

impl Conditions {
    /// Conditions of a further `SELECT` of the same statement, whose values come after so many.
    pub(super) fn after(before: usize) -> Self {
        Self { before, ..Self::default() }
    }

    /// Adds a condition with `?` where there is a value for it.
    pub(super) fn and(mut self, clause: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            let place = self.bind(value.to_string());
            self.clauses.push(clause.replace('?', &place));
        }
        self
    }

    /// Adds the condition that a pair of columns is less than a pair of values: what comes after them in a list
    /// that descends by both.
    pub(super) fn and_below(mut self, columns: &'static str, values: Option<(&str, &str)>) -> Self {
        if let Some((first, second)) = values {
            let (first, second) = (self.bind(first.to_owned()), self.bind(second.to_owned()));
            self.clauses.push(format!("({columns}) < ({first}, {second})"));
        }
        self
    }

    fn bind(&mut self, value: String) -> String {
        self.values.push(value);
        format!("?{}", self.before + self.values.len())
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
        let last = self.before + self.values.len();
        format!("LIMIT ?{} OFFSET ?{}", last + 1, last + 2)
    }

    /// The values of the conditions and of [`Conditions::limit`].
    pub(super) fn params_of(&self, page: super::Page) -> Vec<Param<'_>> {
        let mut params = self.params();
        params.extend([Param::from(page.size), Param::from(page.offset())]);
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_bound_under_its_number() {
        let conditions = Conditions::default()
            .and("a = ?", Some("x' OR 1=1 --"))
            .and("b = ?", None::<&str>)
            .and_below("c, d", Some(("1", "2")))
            .and("e IN (?, upper(?))", Some("z"));
        assert_eq!(conditions.sql(), "WHERE a = ?1 AND (c, d) < (?2, ?3) AND e IN (?4, upper(?4))");
        assert_eq!(conditions.params(), ["x' OR 1=1 --", "1", "2", "z"].map(Param::from));
        assert_eq!(conditions.limit(), "LIMIT ?5 OFFSET ?6");
        assert_eq!(Conditions::default().sql(), "");
        let further = Conditions::after(4).and("f = ?", Some("y"));
        assert_eq!(
            (further.sql().as_str(), further.limit().as_str()),
            ("WHERE f = ?5", "LIMIT ?6 OFFSET ?7")
        );
    }
}
