//! The monitor over numbers that are made up: for the tests of its pages in a browser, and to work on the pages.
//!
//! One listener for each state of the numbers, on free ports; the first line on standard output is a JSON object of
//! their addresses. The clock stands still. `POST /fixture/advance?seconds=N` moves that of one listener.

#![allow(clippy::print_stdout, reason = "tells its addresses")]

mod made_up;
mod state;
mod story;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::post;
use serde::Deserialize;
use spillway_ledger::Secret;
use spillway_ledger::ui::{Clock, Credentials, router};
use tokio::net::TcpListener;

use state::Fixture;

type Failure = Box<dyn std::error::Error>;

/// 2026-11-20T17:31:05Z.
const START_US: u64 = 1_795_195_865_000_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut addresses = BTreeMap::new();
    for state in state::ALL {
        addresses.insert(state.name(), serve(state).await?.to_string());
    }
    println!("{}", serde_json::to_string(&addresses)?);
    std::future::pending().await
}

async fn serve(state: state::State) -> Result<SocketAddr, Failure> {
    let time = Arc::new(AtomicU64::new(START_US));
    let clock: Clock = {
        let time = Arc::clone(&time);
        Arc::new(move || time.load(Ordering::SeqCst))
    };
    let credentials = match state {
        state::State::Closed => Credentials::default(),
        _ => Credentials {
            master_key: Some(Secret::new("sk-master")?),
            monitor_token: Some(Secret::new("read-only")?),
        },
    };
    let cooled = Arc::new(move |now_us| made_up::cooldowns(state, now_us));
    let source = Arc::new(Fixture { state, clock: Arc::clone(&clock) });
    let pages = router(source, cooled, credentials, clock)?;
    let controls = Router::new().route("/fixture/advance", post(advance)).with_state(time);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = pages.merge(controls).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

#[derive(Deserialize)]
struct Advance {
    seconds: u64,
}

async fn advance(State(time): State<Arc<AtomicU64>>, Query(by): Query<Advance>) {
    time.fetch_add(by.seconds * 1_000_000, Ordering::SeqCst);
}
