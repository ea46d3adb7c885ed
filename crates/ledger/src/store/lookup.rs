//! A key with all that a gateway has to know to admit its requests.

use rusqlite::Connection;
use spillway_filter::keys::Lookup;

use super::holders::read;
use super::{StoreError, budgets};
use crate::record::{KeyRow, TeamRow, UserRow};

/// See [`super::Store::lookup`].
pub(super) fn of(db: &Connection, hash: &str, gateway: &str) -> Result<Lookup, StoreError> {
    // One snapshot: a key is not told with a team of a later time.
    let snapshot = db.unchecked_transaction()?;
    let mut balances = budgets::balances(&snapshot, "key", hash, gateway)?;
    let Some(row) = read::<KeyRow>(&snapshot, hash)? else { return Ok(Lookup { key: None, balances }) };
    let (mut team, mut user) = (None, None);
    if let Some(id) = &row.team_id {
        team = read::<TeamRow>(&snapshot, id)?;
        balances.extend(budgets::balances(&snapshot, "team", id, gateway)?);
    }
    if let Some(id) = &row.user_id {
        user = read::<UserRow>(&snapshot, id)?;
        balances.extend(budgets::balances(&snapshot, "user", id, gateway)?);
    }
    Ok(Lookup { key: Some(Box::new(row.told(team, user))), balances })
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
