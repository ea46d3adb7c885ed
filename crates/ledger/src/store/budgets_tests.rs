use spillway_filter::event::{Charge, Event};

use crate::record::{Entry, KeyRow};
use crate::store::holders::tests::{key, store};
use crate::store::{Store, WriteError};

/// Charges 5 nanodollars to each scope.
async fn charge_each(store: &Store, id: &str, scopes: &[&str]) {
    let charge = |scope: &&str| Charge { scope: (*scope).to_owned(), period_ms: 7 };
    let event = Event {
        request_id: id.to_owned(),
        gateway: "g".to_owned(),
        cost_nanodollars: 5,
        charges: scopes.iter().map(charge).collect(),
        ..Event::default()
    };
    store.append(vec![Entry::of(event)]).await.unwrap();
}

/// Scope, total and own part of what a lookup tells.
async fn told(store: &Store, hash: &str) -> Vec<(String, u64, u64)> {
    let balances = store.lookup(hash.to_owned(), "g".to_owned()).await.unwrap().balances;
    balances.into_iter().map(|told| (told.scope, told.total_nanodollars, told.own_nanodollars)).collect()
}

#[tokio::test]
async fn a_regenerated_key_has_spent_what_it_had() {
    let (store, _database) = store();
    store.create_key(key("old")).await.unwrap();
    charge_each(&store, "r", &["key/old", "key/old/model/gpt-4.1", "key/older"]).await;
    let regenerate = |row: &mut KeyRow| -> Result<(), WriteError> {
        row.token = "new".to_owned();
        Ok(())
    };
    store.update_key("old".to_owned(), regenerate).await.unwrap();
    let carried = [("key/new".to_owned(), 5, 0), ("key/new/model/gpt-4.1".to_owned(), 5, 0)];
    assert_eq!(told(&store, "new").await, carried, "no gateway has counted any of it under this name");
    assert_eq!(told(&store, "old").await, []);
    assert_eq!(told(&store, "older").await, [("key/older".to_owned(), 5, 5)]);
}

#[tokio::test]
async fn what_was_spent_goes_with_the_key_and_with_its_team() {
    let (store, database) = store();
    store.create_key(key("a")).await.unwrap();
    store.create_key(KeyRow { team_id: Some("t".to_owned()), ..key("b") }).await.unwrap();
    store
        .create_team(crate::record::TeamRow { team_id: "t".to_owned(), ..Default::default() })
        .await
        .unwrap();
    charge_each(&store, "r", &["key/a", "key/a/model/m", "key/b", "team/t", "team/t/model/m", "key/c"]).await;
    store.delete_keys(vec!["a".to_owned()]).await.unwrap();
    store.delete_teams(vec!["t".to_owned()]).await.unwrap();
    for table in ["spillway_budget_spend", "spillway_budget_spend_by_gateway"] {
        let left = database.text(&format!(r#"SELECT min("scope") || ' ' || count(*) FROM "{table}""#));
        assert_eq!(left, "key/c 1", "{table}");
    }
}
