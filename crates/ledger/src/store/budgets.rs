//! What was charged to budgets: per scope and period, by all gateways and by each.
//!
//! A scope keeps the period that began last and the [`PERIODS`] that were charged last: events of a period that
//! is over arrive late, and a budget whose duration was changed goes on in a period that began earlier.

use std::collections::BTreeSet;

use spillway_filter::budgets::Balance;

use super::among::among;
use super::money::sql_sum;
use crate::db::{Connection, DbError, Insert, Row, params};

/// Periods of a scope that are kept besides the one that began last.
const PERIODS: u32 = 3;

/// Balances of one holder in one answer: its own, and those of the model groups that it has a budget for; a
/// thousand of them in every period that is kept.
const TOLD: u32 = 4_096;

/// What is added to a budget: its scope, when the period began, and nanodollars.
pub(super) type Charged<'a> = (&'a str, u64, u64);

/// Adds to what was charged to budgets, of which no two are the same scope and period.
pub(super) fn charge(db: &Connection, charged: &[Charged<'_>], now: &str) -> Result<(), DbError> {
    let known = periods(db, charged)?;
    let on_conflict = format!(
        r#"("scope", "period_ms") DO UPDATE SET "nanodollars" = {}, "charged_at" = excluded."charged_at""#,
        sql_sum(r#""kept"."nanodollars""#, r#"excluded."nanodollars""#)
    );
    let upsert = Insert {
        table: "spillway_budget_spend",
        columns: vec!["scope", "period_ms", "nanodollars", "charged_at"],
        on_conflict: Some(on_conflict),
    };
    let rows = charged
        .iter()
        .map(|(scope, period_ms, nanodollars)| params![*scope, *period_ms, *nanodollars, now].to_vec());
    db.insert(&upsert, &rows.collect::<Vec<_>>())?;
    let new =
        charged.iter().filter(|(scope, period_ms, _)| !known.contains(&((*scope).to_owned(), *period_ms)));
    new.map(|(scope, ..)| *scope).try_for_each(|scope| drop_old_periods(db, scope))
}

/// The periods that these scopes have.
fn periods(db: &Connection, charged: &[Charged<'_>]) -> Result<BTreeSet<(String, u64)>, DbError> {
    let scopes: BTreeSet<&str> = charged.iter().map(|(scope, ..)| *scope).collect();
    let scopes: Vec<String> = scopes.into_iter().map(str::to_owned).collect();
    let select = format!(
        r#"SELECT "scope", "period_ms" FROM "spillway_budget_spend" WHERE {}"#,
        among(db, r#""scope""#, 1)
    );
    let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
    Ok(db.all(&select, &params![scopes.as_slice()], read)?.into_iter().collect())
}

/// Adds to a gateway's part of them.
pub(super) fn charge_by(db: &Connection, parts: &[(Charged<'_>, &str)]) -> Result<(), DbError> {
    let on_conflict = format!(
        r#"("scope", "period_ms", "gateway") DO UPDATE SET "nanodollars" = {}"#,
        sql_sum(r#""kept"."nanodollars""#, r#"excluded."nanodollars""#)
    );
    let upsert = Insert {
        table: "spillway_budget_spend_by_gateway",
        columns: vec!["scope", "period_ms", "gateway", "nanodollars"],
        on_conflict: Some(on_conflict),
    };
    let rows = parts.iter().map(|((scope, period_ms, nanodollars), gateway)| {
        params![*scope, *period_ms, *gateway, *nanodollars].to_vec()
    });
    db.insert(&upsert, &rows.collect::<Vec<_>>())
}

/// Called when a scope gets a period, which bounds both tables by the number of scopes.
fn drop_old_periods(db: &Connection, scope: &str) -> Result<(), DbError> {
    let delete = r#"
        DELETE FROM "spillway_budget_spend" WHERE "scope" = ?1
          AND "period_ms" < (SELECT max("period_ms") FROM "spillway_budget_spend" WHERE "scope" = ?1)
          AND "period_ms" NOT IN (
            SELECT "period_ms" FROM "spillway_budget_spend" WHERE "scope" = ?1
            ORDER BY "charged_at" DESC, "period_ms" DESC LIMIT ?2)"#;
    let parts = r#"
        DELETE FROM "spillway_budget_spend_by_gateway" WHERE "scope" = ?1
          AND "period_ms" NOT IN (SELECT "period_ms" FROM "spillway_budget_spend" WHERE "scope" = ?1)"#;
    if db.execute(delete, &params![scope, PERIODS])? > 0 {
        db.execute(parts, &params![scope])?;
    }
    Ok(())
}

/// Balances of a holder and of its model groups. A model group's scope is within this range: `0` follows `/`.
pub(super) const SELECT: &str = r#"
    SELECT "all"."scope", "all"."period_ms", "all"."nanodollars", coalesce("own"."nanodollars", 0)
    FROM "spillway_budget_spend" AS "all"
    LEFT JOIN "spillway_budget_spend_by_gateway" AS "own"
      ON "own"."scope" = "all"."scope" AND "own"."period_ms" = "all"."period_ms" AND "own"."gateway" = ?2
    WHERE "all"."scope" = ?1
      OR ("all"."scope" > ?1 || '/model/' AND "all"."scope" < ?1 || '/model0')
    ORDER BY "all"."scope", "all"."period_ms" LIMIT ?3"#;

/// What is spent in the scope of a holder and in those of its model groups: each period that is kept, in the
/// order in which they began.
pub(super) fn balances(
    db: &Connection,
    kind: &str,
    id: &str,
    gateway: &str,
) -> Result<Vec<Balance>, DbError> {
    let read = |row: &Row| {
        Ok(Balance {
            scope: row.get(0)?,
            period_ms: row.get(1)?,
            total_nanodollars: row.get(2)?,
            own_nanodollars: row.get(3)?,
        })
    };
    let scope = format!("{kind}/{id}");
    db.all(SELECT, &params![&scope, gateway, TOLD], read)
}

/// Gives what was spent in a holder's scopes to those of its new id. No gateway counted anything for those
/// yet, so no part of it is any gateway's own.
pub(super) fn rename(db: &Connection, kind: &str, from: &str, to: &str, now: &str) -> Result<(), DbError> {
    let (old, new) = (format!("{kind}/{from}"), format!("{kind}/{to}"));
    for balance in balances(db, kind, from, "")? {
        let scope = balance.scope.replacen(&old, &new, 1);
        charge(db, &[(&scope, balance.period_ms, balance.total_nanodollars)], now)?;
    }
    forget(db, kind, from)
}

/// Deletes what is known of a holder's scopes.
pub(super) fn forget(db: &Connection, kind: &str, id: &str) -> Result<(), DbError> {
    let scope = format!("{kind}/{id}");
    for table in ["spillway_budget_spend", "spillway_budget_spend_by_gateway"] {
        let delete = format!(
            r#"DELETE FROM "{table}" WHERE "scope" = ?1 OR ("scope" > ?1 || '/model/' AND "scope" < ?1 || '/model0')"#
        );
        db.execute(&delete, &params![&scope])?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "budgets_tests.rs"]
mod tests;
