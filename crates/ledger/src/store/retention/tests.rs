use spillway_filter::event::{Acknowledgement, ErrorInformation, Event, GuardrailInformation};

use super::*;
use crate::calendar::{microseconds, now, now_us, timestamp};
use crate::record::Entry;
use crate::store::append::{self, Sums};
use crate::store::testing;

const DAY_US: u64 = 86_400_000_000;

/// What a failed request under two tags, which one guardrail looked at, leaves in every table.
fn event(id: &str, days_ago: u64) -> Event {
    let started_us = microseconds(&now()).unwrap() - days_ago * DAY_US;
    Event {
        request_id: id.to_owned(),
        started_us,
        ended_us: started_us,
        http_status: 500,
        cost_nanodollars: 7,
        model_group: "m".to_owned(),
        tags: vec!["a".to_owned(), "b".to_owned()],
        error: Some(ErrorInformation::default()),
        guardrail_information: vec![GuardrailInformation {
            guardrail_id: "pii".to_owned(),
            ..GuardrailInformation::default()
        }],
        ..Event::default()
    }
}

fn deliver(db: &Connection, events: &[Event]) -> Acknowledgement {
    let entries: Vec<Entry> = events.iter().cloned().map(Entry::of).collect();
    db.transact(|db| append::batches(db, &[&entries], Sums::Now, &now())).unwrap().told.remove(0)
}

fn count(db: &Connection, table: &str) -> i64 {
    db.one(&format!(r#"SELECT count(*) FROM "{table}""#), &[], |row| row.get(0)).unwrap()
}

/// Rows of requests, of their errors, guardrails and tags.
fn rows(db: &Connection) -> [i64; 4] {
    ["LiteLLM_SpendLogs", "LiteLLM_ErrorLogs", "LiteLLM_SpendLogGuardrailIndex", "spillway_request_tags"]
        .map(|table| count(db, table))
}

/// Requests by day and by hour.
fn counted(db: &Connection) -> (i64, i64) {
    let sum = |table: &str| {
        let select =
            format!(r#"SELECT coalesce(sum("api_requests"), 0) FROM "{table}" WHERE "dimension" = 'model'"#);
        db.one(&select, &[], |row| row.get(0)).unwrap()
    };
    (sum("spillway_daily_totals"), sum("spillway_hourly_totals"))
}

fn delete_all(db: &Connection, retention: Retention) -> usize {
    let mut steps = 1;
    while db.transact(|db| step(db, retention)).unwrap() == Left::Something {
        steps += 1;
        assert!(steps < 1_000, "there is always something left");
    }
    steps
}

const MONTH: Retention = Retention { log_days: Some(30), hour_days: 36_500 };

#[test]
fn old_rows_are_deleted_from_every_table_and_their_sums_stay() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("old", 31), event("older", 300), event("new", 29), event("newest", 0)]);
    assert_eq!(rows(&db), [4, 4, 4, 8]);
    delete_all(&db, MONTH);
    assert_eq!(rows(&db), [2, 2, 2, 4]);
    assert_eq!(counted(&db), (4, 4));
    let left: String =
        db.one(r#"SELECT min("request_id") FROM "LiteLLM_SpendLogs""#, &[], |row| row.get(0)).unwrap();
    assert_eq!(left, "new");
}

#[test]
fn a_step_is_bounded() {
    let (_kept, db) = testing::connection();
    let events: Vec<Event> = (0..1_500).map(|number| event(&format!("r-{number}"), 40)).collect();
    deliver(&db, &events);
    deliver(&db, &[event("newest", 0)]);
    assert_eq!(db.transact(|db| step(db, MONTH)).unwrap(), Left::Something);
    assert_eq!(rows(&db), [501, 501, 501, 1_002]);
    delete_all(&db, MONTH);
    assert_eq!(rows(&db), [1, 1, 1, 2]);
}

#[test]
fn what_was_deleted_is_not_counted_again() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("old", 31), event("newest", 0)]);
    delete_all(&db, MONTH);
    let late = deliver(&db, &[event("old", 31), event("other", 32), event("new", 1)]);
    assert_eq!(late, Acknowledgement { stored: 1, duplicates: 2 });
    assert_eq!((rows(&db)[0], counted(&db)), (2, (3, 3)));

    // What is gone stays gone, also for a ledger that is told to keep more.
    delete_all(&db, Retention { log_days: Some(365), ..MONTH });
    assert_eq!(deliver(&db, &[event("old", 31)]).stored, 0);
}

#[test]
fn hours_go_and_days_stay() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("a", 20), event("b", 16), event("c", 1)]);
    let steps = delete_all(&db, Retention::default());
    assert!(steps > 2, "more than an hour is deleted at once");
    assert_eq!((rows(&db)[0], counted(&db)), (3, (3, 1)));
    for table in ["spillway_hourly_team_spend", "spillway_hourly_traffic", "spillway_hourly_guardrails"] {
        assert_eq!(count(&db, table), 1, "{table}");
    }
    assert_eq!(count(&db, "spillway_hourly_tag_spend"), 2);

    deliver(&db, &[event("late", 20)]);
    assert_eq!((rows(&db)[0], counted(&db)), (4, (4, 1)));
}

#[test]
fn nothing_is_deleted_that_was_not_asked_for() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("old", 4_000)]);
    delete_all(&db, Retention { log_days: None, hour_days: 36_500 });
    assert_eq!((rows(&db), counted(&db)), ([1, 1, 1, 2], (1, 1)));
}

/// For a clock that is a year ahead, what is new is a year old.
#[test]
fn a_clock_that_is_ahead_deletes_nothing() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("a", 390), event("b", 380), event("newest", 365)]);
    delete_all(&db, Retention { log_days: Some(30), hour_days: 30 });
    assert_eq!((rows(&db), counted(&db)), ([3, 3, 3, 6], (3, 3)));
    let after = deliver(&db, &[event("c", 364), event("d", 391)]);
    assert_eq!((after.stored, counted(&db)), (2, (5, 5)));
}

#[test]
fn what_a_clock_noted_that_was_ahead_is_not_believed() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[event("old", 31)]);
    let ahead = timestamp(now_us() + 365 * DAY_US);
    for what in [LOGS, HOURS] {
        let note = r#"INSERT INTO "spillway_retention" ("what", "before") VALUES (?1, ?2)"#;
        db.execute(note, &params![what, &ahead]).unwrap();
    }
    assert_eq!(deliver(&db, &[event("new", 0)]), Acknowledgement { stored: 1, duplicates: 0 });
    assert_eq!((rows(&db)[0], counted(&db)), (2, (2, 2)));

    delete_all(&db, MONTH);
    assert_eq!((rows(&db)[0], counted(&db)), (1, (2, 2)));
    let latest: String =
        db.one(r#"SELECT max("before") FROM "spillway_retention""#, &[], |row| row.get(0)).unwrap();
    assert!(latest < now(), "{latest}");
    assert_eq!(deliver(&db, &[event("old", 31)]).stored, 0, "what is deleted is noted again");
}

/// Also where no log is ever deleted, for there is nobody else who would take it back.
#[test]
fn such_a_note_is_taken_back_where_logs_are_kept_for_ever() {
    let (_kept, db) = testing::connection();
    let note = r#"INSERT INTO "spillway_retention" ("what", "before") VALUES ('logs', ?1)"#;
    db.execute(note, &params![&timestamp(now_us() + DAY_US)]).unwrap();
    delete_all(&db, Retention::default());
    assert_eq!(count(&db, "spillway_retention"), 0);
}
