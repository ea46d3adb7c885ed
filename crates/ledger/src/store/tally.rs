//! What the new events of a batch cost, summed by who pays before it is written: a batch of a thousand events
//! of one key changes that key's rows once.

use std::collections::{BTreeMap, BTreeSet};

use super::among::among;
use super::money::{sql_sum, sum};
use super::{budgets, changes, gateways};
use crate::db::{Connection, DbError, Dialect, params};
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
    /// Sums events that are stored for the first time.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let mut tally = Self::default();
        new.iter().for_each(|entry| tally.add(entry));
        tally
    }

    fn add(&mut self, entry: &'a Entry) {
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

    /// Writes the sums while the writer's lock is held, and tells the gateways of every balance that is another now.
    pub(super) fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        for gateway in &self.gateways {
            gateways::seen(db, gateway)?;
        }
        self.charge(db, now)?;
        spend(db, "LiteLLM_VerificationToken", "token", &self.keys)?;
        spend(db, "LiteLLM_TeamTable", "team_id", &self.teams)?;
        spend(db, "LiteLLM_UserTable", "user_id", &self.users)?;
        used(db, self.keys.keys().copied(), now)
    }

    fn charge(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        let totals = self.charged.iter().map(|((scope, period_ms), by_gateway)| {
            (*scope, *period_ms, by_gateway.values().fold(0, |total, part| sum(total, *part)))
        });
        let parts = self.charged.iter().flat_map(|((scope, period_ms), by_gateway)| {
            by_gateway.iter().map(|(gateway, part)| ((*scope, *period_ms, *part), *gateway))
        });
        budgets::charge(db, &totals.collect::<Vec<_>>(), now)?;
        budgets::charge_by(db, &parts.collect::<Vec<_>>())?;
        changes::note_balances(db, &self.charged.keys().copied().collect::<Vec<_>>())
    }
}

fn add<'a>(sums: &mut BTreeMap<&'a str, u64>, id: &'a str, cost: u64) {
    let total = sums.entry(id).or_default();
    *total = sum(*total, cost);
}

/// Adds to what the holders have spent in all their time, where there are rows of them.
fn spend(db: &Connection, table: &str, id: &str, sums: &BTreeMap<&str, u64>) -> Result<(), DbError> {
    let sums: BTreeMap<_, _> = sums.iter().filter(|(_, cost)| **cost > 0).collect();
    if sums.is_empty() {
        return Ok(());
    }
    let total = sql_sum(&format!(r#""{table}"."spend_nanodollars""#), r#"CAST("new"."value" AS BIGINT)"#);
    let update = format!(
        r#"UPDATE "{table}" SET "spend_nanodollars" = {total} FROM {} WHERE "{table}"."{id}" = "new"."key""#,
        members(db)
    );
    let sums = serde_json::to_string(&sums).map_err(|error| DbError::Failed(error.to_string()))?;
    db.execute(&update, &params![&sums]).map(drop)
}

/// The members of a JSON object as rows of a `key` and a `value`.
fn members(db: &Connection) -> &'static str {
    match db.dialect() {
        Dialect::Sqlite => r#"json_each(?1) AS "new""#,
        Dialect::Postgres => r#"jsonb_each_text(CAST(?1 AS JSONB)) AS "new" ("key", "value")"#,
    }
}

/// LiteLLM's column of when a key was last used.
fn used<'a>(db: &Connection, tokens: impl Iterator<Item = &'a str>, now: &str) -> Result<(), DbError> {
    let update = format!(
        r#"UPDATE "LiteLLM_VerificationToken" SET "last_active" = ?2 WHERE {}"#,
        among(db, r#""token""#, 1)
    );
    let tokens: Vec<String> = tokens.map(str::to_owned).collect();
    db.execute(&update, &params![tokens.as_slice(), now]).map(drop)
}
