//! `make bench-keys`: a hundred thousand keys that the ledger owns. What a request pays for the first use of its key,
//! next to a later one, and what the gateway's memory grows by.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Parser;
use mock_providers::MockProviders;
use serde_json::json;
use tokio::task::JoinSet;

use super::running::{self, KEY, MASTER_KEY};
use super::sides;
use crate::client::{Ask, Connection, Patient};
use crate::gateway::Gateway;
use crate::{Failure, process};

/// Keys are made on this many connections at once.
const MAKERS: usize = 16;
/// How many of the keys are used: all of them within a minute are more than one gateway has counters for.
const USED: u32 = 10_000;
/// Keys that nobody made, used once each.
const INVENTED: u32 = 5_000;

/// What is measured.
#[derive(Clone, Debug, Parser)]
#[command(about = "What a hundred thousand keys cost: first use, later use, memory.")]
pub struct Options {
    /// How many keys there are.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub keys: u32,
}

/// Percentiles of many durations, in microseconds.
#[derive(Clone, Copy, Debug)]
struct Percentiles {
    p50: u128,
    p99: u128,
}

/// Makes the keys, uses each twice on one connection, and tells what that took.
///
/// # Errors
/// Something did not start, or an answer was not 200.
pub async fn run(options: &Options, say: fn(&str)) -> Result<String, Failure> {
    let upstream = MockProviders::start_fast(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let gateway = start(upstream.addr()).await?;
    let up = gateway.pid().ok_or("`spillway up` has ended")?;
    let envoy = process::child(up, "envoy")?;
    let made = Instant::now();
    make(&gateway, options.keys).await?;
    say(&format!("  {} keys were made in {:.0?}", options.keys, made.elapsed()));
    let mut connection = Connection::open(gateway.address, None).await?;
    // The connection, the routes, the provider's connection.
    measure(&mut connection, KEY).await?;
    let before = process::resident_bytes(envoy)?;
    let mut first = Vec::new();
    let mut later = Vec::new();
    for number in 0..options.keys.min(USED) {
        first.push(measure(&mut connection, &key(number)).await?);
        later.push(measure(&mut connection, &key(number)).await?);
    }
    let after = process::resident_bytes(envoy)?;
    flood(&gateway).await?;
    let flooded = process::resident_bytes(envoy)?;
    let (first, later) = (percentiles(first), percentiles(later));
    gateway.stop().await?;
    Ok(format!(
        "| {} keys, of which {} are used | p50 | p99 |\n|---|---|---|\n| first use: asked of the ledger | {} us | {} us |\n\
         | second use | {} us | {} us |\n\nMemory of Envoy that is resident: {} MiB before, {} MiB after, {} MiB after {INVENTED} \
         keys more that nobody made.\n",
        options.keys,
        options.keys.min(USED),
        first.p50,
        first.p99,
        later.p50,
        later.p99,
        before >> 20,
        after >> 20,
        flooded >> 20
    ))
}

async fn start(upstream: SocketAddr) -> Result<Gateway, Failure> {
    let mut config = running::config(&[sides::MODELS, sides::KEY], upstream)?;
    // The file ends in the section that this belongs to. The usual bound is against floods, and this is one.
    config.push_str("  key_lookup: {max_per_second: 100000}\n");
    running::start(&config, None).await
}

fn key(number: u32) -> String {
    format!("sk-bench-of-many-{number:07}")
}

/// Each has limits, so that each use has a window as well.
async fn make(gateway: &Gateway, keys: u32) -> Result<(), Failure> {
    let mut makers = JoinSet::new();
    for maker in 0..MAKERS {
        let to = gateway.address;
        makers.spawn(async move {
            let mut connection = Connection::open(to, None).await?;
            for number in (0..keys).skip(maker).step_by(MAKERS) {
                let fields = json!({"key": key(number), "rpm_limit": 1_000, "tpm_limit": 100_000});
                let answer = connection.send(&Ask::post("/key/generate", MASTER_KEY, &fields)).await?;
                if answer.status != 200 {
                    return Err(format!("HTTP {}: {}", answer.status, answer.text()));
                }
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = makers.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    Ok(())
}

/// Each is asked of the ledger.
async fn flood(gateway: &Gateway) -> Result<(), Failure> {
    let mut connection = Patient::to(gateway.address);
    for number in 0..INVENTED {
        let answer = connection.send(&ask(&format!("sk-bench-invented-{number}"))).await?;
        if answer.status != 401 {
            return Err(format!("HTTP {}: {}", answer.status, answer.text()));
        }
    }
    Ok(())
}

fn ask(key: &str) -> Ask {
    let body = json!({"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hello"}]});
    Ask::post("/v1/chat/completions", key, &body)
}

async fn measure(connection: &mut Connection, key: &str) -> Result<Duration, Failure> {
    let ask = ask(key);
    let began = Instant::now();
    let answer = connection.send(&ask).await?;
    let took = began.elapsed();
    if answer.status == 200 { Ok(took) } else { Err(format!("HTTP {}: {}", answer.status, answer.text())) }
}

fn percentiles(mut all: Vec<Duration>) -> Percentiles {
    all.sort();
    let at = |share: usize| all.get(all.len() * share / 100).map_or(0, Duration::as_micros);
    Percentiles { p50: at(50), p99: at(99) }
}
