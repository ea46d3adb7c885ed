use spillway_filter::event::{Caller, Event};

use super::*;
use crate::calendar::now;
use crate::store::append::{self, Sums};
use crate::store::testing;

fn entry(id: &str, hash: &str, alias: Option<&str>) -> Entry {
    let caller =
        Caller { key_hash: hash.to_owned(), key_alias: alias.map(str::to_owned), ..Caller::default() };
    Entry::of(Event { request_id: id.to_owned(), caller, ..Event::default() })
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
fn what_is_remembered_is_bounded() {
    let mut written = Written::default();
    for number in 0..100_000 {
        let entry = entry("1", &format!("{number:064}"), Some("a-key-with-a-name"));
        written.add(Called::of(&[&entry]).into_owned());
        if number % 1_000 == 0 {
            let all: usize = written.aliases.iter().map(|(hash, alias)| bytes(hash, alias)).sum();
            assert_eq!(all, written.bytes);
        }
        assert!(written.bytes <= MOST_BYTES);
    }
    assert!(!written.aliases.is_empty());
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
