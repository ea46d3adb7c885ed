use crate::db::{Connection, Dialect, Param};
use crate::record::{KeyRow, TeamRow, UserRow};
use crate::store::holders::tests::store;
use crate::store::holders::{Holder, select_by};
use crate::store::{budgets, changes};

/// The steps of a statement's plan, by SQLite.
fn plan(db: &Connection, statement: &str) -> Vec<String> {
    let values = (1..=9).take_while(|number| statement.contains(&format!("?{number}"))).map(|_| Param::Null);
    let values: Vec<_> = values.collect();
    db.all(&format!("EXPLAIN QUERY PLAN {statement}"), &values, |row| row.get("detail")).unwrap()
}

/// Fills every table that a gateway's questions read.
fn fill(db: &Connection) {
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)";
    let hash = match db.dialect() {
        Dialect::Sqlite => "format('%064x', i)",
        Dialect::Postgres => "lpad(to_hex(i), 64, '0')",
    };
    let noon = "'2026-11-20T12:00:00Z'";
    let time = match db.dialect() {
        Dialect::Sqlite => noon.to_owned(),
        Dialect::Postgres => format!("TIMESTAMP {noon}"),
    };
    db.script(&format!(
        r#"BEGIN;
        {rows} INSERT INTO "LiteLLM_VerificationToken" ("token", "team_id", "user_id", "created_at", "updated_at")
          SELECT {hash}, 't' || (i % 10), 'u' || i, {time}, {time} FROM n;
        {rows} INSERT INTO "LiteLLM_UserTable" ("user_id", "created_at", "updated_at")
          SELECT 'u' || i, {time}, {time} FROM n;
        {rows} INSERT INTO "LiteLLM_TeamTable" ("team_id", "created_at", "updated_at")
          SELECT 't' || i, {time}, {time} FROM n WHERE i < 10;
        {rows} INSERT INTO "spillway_budget_spend" SELECT 'key/' || {hash}, 0, i, {time} FROM n;
        {rows} INSERT INTO "spillway_budget_spend_by_gateway" SELECT 'key/' || {hash}, 0, 'g', 1 FROM n;
        {rows} INSERT INTO "spillway_changes"
          SELECT (SELECT max("seq") FROM "spillway_changes") + i, 'balance', 'key/' || {hash}, 0 FROM n;
        COMMIT;"#
    ))
    .unwrap();
}

fn none_scans(db: &Connection) {
    let statements = [
        select_by::<KeyRow>(KeyRow::ID),
        select_by::<TeamRow>(TeamRow::ID),
        select_by::<UserRow>(UserRow::ID),
        budgets::SELECT.to_owned(),
        changes::SELECT.to_owned(),
    ];
    for know in ["", "ANALYZE"] {
        db.script(know).unwrap();
        for statement in &statements {
            let steps = plan(db, statement);
            assert!(steps.iter().any(|step| step.starts_with("SEARCH ")), "{steps:?}: {statement}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN ")), "{steps:?}: {statement}");
        }
    }
}

#[tokio::test]
async fn among_a_hundred_thousand_keys_no_statement_of_a_gateway_scans() {
    let (store, database) = store();
    database.run(|db| {
        fill(db);
        if db.dialect() == Dialect::Sqlite {
            none_scans(db);
        }
    });

    let hash = format!("{:064x}", 77_777);
    let told = store.lookup(hash.clone(), "g".to_owned()).await.unwrap();
    let key = told.key.unwrap();
    assert_eq!(
        (key.hash, key.team.unwrap().id, key.user.unwrap().id),
        (hash, "t7".to_owned(), "u77777".to_owned())
    );
    assert_eq!((told.balances[0].total_nanodollars, told.balances[0].own_nanodollars), (77_777, 1));
}
