//! What was spent without a team, of the days that are imported.
//!
//! Every request is in a sum by user and in one by team here, of no team where it has none; reports and the monitor read
//! either. LiteLLM has no sum by team for a request without one. So what its sums by user have more than those by team
//! is added to those of no team. Once that is done they come to the same, and doing it again adds nothing.

use std::collections::BTreeMap;

use super::daily::{self, DAILY_COUNTS, DAILY_NAMES, DailyTable, ImportedDay};
use crate::calendar::now;
use crate::db::{Connection, DbError, Insert, Param, Row, params};
use crate::store::conditions::Conditions;

/// By what a request without a team is counted.
const NO_TEAM: &str = "";

/// A row that sums by user and by team are told apart by, and what the former have more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    /// The values of [`DAILY_NAMES`].
    names: Vec<String>,
    /// The values of [`DAILY_COUNTS`], requests first.
    counts: Vec<i64>,
    nanodollars: i64,
}

impl Difference {
    fn key(&self) -> &str {
        self.names.get(1).map_or("", String::as_str)
    }

    fn requests(&self) -> i64 {
        self.counts.first().copied().unwrap_or_default()
    }

    fn into_day(mut self) -> ImportedDay {
        self.names.push(NO_TEAM.to_owned());
        ImportedDay {
            id: String::new(),
            names: self.names,
            counts: self.counts.into_iter().map(from_zero).collect(),
            nanodollars: from_zero(self.nanodollars),
        }
    }
}

fn from_zero(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Days before this one that have sums by user; all of them without it.
pub(super) fn days(db: &Connection, before: Option<&str>) -> Result<Vec<String>, DbError> {
    let earlier = Conditions::default().and(r#""date" < ?"#, before);
    let select =
        format!(r#"SELECT DISTINCT "date" FROM "{}" {} ORDER BY 1"#, DailyTable::Users.name(), earlier.sql());
    db.all(&select, &earlier.params(), |row| row.get(0))
}

/// Adds what is missing of a day. The caller owns the transaction.
pub(super) fn add(db: &Connection, date: &str) -> Result<(), DbError> {
    let (now, days) = (now(), missing(differences(db, date)?));
    let rows: Vec<Vec<Param<'_>>> = days.iter().map(|day| values(day, &now)).collect();
    db.insert(&upsert(), &rows)?;
    days.iter().try_for_each(|day| daily::count(db, DailyTable::Teams, day))
}

fn differences(db: &Connection, date: &str) -> Result<Vec<Difference>, DbError> {
    let quoted = |names: &[&str], sign: &str| {
        names.iter().map(|name| format!(r#"{sign}"{name}" AS "{name}""#)).collect::<Vec<_>>().join(", ")
    };
    let summed = [DAILY_COUNTS.as_slice(), &["spend_nanodollars"]].concat();
    let sums: Vec<String> = summed.iter().map(|name| format!(r#"CAST(sum("{name}") AS BIGINT)"#)).collect();
    let part = |table: DailyTable, sign| {
        let (names, sums) = (quoted(&DAILY_NAMES, ""), quoted(&summed, sign));
        format!(r#"SELECT {names}, {sums} FROM "{}" WHERE "date" = ?1"#, table.name())
    };
    let groups: Vec<String> = DAILY_NAMES.iter().map(|name| format!(r#""{name}""#)).collect();
    let select = format!(
        r#"SELECT {names}, {} FROM ({} UNION ALL {}) AS "both" GROUP BY {names}"#,
        sums.join(", "),
        part(DailyTable::Users, ""),
        part(DailyTable::Teams, "-"),
        names = groups.join(", "),
    );
    db.all(&select, &params![date], difference)
}

fn difference(row: &Row) -> Result<Difference, DbError> {
    let counts = DAILY_NAMES.len()..DAILY_NAMES.len() + DAILY_COUNTS.len();
    Ok(Difference {
        names: (0..DAILY_NAMES.len()).map(|place| row.get(place)).collect::<Result<_, _>>()?,
        nanodollars: row.get(counts.end)?,
        counts: counts.map(|place| row.get(place)).collect::<Result<_, _>>()?,
    })
}

/// The sums that are missing of a day. Those of a key are only looked at where it has more requests by user in all: what a
/// LiteLLM wrote down of a request for users and not for teams, as its model, would else count the request twice. Sums
/// without a request are differences of rounding.
fn missing(differences: Vec<Difference>) -> Vec<ImportedDay> {
    let mut requests: BTreeMap<String, i64> = BTreeMap::new();
    for difference in &differences {
        let sum = requests.entry(difference.key().to_owned()).or_default();
        *sum = sum.saturating_add(difference.requests());
    }
    let is_missing = |difference: &Difference| {
        difference.requests() > 0 && requests.get(difference.key()).is_some_and(|sum| *sum > 0)
    };
    differences.into_iter().filter(is_missing).map(Difference::into_day).collect()
}

fn upsert() -> Insert {
    let keys = [DAILY_NAMES.as_slice(), &[DailyTable::Teams.who()]].concat();
    let summed = [DAILY_COUNTS.as_slice(), &["spend_nanodollars"]].concat();
    let quoted: Vec<String> = keys.iter().map(|name| format!(r#""{name}""#)).collect();
    let (place, sums) = (quoted.join(", "), daily::added(&summed));
    Insert {
        table: DailyTable::Teams.name(),
        columns: [keys.as_slice(), &summed, &["created_at", "updated_at"]].concat(),
        on_conflict: Some(format!(r#"({place}) DO UPDATE SET {sums}, "updated_at" = excluded."updated_at""#)),
    }
}

fn values<'a>(day: &'a ImportedDay, now: &'a str) -> Vec<Param<'a>> {
    let names = day.names.iter().map(Param::from);
    let counts = day.counts.iter().chain([&day.nanodollars]).map(|count| Param::from(*count));
    names.chain(counts).chain(params![now, now]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    const DATE: &str = "2025-05-30";

    fn day(key: &str, model: &str, who: &str, requests: u64) -> ImportedDay {
        let names = [DATE, key, model, "", "", "", "", who];
        let mut counts = vec![0; DAILY_COUNTS.len()];
        counts[0] = requests;
        ImportedDay {
            id: format!("{key} {model} {who}"),
            names: names.map(str::to_owned).to_vec(),
            counts,
            nanodollars: requests * 10,
        }
    }

    /// Sums by team: key, model, team, requests, spend.
    fn by_team(db: &Connection) -> Vec<(String, String, String, i64, i64)> {
        let select = r#"SELECT "api_key", "model", "team_id", "api_requests", "spend_nanodollars"
            FROM "LiteLLM_DailyTeamSpend" ORDER BY 1, 2, 3"#;
        let row = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        db.all(select, &[], row).unwrap()
    }

    fn take(db: &Connection, users: &[ImportedDay], teams: &[ImportedDay]) {
        daily::store(db, DailyTable::Users, users).unwrap();
        daily::store(db, DailyTable::Teams, teams).unwrap();
        for date in days(db, None).unwrap() {
            add(db, &date).unwrap();
        }
    }

    fn row(key: &str, model: &str, team: &str, requests: i64) -> (String, String, String, i64, i64) {
        (key.to_owned(), model.to_owned(), team.to_owned(), requests, requests * 10)
    }

    #[test]
    fn what_has_no_team_is_counted_once_however_often_it_is_looked_for() {
        let (_kept, db) = testing::connection();
        let users = [day("alone", "m", "ada", 3), day("mixed", "m", "ada", 5), day("team", "m", "ada", 7)];
        let teams = [day("mixed", "m", "t", 4), day("team", "m", "t", 7)];
        let expected = [
            row("alone", "m", "", 3),
            row("mixed", "m", "", 1),
            row("mixed", "m", "t", 4),
            row("team", "m", "t", 7),
        ];
        for _ in 0..2 {
            take(&db, &users, &teams);
            assert_eq!(by_team(&db), expected);
        }
        // Another user of the same key, who was not there before.
        take(&db, &[day("alone", "m", "bob", 2)], &[]);
        assert_eq!(by_team(&db)[0], row("alone", "m", "", 5));
        let total = r#"SELECT "spend_nanodollars" FROM "spillway_daily_totals" WHERE "dimension" = 'team' AND "id" = ''"#;
        assert_eq!(db.one::<i64>(total, &[], |row| row.get(0)), Ok(60));
    }

    #[test]
    fn what_is_told_in_less_detail_by_team_is_not_counted_twice() {
        let (_kept, db) = testing::connection();
        let mut rounded = day("rounded", "m", "t", 1);
        rounded.nanodollars -= 1;
        let users = [day("a", "m", "ada", 2), day("a", "n", "ada", 1), day("rounded", "m", "ada", 1)];
        take(&db, &users, &[day("a", "", "t", 3), rounded]);
        assert_eq!(by_team(&db).len(), 2);
    }

    #[test]
    fn days_of_the_log_are_left_out() {
        let (_kept, db) = testing::connection();
        daily::store(&db, DailyTable::Users, &[day("a", "m", "ada", 1)]).unwrap();
        assert_eq!(days(&db, Some(DATE)), Ok(Vec::new()));
        assert_eq!(days(&db, Some("2025-05-31")), Ok(vec![DATE.to_owned()]));
    }
}
