//! Many new rows of one table at a time.

/// Where rows go, and what becomes of one whose key is there. Within one call, no two rows have the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insert {
    /// The table, which [`Insert::on_conflict`] calls `"kept"`.
    pub(crate) table: &'static str,
    /// The columns, in the order of each row's values.
    pub(crate) columns: Vec<&'static str>,
    /// SQL after `ON CONFLICT`; without it, no row's key may be there.
    pub(crate) on_conflict: Option<String>,
}

impl Insert {
    /// Rows none of which is there.
    pub(crate) fn new(table: &'static str, columns: &[&'static str]) -> Self {
        Self { table, columns: columns.to_vec(), on_conflict: None }
    }

    /// The statement whose rows are what this SQL says: `VALUES …` or `SELECT …`.
    pub(super) fn statement(&self, rows: &str) -> String {
        let columns = self.names();
        let on_conflict = self.on_conflict.as_ref().map(|what| format!(" ON CONFLICT {what}"));
        format!(
            r#"INSERT INTO "{}" AS "kept" ({columns}) {rows}{}"#,
            self.table,
            on_conflict.unwrap_or_default()
        )
    }

    /// The columns, quoted.
    pub(super) fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|name| format!(r#""{name}""#)).collect();
        names.join(", ")
    }
}
