use rusqlite::Connection;

use crate::record::{KeyRow, TeamRow, UserRow};
use crate::store::holders::tests::store;
use crate::store::holders::{Holder, select_by};
use crate::store::{budgets, changes};

/// The steps of a statement's plan.
fn plan(db: &Connection, statement: &str) -> Vec<String> {
    let mut explained = db.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    explained.raw_query().mapped(|row| row.get("detail")).map(Result::unwrap).collect()
}

/// Fills every table that a gateway's questions read.
fn fill(db: &Connection) {
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)";
    db.execute_batch(&format!(
        r#"BEGIN;
        {rows} INSERT INTO "LiteLLM_VerificationToken" ("token", "team_id", "user_id", "created_at", "updated_at")
          SELECT format('%064x', i), 't' || (i % 10), 'u' || i, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z' FROM n;
        {rows} INSERT INTO "LiteLLM_UserTable" ("user_id", "created_at", "updated_at")
          SELECT 'u' || i, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z' FROM n;
        {rows} INSERT INTO "LiteLLM_TeamTable" ("team_id", "created_at", "updated_at")
          SELECT 't' || i, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z' FROM n WHERE i < 10;
        {rows} INSERT INTO "spillway_budget_spend" SELECT 'key/' || format('%064x', i), 0, i, '' FROM n;
        {rows} INSERT INTO "spillway_budget_spend_by_gateway" SELECT 'key/' || format('%064x', i), 0, 'g', 1 FROM n;
        {rows} INSERT INTO "spillway_changes"
          SELECT (SELECT max("seq") FROM "spillway_changes") + i, 'balance', 'key/' || format('%064x', i), 0 FROM n;
        COMMIT;"#
    ))
    .unwrap();
}

#[tokio::test]
async fn among_a_hundred_thousand_keys_no_statement_of_a_gateway_scans() {
    let (_folder, store, database) = store();
    fill(&database);
    let statements = [
        select_by::<KeyRow>(KeyRow::ID),
        select_by::<TeamRow>(TeamRow::ID),
        select_by::<UserRow>(UserRow::ID),
        budgets::SELECT.to_owned(),
        changes::SELECT.to_owned(),
    ];
    for know in ["", "ANALYZE"] {
        database.execute_batch(know).unwrap();
        for statement in &statements {
            let steps = plan(&database, statement);
            assert!(steps.iter().any(|step| step.starts_with("SEARCH ")), "{steps:?}: {statement}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN ")), "{steps:?}: {statement}");
        }
    }

    let hash = format!("{:064x}", 77_777);
    let told = store.lookup(hash.clone(), "g".to_owned()).await.unwrap();
    let key = told.key.unwrap();
    assert_eq!(
        (key.hash, key.team.unwrap().id, key.user.unwrap().id),
        (hash, "t7".to_owned(), "u77777".to_owned())
    );
    assert_eq!((told.balances[0].total_nanodollars, told.balances[0].own_nanodollars), (77_777, 1));
}
