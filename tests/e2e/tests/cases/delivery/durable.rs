//! `durable_events`: Envoy is killed under load, with all that it had in memory.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use spillway_e2e::client::{Ask, Connection};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger, process};
use tokio::task::JoinSet;

use super::super::{ensure, until};
use super::{ask, child, gateway};

const ROUNDS: usize = 4;
const CLIENTS: usize = 16;
/// Answers of a round before the kill.
const ENOUGH: usize = 300;

/// Whoever has got a whole answer is in the ledger, with what it cost.
pub async fn killed() -> Result<(), Failure> {
    let fixture = gateway("  durable_events: true\n", 2, None).await?;
    let mut answered = BTreeSet::new();
    for _ in 0..ROUNDS {
        answered.extend(round(&fixture).await?);
        serves_again(&fixture).await?;
    }
    for id in &answered {
        let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
        let spend = &row["spend"];
        ensure(*spend == 0.000_625, || format!("request {id} has spend {spend}"))?;
    }
    fixture.gateway.stop().await
}

/// Kills Envoy while clients ask; the ids of all answers that came whole.
async fn round(fixture: &Fixture) -> Result<BTreeSet<String>, Failure> {
    let served = fixture.gateway.mocks.received().len();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(until_cut(fixture.gateway.address, ask(fixture)));
    }
    let enough = |mocks: &mock_providers::Handle| mocks.received().len() >= served + ENOUGH;
    ensure(fixture.gateway.mocks.until(spillway_e2e::client::PATIENCE, enough).await, || {
        "the load did not come up".to_owned()
    })?;
    process::signal(child(fixture, "envoy")?, libc::SIGKILL)?;
    fixture.gateway.mocks.clear();
    let ids: BTreeSet<String> = clients.join_all().await.into_iter().flatten().collect();
    ensure(ids.len() > ENOUGH / 2, || format!("only {} answers in a round", ids.len()))?;
    Ok(ids)
}

/// Asks until the connection is cut.
async fn until_cut(to: SocketAddr, ask: Ask) -> Vec<String> {
    let mut ids = Vec::new();
    let Ok(mut connection) = Connection::open(to, None).await else { return ids };
    while let Ok(answer) = connection.send(&ask).await {
        if answer.status != 200 || !answer.complete {
            break;
        }
        ids.extend(answer.header("x-litellm-call-id").map(str::to_owned));
    }
    ids
}

/// `spillway up` starts Envoy again.
async fn serves_again(fixture: &Fixture) -> Result<(), Failure> {
    let up = async || {
        let health = Ask { method: "GET".to_owned(), path: "/health".to_owned(), ..Ask::default() };
        Ok(spillway_e2e::client::send(fixture.gateway.address, &health)
            .await
            .is_ok_and(|one| one.status == 200))
    };
    until("a new Envoy answers", up).await
}
