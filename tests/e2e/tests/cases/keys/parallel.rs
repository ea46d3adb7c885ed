//! `max_parallel_requests`: never exceeded, and nothing of it lost.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use mock_providers::received::most_at_once;
use mock_providers::{After, Ended, Received};
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::root;

use super::{chat, ensure, expect_status, generate};
use crate::cases::load::join_all;
use crate::cases::panics;

const LIMIT: usize = 8;
const CLIENTS: usize = 64;
const REQUESTS: usize = 10_000;
/// The one that panics on its way to the provider.
const PANICS: usize = REQUESTS / 2;
/// A slot that is not free by then has leaked: its lease is much longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// 10,000 requests, of which some meet a reset or a stream that breaks, some are left by their clients, and one panics.
/// At no time are more than the limit admitted; in the end, all slots are free.
pub fn never_exceeded_nor_lost() -> Result<(), Failure> {
    let wasm = root().join(panics::MODULE);
    ensure(wasm.exists(), || format!("{} is missing; run `make module-test-panic`", wasm.display()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::of("keys", Some(wasm)).await?;
        let limits = json!({"max_parallel_requests": LIMIT, "key_alias": "canary-parallel"});
        let key = generate(&fixture, &limits).await?;
        let mocks = &fixture.gateway.mocks;
        let scripts =
            ["delay=5", "delay=50", "delay=5,reset", "delay=5,status=500", "delay=10", "delay=5,cut-after=1"];
        mocks.set_script("varied", &scripts, After::Cycle).map_err(|error| error.to_string())?;
        let left = storm(&fixture, &key).await?;
        ensure(mocks.until(PATIENCE, |mocks| mocks.in_flight() == 0).await, || {
            "upstream is busy".to_owned()
        })?;
        ensure(mocks.evicted() == 0, || format!("{} requests were not looked at", mocks.evicted()))?;
        let most = most_admitted(mocks.received(), &left);
        ensure(most <= LIMIT, || format!("{most} at once of a limit of {LIMIT}"))?;
        ensure(most == LIMIT, || format!("only {most} at once of {LIMIT}: the load was too small"))?;
        all_are_free(&fixture, &key).await?;
        fixture.gateway.stop().await
    })
}

/// When clients were gone, by the number of their request.
type Left = BTreeMap<usize, SystemTime>;

async fn storm(fixture: &Fixture, key: &str) -> Result<Left, Failure> {
    let next = Cell::new(0);
    let left = RefCell::new(Left::new());
    let client = async || {
        let mut connection = Connection::open(fixture.gateway.address, None).await?;
        loop {
            let number = next.replace(next.get() + 1);
            if number >= REQUESTS {
                return Ok::<_, Failure>(());
            }
            let ask = ask(key, number);
            if number % 7 == 3 {
                // Leaves at some time: before the upstream answers, or after.
                let sign = async {
                    tokio::time::sleep(Duration::from_micros(number as u64 * 97 % 8_000)).await;
                    left.borrow_mut().insert(number, SystemTime::now());
                    true
                };
                client::leave_after(fixture.gateway.address, &ask, sign).await?;
                continue;
            }
            if number == PANICS {
                left.borrow_mut().insert(number, SystemTime::now());
            }
            if connection.send(&ask).await.is_err() {
                // A stream that was cut takes its connection with it.
                connection = Connection::open(fixture.gateway.address, None).await?;
            }
        }
    };
    let clients: Vec<_> = (0..CLIENTS).map(|_| Box::pin(client())).collect();
    join_all(clients).await.into_iter().collect::<Result<(), Failure>>()?;
    Ok(left.into_inner())
}

/// How many requests the gateway had admitted at one time, at the least. One is surely admitted from when the provider has
/// it until the provider's answer ends or the client leaves: the gateway learns of either no sooner. (A provider learns
/// that a client has left later than the gateway, which may have admitted another by then.)
fn most_admitted(received: Vec<Received>, left: &Left) -> usize {
    let surely = received.into_iter().filter_map(|mut request| {
        let number = request.json()["messages"][0]["content"].as_str()?.parse().ok()?;
        if let Some(left) = left.get(&number) {
            let ended = request.ended.map_or(*left, |(_, when)| when.min(*left));
            request.ended = Some((Ended::ClientLeft, ended));
        }
        Some(request)
    });
    most_at_once(surely.collect::<Vec<_>>().iter())
}

fn ask(key: &str, number: usize) -> Ask {
    let body = json!({"model": "varied", "messages": [{"role": "user", "content": number.to_string()}],
        "stream": number.is_multiple_of(2), "disable_fallbacks": true});
    let mut ask = Ask::post("/v1/chat/completions", key, &body);
    if number == PANICS {
        ask.headers.push((panics::HEADER.to_owned(), "after attempt request-headers".to_owned()));
    }
    ask
}

/// As many as the limit pass at once, and the next is refused.
async fn all_are_free(fixture: &Fixture, key: &str) -> Result<(), Failure> {
    let mocks = &fixture.gateway.mocks;
    mocks.set_script("varied", &["delay=1000"], After::Cycle).map_err(|error| error.to_string())?;
    let began = Instant::now();
    loop {
        let one = async || client::send(fixture.gateway.address, &chat(key, "varied")).await;
        let answers = join_all((0..=LIMIT).map(|_| Box::pin(one())).collect()).await;
        let answers = answers.into_iter().collect::<Result<Vec<_>, Failure>>()?;
        let passed = answers.iter().filter(|answer| answer.status == 200).count();
        if passed == LIMIT {
            let refused = answers.iter().find(|answer| answer.status != 200);
            return refused.map_or(Err("nothing was refused".to_owned()), |one| expect_status(one, 429));
        }
        ensure(passed < LIMIT && began.elapsed() < PATIENCE, || {
            format!("{passed} of {LIMIT} slots are free")
        })?;
    }
}
