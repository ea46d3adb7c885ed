//! Limits per 60 s under demand that never ends: never exceeded, and used.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use mock_providers::After;
use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::{Fixture, configuration};

use super::{chat, ensure, generate};
use crate::cases::load::join_all;

const WORKERS: u32 = 4;
const LIMITS: [u64; 8] = [1, 2, 5, 10, 50, 100, 500, 1_000];
/// Clients of each key with a limit of requests.
const CLIENTS: u64 = 6;
const WINDOW: Duration = Duration::from_secs(60);
/// The load ends when every limit's second share is used, and goes on for a moment, in which it could be exceeded; by
/// this time in any case, before there could be a third. Such demand takes a share as soon as there is one: so it is
/// a window and a little more, unless the machine is slow.
const LONGEST: Duration = Duration::from_secs(110);
const MOMENT: Duration = Duration::from_millis(500);
/// Of a limit, demand that never ends must get this share, in the first window and again after it.
const USED_PERCENT: u64 = 98;
/// A client that was refused asks again after this: the load is to be on the limiter, not on the machine.
const PAUSE: Duration = Duration::from_millis(100);

/// Tokens per 60 s of a key whose answers have random sizes, the most that one of them has, and its clients.
const TOKENS: u64 = 20_000;
const MOST_OF_AN_ANSWER: u64 = 400;
const SPENDERS: u64 = 16;

/// When a request was sent, when its answer was there, and what it took of the limit.
#[derive(Clone, Copy)]
struct Grant {
    sent: Duration,
    answered: Duration,
    took: u64,
}

/// A key, its limit, and what was granted of it.
struct Limited {
    key: String,
    name: &'static str,
    limit: u64,
    /// By how much it may be exceeded.
    excess: u64,
    grants: RefCell<Vec<Grant>>,
}

/// What the clients share.
struct Load<'f> {
    fixture: &'f Fixture,
    began: Instant,
    over: Cell<bool>,
    spent: Cell<u64>,
}

/// Eight keys with request limits, and one with a token limit whose answers stream or not, are of random size, fail, or
/// are left by their clients.
pub fn hold_and_are_used() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::with(config()?, WORKERS, None).await?;
        let mut by_requests = Vec::new();
        for limit in LIMITS {
            by_requests.push(Limited::new(&fixture, "rpm_limit", limit, 0).await?);
        }
        // What an answer takes beyond its reservation may exceed the limit by what was under way.
        let by_tokens = Limited::new(&fixture, "tpm_limit", TOKENS, SPENDERS * MOST_OF_AN_ANSWER).await?;
        let scripts = ["tokens=100/300", "tokens=10/10", "status=500", "tokens=50/150", "tokens=1/7"];
        let mocks = &fixture.gateway.mocks;
        mocks.set_script("varied", &scripts, After::Cycle).map_err(|error| error.to_string())?;
        mocks.set_script("slow", &["stall"], After::Cycle).map_err(|error| error.to_string())?;

        let load =
            Load { fixture: &fixture, began: Instant::now(), over: Cell::new(false), spent: Cell::new(0) };
        let asking = by_requests.iter().flat_map(|key| (0..CLIENTS).map(|_| Box::pin(load.ask(key))));
        let spending = (0..SPENDERS).map(|seed| Box::pin(load.spend(&by_tokens, seed)));
        let all: Vec<_> = by_requests.iter().chain([&by_tokens]).collect();
        let (asked, spent, ()) =
            tokio::join!(join_all(asking.collect()), join_all(spending.collect()), load.end(&all));
        asked.into_iter().chain(spent).collect::<Result<(), Failure>>()?;
        for limited in all {
            limited.check()?;
        }
        fixture.gateway.stop().await
    })
}

/// Each worker asks for each key at once, and asks again where a change overtakes the answer.
fn config() -> Result<String, Failure> {
    let config = configuration("keys")?;
    let unhurried = config.replace(", max_per_second: 50", "");
    ensure(unhurried != config, || "the configuration bounds no lookups".to_owned())?;
    Ok(unhurried)
}

impl Limited {
    async fn new(fixture: &Fixture, name: &'static str, limit: u64, excess: u64) -> Result<Self, Failure> {
        let key = generate(fixture, &json!({name: limit})).await?;
        Ok(Self { key, name, limit, excess, grants: RefCell::default() })
    }

    fn check(&self) -> Result<(), Failure> {
        let of = format!("{} {}", self.name, self.limit);
        self.never_exceeded().map_err(|failure| format!("{of}: {failure}"))?;
        let least = self.least();
        let shares = self.shares();
        ensure(shares.iter().all(|used| *used >= least), || {
            format!("{of}: {shares:?} were used, at least {least} each were expected")
        })
    }

    /// What must be used of a share: of a small limit, all.
    fn least(&self) -> u64 {
        (self.limit * USED_PERCENT).div_ceil(100)
    }

    /// What was used within a window that begins with the first request, and what after it.
    fn shares(&self) -> [u64; 2] {
        let grants = self.grants.borrow();
        let first = grants.iter().map(|grant| grant.sent).min().unwrap_or_default();
        let share = |later: bool| {
            grants
                .iter()
                .filter(|grant| (grant.answered >= first + WINDOW) == later)
                .map(|grant| grant.took)
                .sum()
        };
        [share(false), share(true)]
    }

    /// No 60 s hold more than the limit. A grant was made between its request and its answer, so it is surely within a
    /// window that holds both.
    fn never_exceeded(&self) -> Result<(), String> {
        let grants = self.grants.borrow();
        for first in grants.iter() {
            let end = first.sent + WINDOW;
            let within = grants.iter().filter(|grant| grant.sent >= first.sent && grant.answered < end);
            let sum: u64 = within.map(|grant| grant.took).sum();
            ensure(sum <= self.limit + self.excess, || format!("{sum} in the 60 s from {:?}", first.sent))?;
        }
        Ok(())
    }
}

impl Load<'_> {
    async fn end(&self, all: &[&Limited]) {
        while self.began.elapsed() < LONGEST && all.iter().any(|key| key.shares()[1] < key.least()) {
            tokio::time::sleep(MOMENT / 5).await;
        }
        tokio::time::sleep(MOMENT).await;
        self.over.set(true);
    }

    /// Asks until the load is over.
    async fn ask(&self, limited: &Limited) -> Result<(), Failure> {
        let mut connection = Connection::open(self.fixture.gateway.address, None).await?;
        let ask = chat(&limited.key, "spare");
        while !self.over.get() {
            self.one(&mut connection, &ask, limited, |_| Ok(1)).await?;
        }
        Ok(())
    }

    /// The same for tokens; each request is of another kind.
    async fn spend(&self, limited: &Limited, seed: u64) -> Result<(), Failure> {
        let mut connection = Connection::open(self.fixture.gateway.address, None).await?;
        while !self.over.get() {
            let number = self.spent.replace(self.spent.get() + 1).wrapping_mul(31).wrapping_add(seed);
            let max_tokens = 1 + number % MOST_OF_AN_ANSWER;
            if number.is_multiple_of(11) {
                // Nobody answers before the client leaves. So it takes the one token of its input, whatever was
                // reserved: too little to be missed below, where such requests count nothing.
                let ask = completion(&limited.key, "slow", true, max_tokens);
                let after = Duration::from_micros(number % 3_000);
                client::leave_in(self.fixture.gateway.address, &ask, after).await?;
                continue;
            }
            let ask = completion(&limited.key, "varied", number.is_multiple_of(2), max_tokens);
            self.one(&mut connection, &ask, limited, tokens).await?;
        }
        Ok(())
    }

    /// Sends one request, and keeps what it took if it was granted.
    async fn one(
        &self,
        connection: &mut Connection,
        ask: &Ask,
        limited: &Limited,
        took: fn(&Answer) -> Result<u64, Failure>,
    ) -> Result<(), Failure> {
        let sent = self.began.elapsed();
        let answer = connection.send(ask).await?;
        let answered = self.began.elapsed();
        match answer.status {
            200 => limited.grants.borrow_mut().push(Grant { sent, answered, took: took(&answer)? }),
            429 => tokio::time::sleep(PAUSE).await,
            // What the provider was told to answer; it takes no tokens.
            500 => {}
            status => {
                let logs = self.fixture.gateway.logs();
                return Err(format!("HTTP {status} after {answered:?}: {}\n{logs}", answer.text()));
            }
        }
        Ok(())
    }
}

fn completion(key: &str, model: &str, stream: bool, max_tokens: u64) -> Ask {
    let mut body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": stream,
        "disable_fallbacks": true, "max_tokens": max_tokens});
    if stream {
        body["stream_options"] = json!({"include_usage": true});
    }
    Ask::post("/v1/chat/completions", key, &body)
}

/// The tokens of an answer, streamed or whole.
fn tokens(answer: &Answer) -> Result<u64, Failure> {
    let of = |body: &Value| body.pointer("/usage/total_tokens").and_then(Value::as_u64);
    let told = match answer.header("content-type") {
        Some("text/event-stream") => answer.events().iter().rev().find_map(|event| of(&event.data)),
        _ => of(&answer.json()),
    };
    told.ok_or_else(|| format!("an answer without usage: {}", answer.text()))
}
