//! Keys that nobody made, many of them, and a ledger that is away.

use std::time::{Duration, Instant};

use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask, Patient};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::process::{self, Stopped};

use super::{chat, ensure, expect_status, generate, send};
use crate::cases::load::join_all;
use crate::cases::until;

const CLIENTS: usize = 32;
const EACH: usize = 100;
/// `max_per_second` of the gateway's file.
const MOST_PER_SECOND: u64 = 50;

/// The ledger is asked for at most so many keys in a second, and a known key is served meanwhile. The same unknown
/// key is asked for once.
pub async fn of_unknown_keys(fixture: &Fixture) -> Result<(), Failure> {
    let known = generate(fixture, &serde_json::json!({})).await?;
    expect_status(&send(fixture, &chat(&known, "plain")).await?, 200)?;
    let before = lookups(fixture).await?;
    let began = Instant::now();
    let client = async |number: usize| {
        let mut connection = Patient::to(fixture.gateway.address);
        for turn in 0..EACH {
            let unknown = format!("sk-nobody-has-this-{number}-{turn}");
            let answer = connection.send(&chat(&unknown, "plain")).await?;
            ensure([401, 503].contains(&answer.status), || format!("HTTP {}", answer.status))?;
            if turn % 10 == 0 {
                expect_status(&connection.send(&chat(&known, "plain")).await?, 200)?;
            }
        }
        Ok::<_, Failure>(())
    };
    for done in join_all((0..CLIENTS).map(|number| Box::pin(client(number))).collect()).await {
        done?;
    }
    // The bound is per second of the clock: two of them may have begun and one may be ending.
    let most = MOST_PER_SECOND * (began.elapsed().as_secs() + 2);
    let asked = lookups(fixture).await? - before;
    ensure(asked > 0 && asked <= most, || format!("the ledger was asked {asked} times, at most {most}"))?;

    let before = lookups(fixture).await?;
    let same = chat("sk-the-same-unknown-key", "plain");
    // In the second of the flood the ledger may be asked for no more.
    until("the ledger is asked again", async || Ok(send(fixture, &same).await?.status == 401)).await?;
    for _ in 0..20 {
        expect_status(&send(fixture, &same).await?, 401)?;
    }
    let asked = lookups(fixture).await? - before;
    ensure((1..=2).contains(&asked), || format!("one unknown key was asked for {asked} times"))
}

/// While the ledger is away, keys that are known go on working; others are told to come back, and do not pass.
pub async fn without_a_ledger(fixture: &Fixture) -> Result<(), Failure> {
    let known = generate(fixture, &serde_json::json!({})).await?;
    let new = generate(fixture, &serde_json::json!({})).await?;
    expect_status(&send(fixture, &chat(&known, "plain")).await?, 200)?;
    let up = fixture.gateway.pid().ok_or("`spillway up` is gone")?;
    let stopped = Stopped::now(process::child(up, "spillway-ledger")?)?;
    for _ in 0..CLIENTS {
        expect_status(&send(fixture, &chat(&known, "plain")).await?, 200)?;
    }
    let refused = send(fixture, &chat(&new, "plain")).await?;
    expect_status(&refused, 503)?;
    ensure(refused.header("retry-after").is_some(), || format!("{:?}", refused.headers))?;
    drop(stopped);
    let began = Instant::now();
    while send(fixture, &chat(&new, "plain")).await?.status != 200 {
        ensure(began.elapsed() < Duration::from_secs(20), || {
            "the ledger is back, the key is not".to_owned()
        })?;
    }
    Ok(())
}

/// How many lookups Envoy has counted to the ledger.
async fn lookups(fixture: &Fixture) -> Result<u64, Failure> {
    let path = "/stats?filter=spillway.key_lookups&format=text".to_owned();
    let ask = Ask { method: "GET".to_owned(), path, ..Ask::default() };
    let stats = client::send(fixture.gateway.admin, &ask).await?.text();
    let sum = stats.lines().filter_map(|line| line.rsplit_once(": ")?.1.trim().parse::<u64>().ok()).sum();
    Ok(sum)
}
