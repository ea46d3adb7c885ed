//! A key with all that a gateway has to know to admit its requests.

use spillway_filter::keys::Lookup;

use super::holders::read;
use super::{StoreError, budgets};
use crate::db::Connection;
use crate::record::{KeyRow, TeamRow, UserRow};

/// See [`super::Store::lookup`].
pub(super) fn of(db: &Connection, hash: &str, gateway: &str) -> Result<Lookup, StoreError> {
    // One snapshot: a key is not told with a team of a later time.
    db.snapshot(|db| seen(db, hash, gateway))
}

fn seen(db: &Connection, hash: &str, gateway: &str) -> Result<Lookup, StoreError> {
    let mut balances = budgets::balances(db, "key", hash, gateway)?;
    let Some(row) = read::<KeyRow>(db, hash)? else { return Ok(Lookup { key: None, balances }) };
    let (mut team, mut user) = (None, None);
    if let Some(id) = &row.team_id {
        team = read::<TeamRow>(db, id)?;
        balances.extend(budgets::balances(db, "team", id, gateway)?);
    }
    if let Some(id) = &row.user_id {
        user = read::<UserRow>(db, id)?;
        balances.extend(budgets::balances(db, "user", id, gateway)?);
    }
    Ok(Lookup { key: Some(Box::new(row.told(team, user))), balances })
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
