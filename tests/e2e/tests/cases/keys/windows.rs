//! Limits per 60 s under demand that never ends: never exceeded, and used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mock_providers::After;
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::{Fixture, configuration};

use super::{chat, ensure, generate};
use crate::cases::load::join_all;

const WORKERS: u32 = 4;
const CLIENTS: usize = 64;
const LIMITS: [u64; 8] = [1, 2, 5, 10, 50, 100, 500, 1_000];
const WINDOW: Duration = Duration::from_secs(60);
/// A window, and the beginning of the next: such demand takes a limit's whole share as soon as there is one.
const LOAD: Duration = Duration::from_secs(76);
/// Of a limit, demand that never ends must get this share.
const USED: f64 = 0.98;
/// A client that was refused asks again after this: the load is to be on the limiter, not on the machine.
const PAUSE: Duration = Duration::from_millis(20);

/// Tokens per 60 s of a key whose answers have random sizes, and the most that one of them has.
const TOKENS: u64 = 20_000;
const MOST_OF_AN_ANSWER: u64 = 400;

/// When a request was sent, when its answer was there, and how many tokens it took.
#[derive(Clone, Copy)]
struct Grant {
    sent: Duration,
    answered: Duration,
    tokens: u64,
}

/// Eight keys with request limits, and one with a token limit whose answers stream or not, are of random size, fail, or
/// are left by their clients.
pub fn hold_and_are_used() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::with(configuration("keys")?, WORKERS, None).await?;
        let mut keys = Vec::new();
        for limit in LIMITS {
            keys.push((limit, generate(&fixture, &json!({"rpm_limit": limit})).await?));
        }
        let tokens = generate(&fixture, &json!({"tpm_limit": TOKENS})).await?;
        let scripts = ["tokens=100/300", "tokens=10/10", "status=500", "tokens=50/150", "tokens=1/7"];
        fixture.gateway.mocks.set_script("varied", &scripts, After::Cycle).map_err(|e| e.to_string())?;
        let began = Instant::now();
        let by_requests = (0..CLIENTS - 16).map(|number| {
            let (limit, key) = &keys[number % keys.len()];
            Box::pin(requests(&fixture, key, *limit, began))
        });
        let by_tokens = (0..16_u64).map(|number| Box::pin(spend(&fixture, &tokens, number, began)));
        let (by_requests, by_tokens) =
            tokio::join!(join_all(by_requests.collect()), join_all(by_tokens.collect()));
        let mut all: Vec<(u64, Vec<Grant>)> = LIMITS.iter().map(|limit| (*limit, Vec::new())).collect();
        for done in by_requests {
            let (limit, grants) = done?;
            all.iter_mut().filter(|(of, _)| *of == limit).for_each(|(_, list)| list.extend(&grants));
        }
        for (limit, grants) in &all {
            never_exceeded(grants, *limit, |_| 1)
                .map_err(|failure| format!("rpm_limit {limit}: {failure}"))?;
            let least = USED * (2 * limit) as f64;
            ensure(grants.len() as f64 >= least.floor(), || {
                format!("rpm_limit {limit}: {} of {} were used", grants.len(), 2 * limit)
            })?;
        }
        let mut grants = Vec::new();
        for done in by_tokens {
            grants.extend(done?);
        }
        // What an answer takes beyond its reservation may exceed the limit by what was under way.
        let overshoot = TOKENS + 16 * MOST_OF_AN_ANSWER;
        never_exceeded(&grants, overshoot, |grant| grant.tokens)
            .map_err(|failure| format!("tpm_limit: {failure}"))?;
        fixture.gateway.stop().await
    })
}

/// Asks until the time is up; what was granted.
async fn requests(
    fixture: &Fixture,
    key: &str,
    limit: u64,
    began: Instant,
) -> Result<(u64, Vec<Grant>), Failure> {
    let mut connection = Connection::open(fixture.gateway.address, None).await?;
    let ask = chat(key, "spare");
    let mut grants = Vec::new();
    while began.elapsed() < LOAD {
        let sent = began.elapsed();
        let answer = connection.send(&ask).await?;
        match answer.status {
            200 => grants.push(Grant { sent, answered: began.elapsed(), tokens: 0 }),
            429 => tokio::time::sleep(PAUSE).await,
            _ => return Err(format!("HTTP {}: {}", answer.status, answer.text())),
        }
    }
    Ok((limit, grants))
}

/// The same for tokens; each request is of another kind.
async fn spend(fixture: &Fixture, key: &str, seed: u64, began: Instant) -> Result<Vec<Grant>, Failure> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let mut connection = Connection::open(fixture.gateway.address, None).await?;
    let mut grants = Vec::new();
    while began.elapsed() < LOAD {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).wrapping_mul(31).wrapping_add(seed);
        let body = json!({"model": "varied", "messages": [{"role": "user", "content": "Hello"}],
            "stream": number.is_multiple_of(2), "disable_fallbacks": true, "max_tokens": 1 + number % MOST_OF_AN_ANSWER});
        let ask = Ask::post("/v1/chat/completions", key, &body);
        if number.is_multiple_of(11) {
            let after = Duration::from_micros(number % 3_000);
            client::leave_in(fixture.gateway.address, &ask, after).await?;
            continue;
        }
        let sent = began.elapsed();
        let answer = connection.send(&ask).await?;
        match answer.status {
            200 => grants.push(Grant { sent, answered: began.elapsed(), tokens: used(&answer) }),
            429 => tokio::time::sleep(PAUSE).await,
            500 => {}
            _ => return Err(format!("HTTP {}: {}", answer.status, answer.text())),
        }
    }
    Ok(grants)
}

/// The tokens of a whole answer; a stream's are not told to a client that did not ask.
fn used(answer: &Answer) -> u64 {
    answer.json().pointer("/usage/total_tokens").and_then(serde_json::Value::as_u64).unwrap_or(0)
}

/// No 60 s hold more than the limit. A grant was made between its request and its answer, so it is surely within a
/// window that holds both.
fn never_exceeded(grants: &[Grant], limit: u64, weight: impl Fn(&Grant) -> u64) -> Result<(), String> {
    for first in grants {
        let end = first.sent + WINDOW;
        let within = grants.iter().filter(|grant| grant.sent >= first.sent && grant.answered < end);
        let sum: u64 = within.map(&weight).sum();
        ensure(sum <= limit, || format!("{sum} in the 60 s from {:?}", first.sent))?;
    }
    Ok(())
}
