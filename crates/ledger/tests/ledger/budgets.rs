//! What events charge to budgets, and how gateways hear of it.

use serde_json::{Value, json};
use spillway_filter::event::{Charge, Event};

use crate::events::{KEY_HASH, answered};
use crate::holders::{ask, insert, lookup};
use crate::running::{Running, until};

const DAY_MS: u64 = 86_400_000;
/// 2026-11-20.
const TODAY: u64 = 20_777 * DAY_MS;

fn charge(scope: &str, period_ms: u64) -> Charge {
    Charge { scope: scope.to_owned(), period_ms }
}

fn own_scope() -> String {
    format!("key/{KEY_HASH}")
}

/// A call that cost so much, told by this gateway.
fn paid(id: &str, gateway: &str, cost_nanodollars: u64, charges: &[Charge]) -> Event {
    Event { gateway: gateway.to_owned(), cost_nanodollars, charges: charges.to_vec(), ..answered(id) }
}

fn balance(scope: &str, period_ms: u64, total: u64, own: u64) -> Value {
    json!({"scope": scope, "period_ms": period_ms, "total_nanodollars": total, "own_nanodollars": own})
}

async fn changes(running: &Running, gateway: &str, since: Option<u64>) -> Value {
    let since = since.map(|since| format!("&since={since}")).unwrap_or_default();
    let answer = ask(running, &format!("/v1/changes?gateway={gateway}{since}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn cursor(running: &Running) -> u64 {
    changes(running, "g", None).await["cursor"].as_u64().unwrap()
}

#[tokio::test]
async fn each_event_is_charged_once_however_it_arrives() {
    let running = Running::start().await;
    let charges = [charge(&own_scope(), 0), charge("team/tools", TODAY)];
    let event = |id: &str, cost| paid(id, "one", cost, &charges);
    let (a, b, c) = (event("a", 1), event("b", 20), event("c", 300));
    let start = cursor(&running).await;
    for batch in [vec![b.clone(), a.clone(), a.clone()], vec![c.clone(), b.clone()], vec![a, c, b]] {
        assert_eq!(running.deliver(&batch).await.status, 200);
    }
    let told = changes(&running, "one", Some(start)).await;
    let expected = [balance(&own_scope(), 0, 321, 321), balance("team/tools", TODAY, 321, 321)];
    assert_eq!(told["balances"], json!(expected));
    assert_eq!((&told["keys"], &told["more"], &told["reset"]), (&json!([]), &json!(false), &json!(false)));

    let cursor = told["cursor"].as_u64().unwrap();
    running.deliver(&[event("a", 1)]).await;
    let nothing = json!({"cursor": cursor, "reset": false, "more": false, "keys": [], "balances": []});
    assert_eq!(changes(&running, "one", Some(cursor)).await, nothing);
}

#[tokio::test]
async fn each_gateway_is_told_its_own_part() {
    let running = Running::start().await;
    let charges = [charge(&own_scope(), 0)];
    running.deliver(&[paid("a", "one", 5, &charges), paid("b", "other", 70, &charges)]).await;
    running.deliver(&[paid("c", "one", 600, &charges)]).await;
    for (gateway, own) in [("one", 605), ("other", 70), ("third", 0)] {
        let told = lookup(&running, KEY_HASH, gateway).await.body;
        assert_eq!(told["balances"], json!([balance(&own_scope(), 0, 675, own)]), "{gateway}");
    }
}

#[tokio::test]
async fn a_lookup_tells_the_balances_of_key_team_and_user_and_no_others() {
    let running = Running::start().await;
    let hash = format!("'{KEY_HASH}'");
    let owners = [("token", hash.as_str()), ("team_id", "'tools'"), ("user_id", "'ada'")];
    insert(&running, "LiteLLM_VerificationToken", &owners).await;
    let own = own_scope();
    let (model, longer) = (format!("{own}/model/gpt-4.1"), format!("{own}0"));
    let scopes = [
        &own,
        &model,
        &longer,
        "team/tools",
        "team/tools/model/claude",
        "team/tools-2",
        "team/tool",
        "user/ada",
    ];
    let charges = scopes.map(|scope| charge(scope, TODAY));
    running.deliver(&[paid("a", "g", 9, &charges)]).await;
    let told = lookup(&running, KEY_HASH, "g").await.body;
    let scopes: Vec<&str> =
        told["balances"].as_array().unwrap().iter().map(|told| told["scope"].as_str().unwrap()).collect();
    assert_eq!(scopes, [&own, &model, "team/tools", "team/tools/model/claude", "user/ada"]);
}

/// A key of the gateway's file has a budget too, though the ledger has no such key.
#[tokio::test]
async fn balances_are_told_of_keys_that_the_ledger_does_not_have() {
    let running = Running::start().await;
    running.deliver(&[paid("a", "g", 9, &[charge(&own_scope(), 0)])]).await;
    let told = lookup(&running, KEY_HASH, "g").await.body;
    assert_eq!(told, json!({"key": null, "balances": [balance(&own_scope(), 0, 9, 9)]}));
}

/// Events of periods that are over come late; they never displace the period that began last.
#[tokio::test]
async fn few_periods_are_kept_and_the_last_of_them_always() {
    let running = Running::start().await;
    let scope = own_scope();
    for (id, days_ago) in [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5)] {
        running.deliver(&[paid(id, "g", 1 + days_ago, &[charge(&scope, TODAY - days_ago * DAY_MS)])]).await;
    }
    let told = lookup(&running, KEY_HASH, "g").await.body;
    let expected = [(5, 6), (4, 5), (3, 4), (0, 1)]
        .map(|(days_ago, spent)| balance(&scope, TODAY - days_ago * DAY_MS, spent, spent));
    assert_eq!(told["balances"], json!(expected));
    let parts = r#"SELECT count(*) FROM "spillway_budget_spend_by_gateway""#;
    assert_eq!(running.number(parts).await, 4);
}

#[tokio::test]
async fn what_was_spent_is_known_after_a_stop_and_a_start() {
    let running = Running::start().await;
    let start = cursor(&running).await;
    running.deliver(&[paid("a", "g", 12, &[charge(&own_scope(), 0)])]).await;
    let before = changes(&running, "g", Some(start)).await;
    let Running { ledger, place, .. } = running;
    ledger.shutdown().await.unwrap();

    let running = Running::at(place, |options| options).await;
    assert_eq!(changes(&running, "g", Some(start)).await, before);
    let told = lookup(&running, KEY_HASH, "g").await.body;
    assert_eq!(told["balances"], json!([balance(&own_scope(), 0, 12, 12)]));
}

#[tokio::test]
async fn a_cursor_of_another_database_is_reset() {
    let (one, other) = (Running::start().await, Running::start().await);
    let foreign = cursor(&one).await;
    let own = cursor(&other).await;
    let expected = json!({"cursor": own, "reset": true, "more": false, "keys": [], "balances": []});
    assert_eq!(changes(&other, "g", Some(foreign)).await, expected);
}

#[tokio::test]
async fn many_changes_come_in_pages() {
    let running = Running::start().await;
    let start = cursor(&running).await;
    let event = |id: usize| paid(&format!("r-{id}"), "g", 1, &[charge(&format!("team/{id}"), 0)]);
    let events: Vec<Event> = (0..1_001).map(event).collect();
    assert_eq!(running.deliver(&events).await.status, 200);
    let first = changes(&running, "g", Some(start)).await;
    assert_eq!((first["balances"].as_array().unwrap().len(), &first["more"]), (1_000, &json!(true)));
    let second = changes(&running, "g", first["cursor"].as_u64()).await;
    assert_eq!((second["balances"].as_array().unwrap().len(), &second["more"]), (1, &json!(false)));
    assert_eq!(changes(&running, "g", second["cursor"].as_u64()).await["balances"], json!([]));
}

#[tokio::test]
async fn key_team_and_user_have_spent_what_their_events_cost() {
    let running = Running::start().await;
    let hash = format!("'{KEY_HASH}'");
    insert(&running, "LiteLLM_VerificationToken", &[("token", &hash)]).await;
    insert(&running, "LiteLLM_TeamTable", &[("team_id", "'tools'")]).await;
    insert(&running, "LiteLLM_UserTable", &[("user_id", "'ada'")]).await;
    let (a, b) = (paid("a", "", 1_000_000_001, &[]), paid("b", "", 250_000_000, &[]));
    running.deliver(&[a.clone(), b, a]).await;
    for table in ["LiteLLM_VerificationToken", "LiteLLM_TeamTable", "LiteLLM_UserTable"] {
        let spend = running.place.rows(&format!(r#"SELECT spend_nanodollars, spend FROM "{table}""#)).await;
        assert_eq!(spend, [["1250000001", "1.250000001"]], "{table}");
    }
    let used = r#"SELECT count(*) FROM "LiteLLM_VerificationToken" WHERE last_active IS NOT NULL"#;
    assert_eq!(running.number(used).await, 1);
}

/// Sums stop at the database's largest integer: the batches after it are stored.
#[tokio::test]
async fn an_absurd_price_stops_no_batch() {
    let running = Running::start().await;
    let hash = format!("'{KEY_HASH}'");
    insert(&running, "LiteLLM_VerificationToken", &[("token", &hash)]).await;
    let most = (1 << 53) - 1;
    let event = |id: usize| paid(&format!("r-{id}"), "g", most, &[charge(&own_scope(), 0)]);
    for batch in [0..1_025, 1_025..1_030] {
        let events: Vec<Event> = batch.map(event).collect();
        assert_eq!(running.deliver(&events).await.status, 200);
    }
    // So many at once are added to balances a little later.
    let waiting = r#"SELECT count(*) FROM "spillway_waiting_sums""#;
    until("what waits is written", async || running.number(waiting).await == 0).await;
    let told = lookup(&running, KEY_HASH, "g").await.body;
    assert_eq!(told["balances"], json!([balance(&own_scope(), 0, i64::MAX as u64, i64::MAX as u64)]));
    let spend = r#"SELECT spend_nanodollars FROM "LiteLLM_VerificationToken""#;
    assert_eq!(running.number(spend).await, i64::MAX);
}

#[tokio::test]
async fn the_parts_of_a_gateway_that_is_gone_are_dropped_and_the_total_stays() {
    let running = Running::start().await;
    let charges = [charge(&own_scope(), 0)];
    running.deliver(&[paid("a", "old", 5, &charges), paid("b", "new", 70, &charges)]).await;
    let long_ago =
        "UPDATE spillway_gateways SET seen_at = '2020-01-01T00:00:00.000000Z' WHERE gateway = 'old'";
    running.place.script(long_ago).await;
    running.deliver(&[]).await;
    let told = async |gateway: &str| lookup(&running, KEY_HASH, gateway).await.body["balances"][0].clone();
    assert_eq!(told("new").await, balance(&own_scope(), 0, 75, 70));
    assert_eq!(told("old").await, balance(&own_scope(), 0, 75, 0));
    assert_eq!(running.number("SELECT count(*) FROM spillway_gateways").await, 1);
}

/// Names of 256 characters that take four bytes each, as the administration takes them.
#[tokio::test]
async fn a_team_with_a_long_name_in_any_script_is_charged() {
    let running = Running::start().await;
    let name = "\u{20b9f}".repeat(256);
    let team = json!({"team_id": name, "max_budget": 1});
    assert_eq!(running.post("/team/new", team).await.status, 200);
    let charges = [charge(&format!("team/{name}"), 0), charge(&format!("team/{name}/model/{name}"), 0)];
    let mut event = paid("a", "g", 5, &charges);
    event.caller.team_id = Some(name);
    assert_eq!(running.deliver(&[event]).await.body["stored"], json!(1));
    let charged = r#"SELECT sum("nanodollars") FROM "spillway_budget_spend""#;
    assert_eq!(running.number(charged).await, 10);
}

#[tokio::test]
async fn charges_that_cannot_be_are_refused_and_named() {
    let running = Running::start().await;
    let long = "s".repeat(2_061);
    for (event, param) in [
        (paid("a", "", 1, &[charge("team/t", 0)]), "events[0].gateway"),
        (paid("a", &"g".repeat(65), 1, &[]), "events[0].gateway"),
        (paid("a", "g", 1, &[charge("", 0)]), "events[0].charges[0].scope"),
        (paid("a", "g", 1, &[charge("team/t", 0), charge(&long, 0)]), "events[0].charges[1].scope"),
        (paid("a", "g", 1, &[charge("team/t", u64::MAX)]), "events[0].charges[0].period_ms"),
        (paid("a", "g", 1, &vec![charge("team/t", 0); 17]), "events[0].charges"),
    ] {
        let answer = running.deliver(&[event]).await;
        assert_eq!((answer.status, answer.error("param")), (400, &json!(param)), "{}", answer.body);
    }
}
