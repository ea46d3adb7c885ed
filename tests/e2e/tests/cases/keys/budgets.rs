//! Budgets of keys.

use mock_providers::After;
use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::client::Connection;
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::ledger;

use super::{chat, ensure, expect_status, generate, info, send};
use crate::cases::load::join_all;

/// What an answer of the model `slow` costs: 2,000 tokens at 0.5 microdollars each.
const COST: f64 = 0.001;
/// The same of a model behind a pattern, at OpenAI's list price.
const LISTED: (&str, f64) = ("gpt-4.1-mini", 0.000_4 + 0.001_6);
const CLIENTS: usize = 200;
/// How many such answers the budget covers.
const COVERED: usize = 50;

/// 200 clients ask at once, and the budget covers 50: no more pass than the budget covers, but for what was under
/// way when the mean cost was not known yet. The ledger has the cost of those that passed, to the microdollar.
pub async fn hold_at_once(fixture: &Fixture) -> Result<(), Failure> {
    hold(fixture, "slow", COST).await
}

/// The same of a model whose name only the request tells, and so its price only the answer.
pub async fn hold_behind_a_pattern(fixture: &Fixture) -> Result<(), Failure> {
    let (model, cost) = LISTED;
    let mocks = &fixture.gateway.mocks;
    mocks
        .set_script(model, &["delay=300,tokens=1000/1000"], After::Cycle)
        .map_err(|error| error.to_string())?;
    hold(fixture, &format!("listed/{model}"), cost).await
}

/// The same where a deployment without a price is asked first and fails, and its fallback is paid.
pub async fn hold_behind_a_fallback(fixture: &Fixture) -> Result<(), Failure> {
    hold(fixture, "unpriced", COST).await
}

async fn hold(fixture: &Fixture, model: &str, cost: f64) -> Result<(), Failure> {
    let alias = format!("canary-funded-{model}");
    let budget = json!({"max_budget": cost * COVERED as f64, "budget_duration": "30d", "key_alias": alias});
    let key = generate(fixture, &budget).await?;
    // What a request costs is known from the first on.
    expect_status(&send(fixture, &chat(&key, model)).await?, 200)?;
    let one = async || {
        let mut connection = Connection::open(fixture.gateway.address, None).await?;
        connection.send(&chat(&key, model)).await
    };
    let answers = join_all((0..CLIENTS).map(|_| Box::pin(one())).collect()).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, Failure>>()?;
    let passed = 1 + answers.iter().filter(|answer| answer.status == 200).count();
    ensure(passed == COVERED, || format!("{passed} of {COVERED} passed"))?;
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        expect_status(refused, 422)?;
        ensure(refused.header("x-should-retry") == Some("false"), || format!("{:?}", refused.headers))?;
        let error = &refused.json()["error"];
        ensure(error["type"] == "budget_exceeded", || refused.text())?;
        ensure(error["message"].as_str().is_some_and(|text| text.contains(&alias)), || refused.text())?;
    }
    let spent = cost * passed as f64;
    let exact = |rows: &Value| {
        let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
        let sum: f64 = rows.iter().filter_map(|row| row["spend"].as_f64()).sum();
        rows.len() == CLIENTS + 1 && (sum - spent).abs() < 1e-9
    };
    let hash = info(fixture, &key).await?["token"].as_str().unwrap_or_default().to_owned();
    let path = format!("/spend/logs?api_key={hash}&page_size=1000");
    ledger::until(fixture.gateway.ledger, MASTER_KEY, &path, exact).await?;
    let told = info(fixture, &key).await?["spend"].as_f64().unwrap_or_default();
    ensure((told - spent).abs() < 1e-9, || format!("/key/info tells {told} instead of {spent}"))
}

/// A key far from its cap is not refused for what its requests might cost: each of these may have an answer of
/// 100,000 tokens.
pub async fn expect_no_worst_case(fixture: &Fixture) -> Result<(), Failure> {
    let key = generate(fixture, &json!({"max_budget": 0.06})).await?;
    let one = async || {
        let mut connection = Connection::open(fixture.gateway.address, None).await?;
        let mut ask = chat(&key, "slow");
        let body = json!({"model": "slow", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 100_000});
        ask.body = body.to_string().into_bytes();
        connection.send(&ask).await
    };
    let answers = join_all((0..32).map(|_| Box::pin(one())).collect()).await;
    for answer in answers {
        expect_status(&answer?, 200)?;
    }
    Ok(())
}

/// A model's budget ends that model's use, and no other's.
pub async fn of_a_model(fixture: &Fixture) -> Result<(), Failure> {
    let budgets = json!({"model_max_budget": {"plain": {"budget_limit": 0.0015, "time_period": "1d"}}});
    let key = generate(fixture, &budgets).await?;
    for status in [200, 200, 422] {
        expect_status(&send(fixture, &chat(&key, "plain")).await?, status)?;
    }
    expect_status(&send(fixture, &chat(&key, "slow")).await?, 200)
}
