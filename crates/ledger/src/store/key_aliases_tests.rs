use spillway_filter::event::{Caller, Event};

use super::*;
use crate::calendar::{now, timestamp};
use crate::record::SpendLog;
use crate::store::append::{self, Sums};
use crate::store::testing;

fn entry(id: &str, hash: &str, alias: Option<&str>) -> Entry {
    let caller =
        Caller { key_hash: hash.to_owned(), key_alias: alias.map(str::to_owned), ..Caller::default() };
    Entry::of(Event { request_id: id.to_owned(), caller, ..Event::default() })
}

fn began(second: u64, entry: Entry) -> Entry {
    let spend_log = SpendLog { start_time: timestamp(second * 1_000_000), ..entry.spend_log };
    Entry { spend_log, ..entry }
}

fn deliver(db: &Connection, entries: &[Entry], sums: Sums) {
    db.transact(|db| append::batches(db, &[entries], sums, &now())).unwrap();
}

fn names(db: &Connection, hashes: &[&str]) -> Vec<Option<String>> {
    let told = told(db, &hashes.iter().map(|hash| (*hash).to_owned()).collect::<Vec<_>>()).unwrap();
    hashes.iter().map(|hash| told.get(*hash).cloned()).collect()
}

fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

#[test]
fn a_key_is_called_what_the_last_event_called_it() {
    let (_kept, db) = testing::connection();
    let first = [entry("1", "a", Some("old")), entry("2", "b", Some("ci")), entry("3", "c", None)];
    deliver(&db, &first, Sums::Now);
    assert_eq!(names(&db, &["a", "b", "c", "d"]), [some("old"), some("ci"), None, None]);
    deliver(&db, &[entry("4", "a", Some("newer")), entry("5", "a", Some("new"))], Sums::Now);
    deliver(&db, &[entry("6", "b", None), entry("7", "", Some("nobody's"))], Sums::Now);
    assert_eq!(names(&db, &["a", "b", ""]), [some("new"), None, None]);
    deliver(&db, &first, Sums::Now);
    assert_eq!(names(&db, &["a", "b"]), [some("new"), None], "what comes again tells nothing");
}

#[test]
fn what_is_told_late_is_no_name_of_today() {
    let (_kept, db) = testing::connection();
    let at = |second, id, alias| began(second, entry(id, "a", Some(alias)));
    for (sums, entries, expected) in [
        (Sums::Now, vec![at(5, "1", "new"), at(4, "2", "older")], "new"),
        (Sums::Now, vec![at(3, "3", "old")], "new"),
        (Sums::Later, vec![at(4, "4", "waited")], "new"),
        (Sums::Now, vec![at(5, "5", "of the same time")], "of the same time"),
        (Sums::Later, vec![at(6, "6", "newest")], "newest"),
        (Sums::Later, vec![at(6, "7", "newest"), at(9, "8", "newest")], "newest"),
        (Sums::Now, vec![at(8, "9", "late")], "newest"),
    ] {
        deliver(&db, &entries, sums);
        db.transact(|db| append::settle(db, &now())).unwrap();
        assert_eq!(names(&db, &["a"]), [some(expected)], "{:?}", entries[0].spend_log.request_id);
    }
    deliver(&db, &[at(11, "10", "last")], Sums::Later);
    deliver(&db, &[at(10, "11", "last but one")], Sums::Later);
    db.transact(|db| append::settle(db, &now())).unwrap();
    assert_eq!(names(&db, &["a"]), [some("last")]);
}

#[test]
fn names_wait_with_the_sums() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[entry("1", "a", Some("old")), entry("2", "b", Some("ci"))], Sums::Later);
    deliver(&db, &[entry("3", "a", Some("new"))], Sums::Later);
    assert_eq!(names(&db, &["a", "b"]), [None, None]);
    db.transact(|db| append::settle(db, &now())).unwrap();
    assert_eq!(names(&db, &["a", "b"]), [some("new"), some("ci")]);
}

#[test]
fn sums_that_wait_since_before_there_were_names_are_written() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[entry("1", "", None)], Sums::Later);
    let older = r#"UPDATE "spillway_waiting_sums" SET "sums" = replace("sums", ',"key_aliases":{}', '')
                   WHERE "sums" LIKE '%,"key_aliases":{}%'"#;
    assert_eq!(db.execute(older, &[]).unwrap(), 1);
    db.transact(|db| append::settle(db, &now())).unwrap();
    let counted = r#"SELECT CAST(sum("api_requests") AS BIGINT) FROM "LiteLLM_DailyUserSpend""#;
    assert_eq!(db.one(counted, &[], |row| row.get::<i64>(0)).unwrap(), 1);
}

#[test]
fn names_that_wait_without_a_time_are_the_oldest() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[began(5, entry("1", "a", Some("ci")))], Sums::Now);
    deliver(&db, &[entry("2", "a", Some("old")), entry("3", "b", Some("lab"))], Sums::Later);
    let told = |alias: &str| format!(r#"{{"alias":"{alias}","start_time":"{}"}}"#, timestamp(0));
    let older = r#"UPDATE "spillway_waiting_sums" SET "sums" = replace(replace("sums", ?1, '"old"'), ?2, '"lab"')
                   WHERE "sums" LIKE '%"start_time"%'"#;
    assert_eq!(db.execute(older, &params![&told("old"), &told("lab")]).unwrap(), 1);
    let left = r#"SELECT count(*) FROM "spillway_waiting_sums" WHERE "sums" LIKE '%"start_time"%'"#;
    assert_eq!(db.one(left, &[], |row| row.get::<i64>(0)).unwrap(), 0);
    db.transact(|db| append::settle(db, &now())).unwrap();
    assert_eq!(names(&db, &["a", "b"]), [some("ci"), some("lab")]);
}

#[test]
fn a_name_that_was_written_lately_is_left_out() {
    let mut written = Written::default();
    let mut left = |alias: Option<&str>| {
        let mut entries = [entry("1", "a", alias)];
        written.leave_out(&mut entries);
        written.add(Called::of(&[&entries[0]]).into_owned());
        let [entry] = entries;
        entry.key_alias
    };
    assert_eq!(left(Some("ci")), some("ci"));
    assert_eq!(left(Some("ci")), None);
    assert_eq!(left(None), some(""));
    assert_eq!(left(None), None);
    assert_eq!(left(Some("ci")), some("ci"));

    written.since -= LONGEST;
    let mut entries = [entry("1", "a", Some("ci"))];
    written.leave_out(&mut entries);
    assert_eq!(entries[0].key_alias, some("ci"), "another ledger may have written another");
}

#[test]
fn the_last_name_of_a_batch_is_kept_where_it_was_written_lately() {
    let mut written = Written::default();
    written.add(Called::of(&[&entry("1", "a", Some("ci"))]).into_owned());
    let mut left = |aliases: [&str; 2]| {
        let mut entries = aliases.map(|alias| entry("2", "a", Some(alias)));
        written.leave_out(&mut entries);
        entries.map(|entry| entry.key_alias)
    };
    assert_eq!(left(["ci", "ci"]), [None, None]);
    assert_eq!(left(["renamed", "ci"]), [some("renamed"), some("ci")]);
}

#[test]
fn what_is_older_than_what_was_written_lately_is_left_out() {
    let mut written = Written::default();
    let at = |second, alias| began(second, entry("1", "a", Some(alias)));
    written.add(Called::of(&[&at(5, "ci")]).into_owned());
    let mut left = |entry: Entry| {
        let mut entries = [entry];
        written.leave_out(&mut entries);
        entries[0].key_alias.take()
    };
    assert_eq!(left(at(4, "old")), None);
    assert_eq!(left(at(7, "ci")), None);
    assert_eq!(left(at(6, "old")), None, "the key was called otherwise later, though that was not written");
    assert_eq!(left(at(8, "new")), some("new"));

    // Batches whose transaction failed are stored one by one.
    written.add(Called::of(&[&at(8, "new")]).into_owned());
    written.add(Called::of(&[&at(7, "ci")]).into_owned());
    let mut entries = [at(9, "ci")];
    written.leave_out(&mut entries);
    assert_eq!(entries[0].key_alias, some("ci"));
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut written = Written::default();
    for number in 0..100_000 {
        let entry = entry("1", &format!("{number:064}"), Some("a-key-with-a-name"));
        written.add(Called::of(&[&entry]).into_owned());
        if number % 1_000 == 0 {
            let all: usize = written.told.iter().map(|(hash, told)| bytes(hash, told)).sum();
            assert_eq!(all, written.bytes);
        }
        assert!(written.bytes <= MOST_BYTES);
    }
    assert!(!written.told.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_written_again() {
    let (store, fresh) = testing::store();
    let append = async |first: usize, alias: &str| {
        // One batch for each desk.
        for number in first..first + 2 {
            store.append(vec![entry(&number.to_string(), "a", Some(alias))]).await.unwrap();
        }
    };
    let rows = || fresh.number(r#"SELECT count(*) FROM "spillway_key_aliases""#);
    append(0, "ci").await;
    assert_eq!(rows(), 1);
    fresh.script(r#"DELETE FROM "spillway_key_aliases""#);
    append(2, "ci").await;
    assert_eq!(rows(), 0);
    append(4, "new").await;
    assert_eq!(fresh.text(r#"SELECT "key_alias" FROM "spillway_key_aliases""#), "new");
    store.close().await.unwrap();
}
