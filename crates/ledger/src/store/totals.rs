//! Sums over the spend log.

use std::collections::BTreeMap;

use super::money::sql_total;
use super::{Span, StoreError};
use crate::db::Connection;

/// Requests, money and tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StatusTotals {
    /// Requests.
    pub(crate) rows: u64,
    /// Exact, in 10⁻⁹ dollars.
    pub(crate) spend_nanodollars: u64,
    /// Tokens of prompts.
    pub(crate) prompt_tokens: u64,
    /// Tokens of answers.
    pub(crate) completion_tokens: u64,
}

impl StatusTotals {
    fn plus(self, other: Self) -> Self {
        Self {
            rows: self.rows.saturating_add(other.rows),
            spend_nanodollars: self.spend_nanodollars.saturating_add(other.spend_nanodollars),
            prompt_tokens: self.prompt_tokens.saturating_add(other.prompt_tokens),
            completion_tokens: self.completion_tokens.saturating_add(other.completion_tokens),
        }
    }
}

/// The sums by status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// `success`, `failure`; a status that no row has is absent.
    pub(crate) by_status: BTreeMap<String, StatusTotals>,
}

impl Totals {
    /// The sums over every status.
    pub(crate) fn all(&self) -> StatusTotals {
        self.by_status.values().fold(StatusTotals::default(), |sum, part| sum.plus(*part))
    }
}

/// The sums of the requests that began within this time.
pub(super) fn of(db: &Connection, span: &Span) -> Result<Totals, StoreError> {
    let conditions = span.conditions();
    let sums = [r#""spend_nanodollars""#, r#""prompt_tokens""#, r#""completion_tokens""#];
    let sums = sums.map(|column| sql_total(db.dialect(), column)).join(", ");
    let select = format!(
        r#"SELECT "status", count(*), {sums} FROM "LiteLLM_SpendLogs" {} GROUP BY "status""#,
        conditions.sql()
    );
    let by_status = db
        .all(&select, &conditions.params(), |row| {
            let sums = StatusTotals {
                rows: row.get(1)?,
                spend_nanodollars: row.get(2)?,
                prompt_tokens: row.get(3)?,
                completion_tokens: row.get(4)?,
            };
            Ok((row.get(0)?, sums))
        })?
        .into_iter()
        .collect();
    Ok(Totals { by_status })
}
