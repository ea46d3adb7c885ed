//! What the new events of a batch cost, summed by who pays before it is written: a batch of a thousand events
//! of one key changes that key's rows once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::among::among;
use super::budgets::{self, Charged};
use super::money::{sql_sum, sum};
use super::{changes, gateways};
use crate::db::{Connection, DbError, Dialect, params};
use crate::record::Entry;

/// Whose → nanodollars.
type Sums<'a> = BTreeMap<Cow<'a, str>, u64>;

/// Sums of the events that were added so far.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Tally<'a> {
    /// Gateways that told something → when a period began → scope → nanodollars.
    gateways: BTreeMap<Cow<'a, str>, BTreeMap<u64, Sums<'a>>>,
    keys: Sums<'a>,
    teams: Sums<'a>,
    users: Sums<'a>,
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
        let charged = self.gateways.entry(entry.gateway.as_str().into()).or_default();
        for charge in entry.charges.iter().filter(|_| cost > 0) {
            add(charged.entry(charge.period_ms).or_default(), &charge.scope, cost);
        }
    }

    /// Adds other sums.
    pub(super) fn plus(&mut self, other: Self) {
        for (gateway, periods) in other.gateways {
            let charged = self.gateways.entry(gateway).or_default();
            periods.into_iter().for_each(|(period, sums)| plus(charged.entry(period).or_default(), sums));
        }
        plus(&mut self.keys, other.keys);
        plus(&mut self.teams, other.teams);
        plus(&mut self.users, other.users);
    }

    /// Writes the sums while the writer's lock is held, and tells the gateways of every balance that is another now.
    pub(super) fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        for gateway in self.gateways.keys().filter(|gateway| !gateway.is_empty()) {
            gateways::seen(db, gateway)?;
        }
        self.charge(db, now)?;
        spend(db, "LiteLLM_VerificationToken", "token", &self.keys)?;
        spend(db, "LiteLLM_TeamTable", "team_id", &self.teams)?;
        spend(db, "LiteLLM_UserTable", "user_id", &self.users)?;
        used(db, self.keys.keys().map(Cow::as_ref), now)
    }

    fn charge(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        let parts = self.charges();
        let mut totals: BTreeMap<(&str, u64), u64> = BTreeMap::new();
        for ((scope, period_ms, part), _) in &parts {
            let total = totals.entry((scope, *period_ms)).or_default();
            *total = sum(*total, *part);
        }
        let charged: Vec<_> =
            totals.iter().map(|((scope, period), total)| (*scope, *period, *total)).collect();
        budgets::charge(db, &charged, now)?;
        budgets::charge_by(db, &parts)?;
        changes::note_balances(db, &totals.into_keys().collect::<Vec<_>>())
    }

    /// What each gateway charged to each budget, in the order of their keys in the table.
    fn charges(&self) -> Vec<(Charged<'_>, &str)> {
        let mut charges = Vec::new();
        for (gateway, periods) in &self.gateways {
            for (period_ms, sums) in periods {
                let parts =
                    sums.iter().map(|(scope, part)| ((scope.as_ref(), *period_ms, *part), gateway.as_ref()));
                charges.extend(parts);
            }
        }
        charges.sort_unstable();
        charges
    }
}

fn add<'a>(sums: &mut Sums<'a>, id: &'a str, cost: u64) {
    let total = sums.entry(id.into()).or_default();
    *total = sum(*total, cost);
}

fn plus<'a>(sums: &mut Sums<'a>, others: Sums<'a>) {
    for (id, cost) in others {
        let total = sums.entry(id).or_default();
        *total = sum(*total, cost);
    }
}

/// Adds to what the holders have spent in all their time, where there are rows of them.
fn spend(db: &Connection, table: &str, id: &str, sums: &Sums<'_>) -> Result<(), DbError> {
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
