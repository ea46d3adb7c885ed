//! `max_parallel_requests`: never exceeded, and nothing of it lost.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mock_providers::After;
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
/// Of clients that stay: the provider sees at every time exactly what the gateway has admitted.
const STAYING: usize = 3_000;
/// Of which some are left by their clients: a provider learns of that later than the gateway.
const LEAVING: usize = 7_000;
/// A slot that is not free by then has leaked: its lease is much longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// 10,000 requests, of which some meet a reset or a stream that breaks, some are left by their clients, and one panics.
/// At no time are more than the limit at the provider; in the end, all slots are free.
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
            ["delay=5", "delay=20", "delay=5,reset", "delay=5,status=500", "delay=10", "delay=5,cut-after=1"];
        mocks.set_script("varied", &scripts, After::Cycle).map_err(|error| error.to_string())?;
        storm(&fixture, &key, 0..STAYING, false).await?;
        let most = mocks.most_at_once("varied");
        ensure(most <= LIMIT, || format!("{most} at once of a limit of {LIMIT}"))?;
        ensure(most == LIMIT, || format!("only {most} at once of {LIMIT}: the load was too small"))?;
        storm(&fixture, &key, STAYING..STAYING + LEAVING, true).await?;
        all_are_free(&fixture, &key).await?;
        fixture.gateway.stop().await
    })
}

async fn storm(fixture: &Fixture, key: &str, numbers: Range<usize>, leave: bool) -> Result<(), Failure> {
    let next = AtomicUsize::new(numbers.start);
    let client = async || {
        let mut connection = Connection::open(fixture.gateway.address, None).await?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= numbers.end {
                return Ok::<_, Failure>(());
            }
            let ask = ask(key, number);
            if leave && number % 7 == 3 {
                // Leaves at some time: before the upstream answers, or after.
                let after = Duration::from_micros(number as u64 * 97 % 8_000);
                client::leave_in(fixture.gateway.address, &ask, after).await?;
            } else if connection.send(&ask).await.is_err() {
                // A stream that was cut takes its connection with it.
                connection = Connection::open(fixture.gateway.address, None).await?;
            }
        }
    };
    let clients: Vec<_> = (0..CLIENTS).map(|_| Box::pin(client())).collect();
    join_all(clients).await.into_iter().collect()
}

fn ask(key: &str, number: usize) -> Ask {
    let body = json!({"model": "varied", "messages": [{"role": "user", "content": "Hello"}], "stream": number.is_multiple_of(2),
        "disable_fallbacks": true});
    let mut ask = Ask::post("/v1/chat/completions", key, &body);
    if number == STAYING + LEAVING / 2 {
        ask.headers.push((panics::HEADER.to_owned(), "after attempt request-headers".to_owned()));
    }
    ask
}

/// As many as the limit pass at once, and the next is refused.
async fn all_are_free(fixture: &Fixture, key: &str) -> Result<(), Failure> {
    let mocks = &fixture.gateway.mocks;
    ensure(mocks.until(PATIENCE, |mocks| mocks.in_flight() == 0).await, || "upstream is busy".to_owned())?;
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
