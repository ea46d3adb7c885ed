use super::*;
use crate::db::params;
use crate::record::{KeyRow, TeamRow, UserRow};
use crate::store::holders::tests::{key, store};
use crate::store::{Store, WriteError};

/// Asks as a gateway does, until there is no more. Keys that were made have a plus before them.
async fn keys_since(store: &Store, since: u64) -> (Vec<String>, u64) {
    let (mut keys, mut cursor) = (Vec::new(), since);
    loop {
        let told = store.changes("g".to_owned(), Some(cursor)).await.unwrap();
        assert!(!told.reset, "{told:?}");
        keys.extend(told.made.iter().map(|hash| format!("+{hash}")));
        keys.extend(told.keys);
        cursor = told.cursor;
        if !told.more {
            return (keys, cursor);
        }
    }
}

async fn cursor(store: &Store) -> u64 {
    let told = store.changes("g".to_owned(), None).await.unwrap();
    assert_eq!(told, Changes { cursor: told.cursor, ..Changes::default() });
    told.cursor
}

fn blocked(row: &mut KeyRow) -> Result<(), WriteError> {
    row.blocked = true;
    Ok(())
}

#[tokio::test]
async fn each_change_of_a_key_is_told_once() {
    let (store, _database) = store();
    let start = cursor(&store).await;
    for token in ["a", "b"] {
        store.create_key(key(token)).await.unwrap();
    }
    let (told, after) = keys_since(&store, start).await;
    assert_eq!(told, ["+a", "+b"]);
    store.update_key("a".to_owned(), blocked).await.unwrap();
    assert_eq!(keys_since(&store, after).await.0, ["a"]);
    assert_eq!(keys_since(&store, start).await.0, ["+a", "+b", "a"], "who was away hears of each once");
    store.delete_keys(vec!["b".to_owned()]).await.unwrap();
    let (told, after) = keys_since(&store, start).await;
    assert_eq!(told, ["+a", "+b", "a", "b"]);
    assert_eq!(keys_since(&store, after).await, (Vec::new(), after));
}

#[tokio::test]
async fn a_key_that_is_regenerated_is_told_under_both_hashes() {
    let (store, _database) = store();
    store.create_key(key("old")).await.unwrap();
    let start = cursor(&store).await;
    let regenerate = |row: &mut KeyRow| -> Result<(), WriteError> {
        row.token = "new".to_owned();
        Ok(())
    };
    assert_eq!(store.update_key("old".to_owned(), regenerate).await.unwrap().unwrap().token, "new");
    assert_eq!(keys_since(&store, start).await.0, ["+new", "old"]);
    assert_eq!(store.key("old".to_owned()).await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_a_team_or_user_is_told_of_their_keys() {
    let (store, _database) = store();
    let of = |token: &str, team: &str, user: &str| KeyRow {
        team_id: Some(team.to_owned()),
        user_id: Some(user.to_owned()),
        ..key(token)
    };
    for row in [of("a", "t", "ada"), of("b", "t", "bob"), of("c", "u", "ada")] {
        store.create_key(row).await.unwrap();
    }
    let start = cursor(&store).await;
    store.create_team(TeamRow { team_id: "t".to_owned(), ..TeamRow::default() }).await.unwrap();
    let (told, after) = keys_since(&store, start).await;
    assert_eq!(told, ["a", "b"]);
    store.create_user(UserRow { user_id: "ada".to_owned(), ..UserRow::default() }).await.unwrap();
    let (told, after) = keys_since(&store, after).await;
    assert_eq!(told, ["a", "c"]);
    let change = |row: &mut TeamRow| -> Result<(), WriteError> {
        row.blocked = true;
        Ok(())
    };
    store.update_team("t".to_owned(), change).await.unwrap();
    let (told, after) = keys_since(&store, after).await;
    assert_eq!(told, ["a", "b"]);
    store.delete_users(vec!["ada".to_owned()]).await.unwrap();
    assert_eq!(keys_since(&store, after).await.0, ["a", "c"], "they went with their user");
}

/// As many keys of a team as are told one by one, and one more.
#[tokio::test]
async fn of_a_large_team_all_keys_are_forgotten_at_once() {
    let (store, database) = store();
    let make = |count: usize| {
        let insert = r#"
            INSERT INTO "LiteLLM_VerificationToken" ("token", "team_id", "created_at", "updated_at")
            VALUES (?1, 't', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z') ON CONFLICT ("token") DO NOTHING"#;
        let tokens: Vec<String> = (1..=count).map(|number| format!("{number:064x}")).collect();
        let rows: Vec<_> = tokens.iter().map(|token| params![token].to_vec()).collect();
        database.run(|db| db.transact(|db| db.execute_many(insert, &rows)).unwrap());
    };
    store.create_team(TeamRow { team_id: "t".to_owned(), ..TeamRow::default() }).await.unwrap();
    let change = |_: &mut TeamRow| -> Result<(), WriteError> { Ok(()) };
    make(TOLD_ONE_BY_ONE);
    let start = cursor(&store).await;
    store.update_team("t".to_owned(), change).await.unwrap();
    let (told, after) = keys_since(&store, start).await;
    assert_eq!(told.len(), TOLD_ONE_BY_ONE);

    make(TOLD_ONE_BY_ONE + 1);
    store.update_team("t".to_owned(), change).await.unwrap();
    let told = store.changes("g".to_owned(), Some(after)).await.unwrap();
    assert_eq!(told, Changes { cursor: after + 1, reset: true, ..Changes::default() });
    assert_eq!(keys_since(&store, told.cursor).await, (Vec::new(), after + 1));
}

#[tokio::test]
async fn a_cursor_of_another_database_or_of_long_ago_is_reset() {
    let (store, _database) = store();
    let newest = cursor(&store).await;
    for (since, reset) in
        [(newest, false), (newest + 1, true), (newest - 1, true), (0, true), (u64::MAX, true)]
    {
        let told = store.changes("g".to_owned(), Some(since)).await.unwrap();
        assert_eq!(told, Changes { cursor: newest, reset, ..Changes::default() }, "{since}");
    }
}

#[tokio::test]
async fn changes_that_are_too_old_to_be_told_are_dropped() {
    let (store, database) = store();
    store.create_key(key("a")).await.unwrap();
    let first = cursor(&store).await;
    // As if so many other changes had been noted since, but for one.
    store.create_key(key("b")).await.unwrap();
    database
        .script(&format!(r#"UPDATE "spillway_changes" SET "seq" = "seq" + {} WHERE "name" = 'b'"#, KEPT - 2));
    let rows = || {
        let count = r#"SELECT count(*) FROM "spillway_changes" WHERE "kind" = 'made'"#;
        database.run(|db| db.one(count, &[], |row| row.get::<u32>(0)).unwrap())
    };
    store.create_key(key("c")).await.unwrap();
    assert_eq!((rows(), keys_since(&store, first).await.0), (3, vec!["+b".to_owned(), "+c".to_owned()]));
    store.create_key(key("d")).await.unwrap();
    assert_eq!(rows(), 3, "the first has gone");
    assert!(store.changes("g".to_owned(), Some(first)).await.unwrap().reset);
    assert!(!store.changes("g".to_owned(), Some(first + 1)).await.unwrap().reset);
}

#[tokio::test]
async fn two_databases_have_no_cursor_in_common() {
    let ((one, _one), (other, _other)) = (store(), store());
    for cursor in [cursor(&one).await, cursor(&one).await - 3] {
        assert!(other.changes("g".to_owned(), Some(cursor)).await.unwrap().reset);
    }
}
