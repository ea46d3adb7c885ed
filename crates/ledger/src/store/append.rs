//! The statements of one batch. The caller owns the transaction.

use std::collections::BTreeSet;

use spillway_filter::event::Acknowledgement;

use super::tally::Tally;
use super::{guardrail_rows, spend_rows};
use crate::db::{Connection, DbError, Dialect, params};
use crate::record::Entry;

/// Inserts what is new. A known request id changes nothing: neither its row, nor any count, nor any sum.
pub(super) fn entries(db: &Connection, entries: &[Entry], now: &str) -> Result<Acknowledgement, DbError> {
    let mut seen = known(db, entries)?;
    let new: Vec<&Entry> =
        entries.iter().filter(|entry| seen.insert(entry.spend_log.request_id.clone())).collect();
    spend_rows::insert(db, &new, now)?;
    guardrail_rows::insert(db, &new, now)?;
    let mut tally = Tally::default();
    new.iter().for_each(|entry| tally.add(entry));
    tally.write(db, now)?;
    Ok(Acknowledgement { stored: new.len() as u64, duplicates: (entries.len() - new.len()) as u64 })
}

/// The ids of these that are stored already. The writer's lock is held, so that none is added meanwhile.
fn known(db: &Connection, entries: &[Entry]) -> Result<BTreeSet<String>, DbError> {
    let among = match db.dialect() {
        Dialect::Sqlite => "IN (SELECT value FROM json_each(?1))",
        Dialect::Postgres => "= ANY (CAST(?1 AS TEXT[]))",
    };
    let select = format!(r#"SELECT "request_id" FROM "LiteLLM_SpendLogs" WHERE "request_id" {among}"#);
    let ids: Vec<String> = entries.iter().map(|entry| entry.spend_log.request_id.clone()).collect();
    Ok(db.all(&select, &params![ids.as_slice()], |row| row.get(0))?.into_iter().collect())
}
