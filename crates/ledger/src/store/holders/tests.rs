use serde_json::json;

use super::*;
use crate::record::{ModelBudget, Rules};
pub(in crate::store) use crate::store::testing::store;

/// A key that says nothing but what it is called.
pub(in crate::store) fn key(token: &str) -> KeyRow {
    KeyRow { token: token.to_owned(), ..KeyRow::default() }
}

fn key_of_team(token: &str, team: &str) -> KeyRow {
    KeyRow { team_id: Some(team.to_owned()), ..key(token) }
}

fn rules() -> Rules {
    Rules {
        models: vec!["gpt-4.1".to_owned()],
        max_parallel_requests: Some(4),
        tpm_limit: Some(1_000),
        rpm_limit: Some(60),
        model_tpm_limit: [("gpt-4.1".to_owned(), 500)].into(),
        model_rpm_limit: [("gpt-4.1".to_owned(), 30)].into(),
        max_budget_nanodollars: Some(1_234_567_891),
        soft_budget_nanodollars: Some(1_000_000_000),
        budget_duration: Some("30d".to_owned()),
        guardrails: vec!["pii".to_owned()],
        metadata: json!({"cost_center": 7}).as_object().cloned().unwrap(),
    }
}

fn full_key() -> KeyRow {
    let budget = ModelBudget {
        max_budget_nanodollars: Some(500_000_000),
        budget_duration: Some("1d".to_owned()),
        tpm_limit: Some(9),
        rpm_limit: None,
    };
    let object = |value: serde_json::Value| value.as_object().cloned().unwrap();
    KeyRow {
        token: "a1".to_owned(),
        key_name: Some("sk-...abcd".to_owned()),
        key_alias: Some("ci".to_owned()),
        user_id: Some("ada".to_owned()),
        team_id: Some("tools".to_owned()),
        rules: rules(),
        model_max_budget: [("gpt-4.1".to_owned(), budget)].into(),
        aliases: [("fast".to_owned(), "gpt-4.1".to_owned())].into(),
        router_settings: object(json!({"fallbacks": [{"gpt-4.1": ["claude"]}]})),
        config: object(json!({"a": 1})),
        permissions: object(json!({"b": true})),
        expires_ms: Some(1_795_223_908_123),
        blocked: true,
        created_by: Some("root".to_owned()),
        updated_by: Some("root".to_owned()),
        ..KeyRow::default()
    }
}

#[tokio::test]
async fn every_field_is_read_as_it_was_written() {
    let (store, _database) = store();
    let made = store.create_key(full_key()).await.unwrap();
    assert!(made.created_at_ms > 0 && made.created_at_ms == made.updated_at_ms);
    let times = |row: KeyRow| KeyRow { created_at_ms: 0, updated_at_ms: 0, ..row };
    assert_eq!(times(made.clone()), full_key());
    assert_eq!(store.key("a1".to_owned()).await.unwrap(), Some(made.clone()));
    assert_eq!(store.key_by_alias("ci".to_owned()).await.unwrap(), Some(made));
    assert_eq!(store.key("none".to_owned()).await.unwrap(), None);

    let team = TeamRow {
        team_id: "tools".to_owned(),
        team_alias: Some("Tools".to_owned()),
        organization_id: Some("o".to_owned()),
        members_with_roles: vec![json!({"user_id": "ada", "role": "admin"})],
        rules: rules(),
        blocked: true,
        ..TeamRow::default()
    };
    let made = store.create_team(team.clone()).await.unwrap();
    assert_eq!(TeamRow { created_at_ms: 0, updated_at_ms: 0, ..made.clone() }, team);
    assert_eq!(store.team("tools".to_owned()).await.unwrap(), Some(made));

    let user = UserRow {
        user_id: "ada".to_owned(),
        user_alias: Some("Ada".to_owned()),
        user_email: Some("ada@example.com".to_owned()),
        user_role: Some("internal_user".to_owned()),
        teams: vec!["tools".to_owned()],
        rules: rules(),
        ..UserRow::default()
    };
    let made = store.create_user(user.clone()).await.unwrap();
    assert_eq!(UserRow { created_at_ms: 0, updated_at_ms: 0, ..made.clone() }, user);
    assert_eq!(store.user("ada".to_owned()).await.unwrap(), Some(made));
}

/// What LiteLLM's users ask the table for, under LiteLLM's names.
#[tokio::test]
async fn a_row_has_litellms_columns() {
    let (store, database) = store();
    store.create_key(full_key()).await.unwrap();
    let column = |column: &str| {
        database.text(&format!(r#"SELECT CAST({column} AS TEXT) FROM "LiteLLM_VerificationToken""#))
    };
    let number = |name: &str| column(name).parse::<f64>().unwrap();
    assert_eq!((number("spend"), number("max_budget"), number("soft_budget")), (0.0, 1.234_567_891, 1.0));
    let expires = column("expires").replace(' ', "T");
    assert!(expires.starts_with("2026-11-21T01:18:28.123"), "{expires}");
    let json = |name: &str| serde_json::from_str::<serde_json::Value>(&column(name)).unwrap();
    let limits = json!({"cost_center": 7, "model_tpm_limit": {"gpt-4.1": 500}, "model_rpm_limit": {"gpt-4.1": 30},
        "guardrails": ["pii"]});
    assert_eq!(json("metadata"), limits);
    let budgets = json!({"gpt-4.1":
        {"max_budget": 0.5, "max_budget_nanodollars": 500_000_000, "budget_duration": "1d", "tpm_limit": 9}});
    assert_eq!(json("model_max_budget"), budgets);
}

#[tokio::test]
async fn values_that_must_be_unique_are() {
    let (store, _database) = store();
    store.create_key(full_key()).await.unwrap();
    for token in ["b", "c"] {
        store.create_key(key(token)).await.expect("many keys have no alias");
    }
    let taken = |column, value: &str| WriteError::Taken { column, value: value.to_owned() };
    let same_alias = KeyRow { token: "d".to_owned(), ..full_key() };
    assert_eq!(store.create_key(same_alias).await, Err(taken("key_alias", "ci")));
    assert_eq!(store.create_key(key("b")).await, Err(taken("token", "b")));
    let named = |row: &mut KeyRow| -> Result<(), WriteError> {
        row.key_alias = Some("ci".to_owned());
        Ok(())
    };
    assert_eq!(store.update_key("b".to_owned(), named).await, Err(taken("key_alias", "ci")));
    assert!(store.update_key("a1".to_owned(), named).await.is_ok(), "its own alias is no other's");

    let team = TeamRow { team_id: "t".to_owned(), ..TeamRow::default() };
    store.create_team(team.clone()).await.unwrap();
    assert_eq!(
        store.create_team(team).await.unwrap_err().to_string(),
        "the team_id `t` is taken: choose another"
    );
}

/// Each reads what the one before it wrote.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_all_count() {
    let (store, _database) = store();
    store.create_key(key("a")).await.unwrap();
    let store = std::sync::Arc::new(store);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = std::sync::Arc::clone(&store);
        tasks.spawn(async move {
            let one_more = |row: &mut KeyRow| -> Result<(), WriteError> {
                row.rules.rpm_limit = Some(row.rules.rpm_limit.unwrap_or(0) + 1);
                Ok(())
            };
            store.update_key("a".to_owned(), one_more).await.unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!(store.key("a".to_owned()).await.unwrap().unwrap().rules.rpm_limit, Some(20));
}

#[tokio::test]
async fn a_change_that_is_refused_writes_nothing() {
    #[derive(Debug, PartialEq)]
    struct Refused;
    impl From<WriteError> for Refused {
        fn from(error: WriteError) -> Self {
            panic!("{error}")
        }
    }
    let (store, _database) = store();
    store.create_key(key("a")).await.unwrap();
    let cursor = store.changes("g".to_owned(), None).await.unwrap().cursor;
    let refuse = |row: &mut KeyRow| {
        row.blocked = true;
        Err(Refused)
    };
    assert_eq!(store.update_key("a".to_owned(), refuse).await, Err(Refused));
    assert_eq!(store.update_key::<Refused>("none".to_owned(), |_| Ok(())).await, Ok(None));
    assert!(!store.key("a".to_owned()).await.unwrap().unwrap().blocked);
    assert_eq!(store.changes("g".to_owned(), None).await.unwrap().cursor, cursor);
}

#[tokio::test]
async fn an_id_of_a_team_or_user_stays() {
    let (store, _database) = store();
    store.create_team(TeamRow { team_id: "t".to_owned(), ..TeamRow::default() }).await.unwrap();
    let rename = |row: &mut TeamRow| -> Result<(), WriteError> {
        row.team_id = "other".to_owned();
        row.blocked = true;
        Ok(())
    };
    let row = store.update_team("t".to_owned(), rename).await.unwrap().unwrap();
    assert_eq!((row.team_id.as_str(), row.blocked), ("t", true));

    store.create_user(UserRow { user_id: "ada".to_owned(), ..UserRow::default() }).await.unwrap();
    let rename = |row: &mut UserRow| -> Result<(), WriteError> {
        row.user_id = "bob".to_owned();
        row.user_email = Some("ada@example.com".to_owned());
        Ok(())
    };
    let row = store.update_user("ada".to_owned(), rename).await.unwrap().unwrap();
    assert_eq!((row.user_id.as_str(), row.user_email.as_deref()), ("ada", Some("ada@example.com")));
}

#[tokio::test]
async fn keys_go_with_their_team_or_user_and_no_others() {
    let (store, database) = store();
    for row in [key_of_team("a", "t"), key_of_team("b", "t"), key_of_team("c", "u"), key("d")] {
        store.create_key(row).await.unwrap();
    }
    store.create_key(KeyRow { user_id: Some("ada".to_owned()), ..key("e") }).await.unwrap();
    store.create_team(TeamRow { team_id: "t".to_owned(), ..TeamRow::default() }).await.unwrap();
    store.create_user(UserRow { user_id: "ada".to_owned(), ..UserRow::default() }).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();

    let unknown = store.delete_teams(names(&["u"])).await.unwrap();
    assert!(unknown.is_empty(), "a team without a row has nothing to delete, nor have its keys");
    assert_eq!(store.delete_teams(names(&["t", "none"])).await.unwrap(), ["t"]);
    assert_eq!(store.delete_users(names(&["ada"])).await.unwrap(), ["ada"]);
    let left =
        r#"SELECT min(token) || ',' || max(token) || ',' || count(*) FROM "LiteLLM_VerificationToken""#;
    assert_eq!(database.text(left), "c,d,2");
    assert_eq!(store.delete_keys(names(&["d", "none", "c"])).await.unwrap(), ["d", "c"]);
    assert_eq!(store.team("t".to_owned()).await.unwrap(), None);
}

#[tokio::test]
async fn lists_are_newest_first_filtered_and_paged() {
    let (store, _database) = store();
    for row in [key_of_team("a", "t"), key_of_team("b", "t"), key("c")] {
        store.create_key(row).await.unwrap();
    }
    let list = async |filter: KeyFilter, number, size| {
        let (rows, total) = store.list_keys(filter, Page { number, size }).await.unwrap();
        (rows.into_iter().map(|row| row.token).collect::<Vec<_>>().join(","), total)
    };
    let of_team = KeyFilter { team_id: Some("t".to_owned()), ..KeyFilter::default() };
    assert_eq!(list(KeyFilter::default(), 1, 10).await, ("c,b,a".to_owned(), 3));
    assert_eq!(list(KeyFilter::default(), 2, 2).await, ("a".to_owned(), 3));
    assert_eq!(list(of_team, 1, 10).await, ("b,a".to_owned(), 2));
    store.create_user(UserRow { user_id: "u".to_owned(), ..UserRow::default() }).await.unwrap();
    assert_eq!(store.list_users(Page { number: 1, size: 5 }).await.unwrap().1, 1);
    assert_eq!(store.list_teams(Page { number: 1, size: 5 }).await.unwrap().1, 0);
}

/// A limit that cannot be read must not be no limit.
#[tokio::test]
async fn a_row_that_another_program_broke_is_not_used() {
    let (store, database) = store();
    store.create_key(key("a")).await.unwrap();
    database
        .script(r#"UPDATE "LiteLLM_VerificationToken" SET metadata = '{"model_rpm_limit":{"gpt":"many"}}'"#);
    let error = store.lookup("a".to_owned(), "g".to_owned()).await.unwrap_err().to_string();
    assert!(error.contains("column metadata: invalid type: string \"many\", expected u64"), "{error}");
}
