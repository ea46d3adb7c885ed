//! Keys, teams and users that another program kept.

use std::collections::BTreeSet;

use super::{Refused, Taken};
use crate::calendar::now;
use crate::db::{Connection, DbError, params};
use crate::record::{KeyRow, TeamRow, UserRow};
use crate::store::holders::{Holder, create, read};
use crate::store::{WriteError, budgets};

/// A row that arrives, with what a new one does not have.
#[derive(Clone, Debug)]
pub(crate) struct Arrival<T> {
    /// The row.
    pub(crate) row: T,
    /// What was spent in all its time, in 10⁻⁹ dollars.
    pub(crate) spend_nanodollars: u64,
    /// What was spent in its budget's present period: when that began, in milliseconds since the Unix epoch, and
    /// 10⁻⁹ dollars. None where it has no budget.
    pub(crate) period: Option<(u64, u64)>,
    /// When it was made, as [`crate::calendar::timestamp`] writes it.
    pub(crate) created_at: Option<String>,
}

/// A row that can arrive.
pub(crate) trait Arriving: Holder + Clone {
    /// Takes the name away that no other row may have; whether it had one.
    fn drop_alias(&mut self) -> bool {
        false
    }
}

impl Arriving for KeyRow {
    fn drop_alias(&mut self) -> bool {
        self.key_alias.take().is_some()
    }
}

impl Arriving for TeamRow {}

impl Arriving for UserRow {}

/// Stores those that are not here. The caller owns the transaction.
pub(super) fn store<T: Arriving>(db: &Connection, rows: Vec<Arrival<T>>) -> Result<Taken, Refused> {
    let mut taken = Taken::default();
    for arrival in rows {
        if read::<T>(db, arrival.row.id())?.is_some() {
            taken.known += 1;
            continue;
        }
        taken.without_alias += u64::from(insert(db, &arrival)?);
        taken.stored += 1;
    }
    Ok(taken)
}

/// See [`super::Importer::not_here`].
pub(super) fn not_here<T: Arriving>(
    db: &Connection,
    ids: BTreeSet<String>,
) -> Result<BTreeSet<String>, DbError> {
    let mut absent = BTreeSet::new();
    for id in ids {
        if read::<T>(db, &id)?.is_none() {
            absent.insert(id);
        }
    }
    Ok(absent)
}

/// Stores a row; whether it went without its alias.
fn insert<T: Arriving>(db: &Connection, arrival: &Arrival<T>) -> Result<bool, WriteError> {
    let mut row = arrival.row.clone();
    let mut without_alias = false;
    match create(db, row.clone()) {
        Err(WriteError::Taken { .. }) if row.drop_alias() => {
            without_alias = true;
            create(db, row)?;
        }
        other => drop(other?),
    }
    carry(db, arrival)?;
    Ok(without_alias)
}

/// What it spent before. No gateway counted any of it, so no part of its budget's is any gateway's own.
fn carry<T: Holder>(db: &Connection, arrival: &Arrival<T>) -> Result<(), DbError> {
    let id = arrival.row.id();
    let update = format!(
        r#"UPDATE "{}" SET "spend_nanodollars" = ?2, "created_at" = coalesce(?3, "created_at") WHERE "{}" = ?1"#,
        T::TABLE,
        T::ID
    );
    db.execute(&update, &params![id, arrival.spend_nanodollars, arrival.created_at.as_ref()])?;
    match arrival.period {
        Some((period_ms, spent)) if spent > 0 => {
            budgets::charge(db, &[(&format!("{}/{id}", T::SCOPE), period_ms, spent)], &now())
        }
        _ => Ok(()),
    }
}
