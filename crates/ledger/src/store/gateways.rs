//! Which gateways there are. A gateway's id lives as long as its process, so its parts of the balances are of
//! no use to anybody once it is gone: they are dropped, and the totals keep what it spent.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::calendar::{ago, now};
use crate::db::{Connection, DbError, params};

/// A gateway that was not heard of for so long is gone. One that comes back after that counts what it spent
/// before as another's: it refuses too early, never too late, and only until the budget's period ends.
const GONE_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// How exact the time is at which a gateway was heard of.
const SEEN_EVERY: Duration = Duration::from_secs(3_600);

/// Rows that one batch of events cleans up: a part of what a batch writes.
const ROWS_AT_ONCE: u64 = 1_000;

/// Gateways that [`Seen`] remembers.
const REMEMBERED: usize = 4_096;

/// Gateways that ask and of which the table needs no further word for now. They ask twice a second, and each
/// time it would cost a write.
#[derive(Default)]
pub(super) struct Seen {
    told: Mutex<BTreeMap<String, Instant>>,
}

impl Seen {
    /// Whether the table should hear of this gateway now.
    pub(super) fn is_news(&self, gateway: &str) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(gateway).is_some_and(|at| at.elapsed() < SEEN_EVERY) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.clear();
        }
        told.insert(gateway.to_owned(), Instant::now());
        true
    }
}

/// Notes that a gateway was heard of.
pub(super) fn seen(db: &Connection, gateway: &str) -> Result<(), DbError> {
    let upsert = r#"
        INSERT INTO "spillway_gateways" ("gateway", "seen_at") VALUES (?1, ?2)
        ON CONFLICT ("gateway") DO UPDATE SET "seen_at" = excluded."seen_at"
          WHERE "spillway_gateways"."seen_at" < ?3"#;
    db.execute(upsert, &params![gateway, &now(), &ago(SEEN_EVERY)])?;
    Ok(())
}

/// Drops parts of the gateway that is gone for the longest, if there is one; and the gateway with the last of
/// them.
pub(super) fn merge_one(db: &Connection) -> Result<(), DbError> {
    let select = r#"
        SELECT "gateway" FROM "spillway_gateways" WHERE "seen_at" < ?1 ORDER BY "seen_at" LIMIT 1"#;
    let gone: Option<String> = db.first(select, &params![&ago(GONE_AFTER)], |row| row.get(0))?;
    let Some(gateway) = gone else { return Ok(()) };
    let delete = r#"
        DELETE FROM "spillway_budget_spend_by_gateway" WHERE "gateway" = ?1 AND ("scope", "period_ms") IN (
          SELECT "scope", "period_ms" FROM "spillway_budget_spend_by_gateway" WHERE "gateway" = ?1 LIMIT ?2)"#;
    if db.execute(delete, &params![&gateway, ROWS_AT_ONCE])? < ROWS_AT_ONCE {
        db.execute(r#"DELETE FROM "spillway_gateways" WHERE "gateway" = ?1"#, &params![&gateway])?;
    }
    Ok(())
}
