//! What the new events of a batch cost, summed by who pays before it is written: a batch of a thousand events
//! of one key changes that key's rows once.

use std::collections::{BTreeMap, BTreeSet};

use super::money::{sql_sum, sum};
use super::{budgets, changes, gateways};
use crate::db::{Connection, DbError, params};
use crate::record::Entry;

/// Sums of the events that were added so far.
#[derive(Default)]
pub(super) struct Tally<'a> {
    /// Scope and period → gateway → nanodollars.
    charged: BTreeMap<(&'a str, u64), BTreeMap<&'a str, u64>>,
    keys: BTreeMap<&'a str, u64>,
    teams: BTreeMap<&'a str, u64>,
    users: BTreeMap<&'a str, u64>,
    gateways: BTreeSet<&'a str>,
}

impl<'a> Tally<'a> {
    /// Adds an event that is stored for the first time.
    pub(super) fn add(&mut self, entry: &'a Entry) {
        let request = &entry.spend_log;
        let cost = request.spend_nanodollars;
        let team = request.team_id.as_deref().unwrap_or_default();
        for (sums, id) in [
            (&mut self.keys, request.api_key.as_str()),
            (&mut self.teams, team),
            (&mut self.users, &request.user),
        ] {
            if !id.is_empty() {
                add(sums, id, cost);
            }
        }
        if !entry.gateway.is_empty() {
            self.gateways.insert(&entry.gateway);
        }
        for charge in entry.charges.iter().filter(|_| cost > 0) {
            let by_gateway = self.charged.entry((&charge.scope, charge.period_ms)).or_default();
            add(by_gateway, &entry.gateway, cost);
        }
    }

    /// Writes the sums, and tells the gateways of every balance that is another now.
    pub(super) fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        for gateway in &self.gateways {
            gateways::seen(db, gateway)?;
        }
        for ((scope, period_ms), by_gateway) in &self.charged {
            let total = by_gateway.values().fold(0, |total, part| sum(total, *part));
            budgets::charge(db, scope, *period_ms, total, now)?;
            for (gateway, part) in by_gateway {
                budgets::charge_by(db, scope, *period_ms, gateway, *part)?;
            }
            changes::note_balance(db, scope, *period_ms)?;
        }
        spend(db, "LiteLLM_VerificationToken", "token", &self.keys)?;
        spend(db, "LiteLLM_TeamTable", "team_id", &self.teams)?;
        spend(db, "LiteLLM_UserTable", "user_id", &self.users)?;
        used(db, self.keys.keys().copied(), now)
    }
}

fn add<'a>(sums: &mut BTreeMap<&'a str, u64>, id: &'a str, cost: u64) {
    let total = sums.entry(id).or_default();
    *total = sum(*total, cost);
}

/// Adds to what the holders have spent in all their time, where there are rows of them.
fn spend(db: &Connection, table: &str, id: &str, sums: &BTreeMap<&str, u64>) -> Result<(), DbError> {
    let total = sql_sum(r#""spend_nanodollars""#, "CAST(?2 AS BIGINT)");
    let update = format!(r#"UPDATE "{table}" SET "spend_nanodollars" = {total} WHERE "{id}" = ?1"#);
    let rows = sums.iter().filter(|(_, cost)| **cost > 0);
    let rows: Vec<_> = rows.map(|(id, cost)| params![*id, *cost].to_vec()).collect();
    db.execute_many(&update, &rows)
}

/// LiteLLM's column of when a key was last used.
fn used<'a>(db: &Connection, tokens: impl Iterator<Item = &'a str>, now: &str) -> Result<(), DbError> {
    let update = r#"UPDATE "LiteLLM_VerificationToken" SET "last_active" = ?2 WHERE "token" = ?1"#;
    let rows: Vec<_> = tokens.map(|token| params![token, now].to_vec()).collect();
    db.execute_many(update, &rows)
}
