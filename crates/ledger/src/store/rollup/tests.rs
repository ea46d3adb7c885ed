//! Sums in the roll-ups are sums over the rows: random events, duplicates, late ones, in shuffled batches.

use std::collections::BTreeMap;

use spillway_filter::event::{Caller, ErrorInformation, Event, GuardrailInformation, GuardrailStatus};
use spillway_filter::random::SplitMix;
use spillway_filter::usage::Usage;

use super::{Histogram, traffic};
use crate::calendar::now;
use crate::db::{Connection, Dialect};
use crate::record::Entry;
use crate::store::append::{self, Sums};
use crate::store::testing;
use crate::store::waiting::Left;

/// 2026-11-19T23:00:00Z, so that events are on two days.
const BEGIN: u64 = 1_795_129_200_000_000;
const HOUR: u64 = 3_600_000_000;

/// Numbers that look random and are the same each time.
struct Numbers(SplitMix);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[usize::try_from(self.below(texts.len() as u64)).unwrap()]
    }

    fn text(&mut self, texts: &[&str]) -> Option<String> {
        Some(self.one_of(texts)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, usize::try_from(self.below(last as u64 + 1)).unwrap());
        }
    }
}

fn event(numbers: &mut Numbers, number: u64) -> Event {
    let started_us = BEGIN + numbers.below(4 * HOUR);
    let failed = numbers.below(5) == 0;
    let run = |numbers: &mut Numbers| GuardrailInformation {
        guardrail_id: numbers.one_of(&["pii", "block-word"]).to_owned(),
        guardrail_status: match numbers.below(4) {
            0 => GuardrailStatus::GuardrailIntervened,
            1 => GuardrailStatus::GuardrailFlagged,
            2 => GuardrailStatus::NotRun,
            _ => GuardrailStatus::Success,
        },
        duration: 0.002,
        risk_score: (numbers.below(2) == 0).then_some(2.5),
        ..GuardrailInformation::default()
    };
    Event {
        request_id: format!("r-{number}"),
        call_type: numbers.one_of(&["acompletion", "aresponses"]).to_owned(),
        started_us,
        ended_us: started_us + numbers.below(5_000_000),
        first_token_us: (numbers.below(2) == 0).then_some(started_us + 1_000),
        stream: true,
        http_status: if failed { 500 } else { 200 },
        error: failed.then(ErrorInformation::default),
        caller: Caller {
            key_hash: numbers.one_of(&["", "a1", "b2", "c3"]).to_owned(),
            user_id: numbers.text(&["", "ada", "bob"]),
            team_id: numbers.text(&["", "tools", "ops"]),
            ..Caller::default()
        },
        model_group: numbers.one_of(&["", "gpt-4.1", "claude"]).to_owned(),
        model: numbers.one_of(&["", "gpt-4.1-2025-04-14"]).to_owned(),
        provider: numbers.one_of(&["openai", "azure"]).to_owned(),
        usage: Usage {
            input: numbers.below(1_000),
            output: numbers.below(1_000),
            cache_read: numbers.below(100),
            cache_write: numbers.below(100),
            ..Usage::default()
        },
        // A sum of doubles loses the last digits of these.
        cost_nanodollars: numbers.below(1 << 53),
        retries: u32::try_from(numbers.below(3)).unwrap(),
        fallbacks: u32::try_from(numbers.below(3)).unwrap(),
        guardrail_information: (0..numbers.below(3)).map(|_| run(numbers)).collect(),
        tags: ["nightly", "batch", "batch", "x"]
            .into_iter()
            .take(usize::try_from(numbers.below(5)).unwrap())
            .map(str::to_owned)
            .collect(),
        ..Event::default()
    }
}

/// A database in which these events were delivered twice, in an order of its own, and their sums with them or later.
fn delivered(numbers: &mut Numbers, events: &[Event]) -> (testing::Fresh, Connection) {
    let (fresh, db) = testing::connection();
    let mut twice: Vec<&Event> = events.iter().chain(events).collect();
    numbers.shuffle(&mut twice);
    while !twice.is_empty() {
        let rest = twice.split_off(usize::try_from(numbers.below(50) + 1).unwrap().min(twice.len()));
        let batch: Vec<Entry> = twice.iter().map(|event| Entry::of((*event).clone())).collect();
        let sums = if numbers.below(2) == 0 { Sums::Now } else { Sums::Later };
        db.transact(|db| append::batches(db, &[&batch], sums, &now())).unwrap();
        if numbers.below(5) == 0 {
            settle(&db);
        }
        twice = rest;
    }
    settle(&db);
    (fresh, db)
}

/// Writes all sums that wait.
fn settle(db: &Connection) {
    while db.transact(|db| append::settle(db, &now())).unwrap() == Left::Something {}
}

/// Keys → sums, of a select whose last `sums` columns are sums.
fn sums(db: &Connection, select: &str, sums: usize) -> BTreeMap<Vec<String>, Vec<i64>> {
    let rows = db.all(select, &[], |row| {
        let mut keys = Vec::new();
        while let Ok(key) = row.get::<String>(keys.len()) {
            keys.push(key);
        }
        let read = (keys.len()..keys.len() + sums).map(|column| row.get::<i64>(column));
        Ok((keys, read.collect::<Result<Vec<_>, _>>()?))
    });
    let rows = rows.unwrap();
    let count = rows.len();
    let map: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(map.len(), count, "a key is in two rows of {select}");
    map
}

/// The hour or the day of a row of the spend log.
fn at(db: &Connection, hourly: bool) -> &'static str {
    match (db.dialect(), hourly) {
        (Dialect::Sqlite, true) => r#"substr("startTime", 1, 13)"#,
        (Dialect::Sqlite, false) => r#"substr("startTime", 1, 10)"#,
        (Dialect::Postgres, true) => r#"to_char("startTime", 'YYYY-MM-DD"T"HH24')"#,
        (Dialect::Postgres, false) => r#"to_char("startTime", 'YYYY-MM-DD')"#,
    }
}

/// What a table of sums must be equal to: its keys and sums, and what they are in terms of the rows.
struct Case {
    table: &'static str,
    keys: &'static [&'static str],
    sums: &'static [&'static str],
    from: &'static str,
    key_values: &'static [&'static str],
    sum_values: &'static [&'static str],
}

impl Case {
    fn check(&self, db: &Connection, seed: u64) {
        let hourly = self.table.contains("hourly");
        let quoted =
            |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let groups: Vec<String> = (1..=self.keys.len()).map(|number| number.to_string()).collect();
        let rows = format!(
            "SELECT {}, {} FROM {} GROUP BY {}",
            self.key_values.join(", ").replace("AT", at(db, hourly)),
            self.sum_values.join(", "),
            self.from,
            groups.join(", ")
        );
        let kept = format!(r#"SELECT {}, {} FROM "{}""#, quoted(self.keys), quoted(self.sums), self.table);
        let (kept, rows) = (sums(db, &kept, self.sums.len()), sums(db, &rows, self.sums.len()));
        assert!(kept == rows, "{} differs from its rows, seed {seed}:\n{kept:#?}\n{rows:#?}", self.table);
        assert!(rows.len() > 4, "{} is hardly tested", self.table);
    }
}

const LOG: &str = r#""LiteLLM_SpendLogs""#;
/// With a row for each tag of a request; one with an empty tag where it has none.
const TAGGED: &str = r#"(
    SELECT "LiteLLM_SpendLogs".*, coalesce("spillway_request_tags"."tag", '') AS "tag" FROM "LiteLLM_SpendLogs"
    LEFT JOIN "spillway_request_tags" USING ("request_id")) AS "log""#;
const TEAM: &str = r#"coalesce("team_id", '')"#;
const MODEL: &str = r#""model_group""#;
const KEY: &str = r#""api_key""#;
const CALL: &str = r#""call_type""#;
const ENDPOINT: &str =
    r#"CASE "call_type" WHEN 'acompletion' THEN '/chat/completions' ELSE '/responses' END"#;
const SUMS: &[&str] =
    &["api_requests", "failed_requests", "prompt_tokens", "completion_tokens", "spend_nanodollars"];
const FAILED: &str = r#"sum(CASE "status" WHEN 'failure' THEN 1 ELSE 0 END)"#;
const SUM_VALUES: &[&str] = &[
    "count(*)",
    FAILED,
    r#"sum("prompt_tokens")"#,
    r#"sum("completion_tokens")"#,
    r#"sum("spend_nanodollars")"#,
];
const DAILY_SUMS: &[&str] = &[
    "api_requests",
    "failed_requests",
    "prompt_tokens",
    "completion_tokens",
    "spend_nanodollars",
    "total_response_time_ms",
    "timed_requests",
];
const DAILY_SUM_VALUES: &[&str] = &[
    "count(*)",
    FAILED,
    r#"sum("prompt_tokens")"#,
    r#"sum("completion_tokens")"#,
    r#"sum("spend_nanodollars")"#,
    r#"sum("request_duration_ms")"#,
    "count(*)",
];

/// One of LiteLLM's daily tables.
macro_rules! daily {
    ($table:literal, $who:literal, $from:expr, $who_value:expr) => {
        Case {
            table: $table,
            keys: &[$who, "date", "api_key", "model", "model_group", "custom_llm_provider", "endpoint"],
            sums: DAILY_SUMS,
            from: $from,
            key_values: &[$who_value, "AT", KEY, r#""model""#, MODEL, r#""custom_llm_provider""#, ENDPOINT],
            sum_values: DAILY_SUM_VALUES,
        }
    };
}

/// One of our tables of what was spent.
macro_rules! spend {
    ($table:literal, $keys:expr, $from:expr, $values:expr) => {
        Case {
            table: $table,
            keys: $keys,
            sums: SUMS,
            from: $from,
            key_values: $values,
            sum_values: SUM_VALUES,
        }
    };
}

macro_rules! traffic {
    ($table:literal, $at:literal) => {
        Case {
            table: $table,
            keys: &[$at, "model_group", "call_type"],
            sums: &["requests", "errors"],
            from: LOG,
            key_values: &["AT", MODEL, CALL],
            sum_values: &["count(*)", FAILED],
        }
    };
}

const CASES: &[Case] = &[
    daily!("LiteLLM_DailyUserSpend", "user_id", LOG, r#""user""#),
    daily!("LiteLLM_DailyTeamSpend", "team_id", LOG, TEAM),
    daily!("LiteLLM_DailyTagSpend", "tag", TAGGED, r#""tag""#),
    spend!(
        "spillway_hourly_team_spend",
        &["hour", "team_id", "api_key", "model_group"],
        LOG,
        &["AT", TEAM, KEY, MODEL]
    ),
    spend!(
        "spillway_hourly_tag_spend",
        &["hour", "tag", "api_key", "model_group"],
        TAGGED,
        &["AT", r#""tag""#, KEY, MODEL]
    ),
    traffic!("spillway_hourly_traffic", "hour"),
    traffic!("spillway_daily_traffic", "date"),
];

/// The totals' dimensions, and what each is in terms of the rows.
const DIMENSIONS: [(&str, &str, &str); 4] =
    [("model", LOG, MODEL), ("key", LOG, KEY), ("team", LOG, TEAM), ("tag", TAGGED, r#""tag""#)];

fn check_totals(db: &Connection, seed: u64) {
    for (table, column, hourly) in
        [("spillway_hourly_totals", "hour", true), ("spillway_daily_totals", "date", false)]
    {
        for (dimension, from, id) in DIMENSIONS {
            let rows = format!(
                "SELECT {}, {id}, {} FROM {from} GROUP BY 1, 2",
                at(db, hourly),
                SUM_VALUES.join(", ")
            );
            let kept = format!(
                r#"SELECT "{column}", "id", "{}" FROM "{table}" WHERE "dimension" = '{dimension}'"#,
                SUMS.join("\", \"")
            );
            assert_eq!(
                sums(db, &kept, SUMS.len()),
                sums(db, &rows, SUMS.len()),
                "{table} {dimension}, seed {seed}"
            );
        }
    }
}

/// Runs are not rows, so guardrails and histograms are compared with the events.
fn check_runs(db: &Connection, events: &[Event], seed: u64) {
    let runs = || events.iter().flat_map(|event| &event.guardrail_information);
    let ran = runs().filter(|run| run.guardrail_status != GuardrailStatus::NotRun);
    let scored = ran.clone().filter(|run| run.risk_score.is_some()).count();
    let with = |status| runs().filter(|run| run.guardrail_status == status).count();
    let (ran, blocked, flagged) =
        (ran.count(), with(GuardrailStatus::GuardrailIntervened), with(GuardrailStatus::GuardrailFlagged));
    let expected = [ran, blocked, flagged, 2_000 * ran, scored, 2_500 * scored];
    for table in ["spillway_hourly_guardrails", "spillway_daily_guardrails"] {
        let select = format!(
            r#"SELECT sum("evaluated"), sum("blocked"), sum("flagged"), sum("latency_us"), sum("scored"),
                 sum("score_milli") FROM "{table}""#
        );
        let kept: Vec<usize> = sums(db, &select, 6)
            .remove(&vec![])
            .unwrap()
            .into_iter()
            .map(|sum| usize::try_from(sum).unwrap())
            .collect();
        assert_eq!(kept, expected, "{table}, seed {seed}");
    }
    let mut durations = Histogram::default();
    events
        .iter()
        .filter(|event| event.error.is_none())
        .for_each(|event| durations.count(event.ended_us - event.started_us));
    for table in ["spillway_hourly_traffic", "spillway_daily_traffic"] {
        let mut kept = Histogram::default();
        let select = format!(r#"SELECT "durations" FROM "{table}""#);
        for part in db.all(&select, &[], |row| traffic::read_histogram(row, "durations")).unwrap() {
            kept.add(&part);
        }
        assert_eq!(kept, durations, "{table}, seed {seed}");
    }
}

#[test]
fn sums_are_those_over_the_rows() {
    for seed in 0..3 {
        let mut numbers = Numbers(SplitMix(seed));
        let events: Vec<Event> = (0..400).map(|number| event(&mut numbers, number)).collect();
        let (_kept, db) = delivered(&mut numbers, &events);
        assert_eq!(
            db.one(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#, &[], |row| row.get::<i64>(0)),
            Ok(400)
        );
        CASES.iter().for_each(|case| case.check(&db, seed));
        check_totals(&db, seed);
        check_runs(&db, &events, seed);
    }
}
