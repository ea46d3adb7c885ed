//! `make demo`: the four seed failures and a tour, on a gateway of its own.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::process::ExitCode;
use std::time::Instant;

use serde_json::Value;
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::gateway::root;
use spillway_e2e::scenario::{Exchange, Scenario};
use spillway_e2e::{Failure, ledger};

/// Longest text that is shown of a body.
const MOST_SHOWN: usize = 600;

/// Played in this order; each is a file in `tests/e2e/scenarios`.
const PROGRAMME: &[&str] = &[
    "seed_20419_chat_to_responses_bridge_leaks_nothing",
    "seed_25402_compact_survives_a_forced_fallback",
    "seed_guardrail_block_is_recorded_on_every_path",
    "seed_key_limits_leak_nothing_and_chains_hold",
    "tour_a_streamed_answer",
    "tour_a_fallback_from_a_provider_that_fails",
    "tour_a_guardrail_masks",
    "tour_a_rate_limit",
];

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("demo: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Plays everything; how many scenarios did not hold.
async fn play() -> Result<usize, Failure> {
    println!("starting mock providers, ledger and Envoy …");
    let began = Instant::now();
    let fixture = Fixture::start(None).await?;
    println!("ready after {:.1} s\n", began.elapsed().as_secs_f32());
    let mut verdicts = Vec::new();
    for name in PROGRAMME {
        let file = root().join("tests/e2e/scenarios").join(format!("{name}.yaml"));
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let scenario = Scenario::read(&text)?;
        println!("━━ {}\n", scenario.title);
        let outcome = scenario.play_and_tell(&fixture.stage(), &mut show).await;
        match &outcome {
            Ok(()) => println!("   ✔ held\n"),
            Err(failure) => println!("   ✘ did not hold: {failure}\n"),
        }
        verdicts.push((scenario.title, outcome.is_ok()));
    }
    spend_rows(&fixture).await?;
    println!("stopping …");
    let began = Instant::now();
    fixture.gateway.stop().await?;
    println!("stopped after {:.1} s\n", began.elapsed().as_secs_f32());
    Ok(conclude(&verdicts))
}

fn conclude(verdicts: &[(String, bool)]) -> usize {
    for (title, held) in verdicts {
        println!("{}  {title}", if *held { "✔" } else { "✘" });
    }
    let failed = verdicts.iter().filter(|(_, held)| !held).count();
    println!("\n{} of {} scenarios held", verdicts.len() - failed, verdicts.len());
    failed
}

/// What was sent, what the upstreams saw, what came back.
fn show(exchange: &Exchange) {
    let ask = &exchange.ask;
    println!("   → {} {}", if ask.method.is_empty() { "POST" } else { &ask.method }, ask.path);
    println!("     {}", shortened(&ask.body));
    for request in &exchange.received {
        println!("   ⇢ upstream saw {} {}", request.method, request.target);
        println!("     {}", shortened(&request.body));
    }
    if exchange.received.is_empty() {
        println!("   ⇢ no upstream was asked");
    }
    let answer = &exchange.answer;
    let told = |name: &str| answer.header(name).map(|value| format!("  {name}: {value}")).unwrap_or_default();
    println!("   ← HTTP {}{}{}", answer.status, told("x-spillway-attempts"), told("retry-after"));
    let spoken = answer.spoken();
    if spoken.is_empty() {
        println!("     {}\n", shortened(&answer.body));
    } else {
        println!("     {spoken:?}\n");
    }
}

fn shortened(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\n', " ");
    if text.chars().count() <= MOST_SHOWN {
        return text;
    }
    text.chars().take(MOST_SHOWN).chain(" …".chars()).collect()
}

/// The rows that the requests left in the ledger.
async fn spend_rows(fixture: &Fixture) -> Result<(), Failure> {
    let path = "/spend/logs?page_size=12";
    let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, path, Value::is_array).await?;
    println!("━━ The latest spend rows in the ledger (SQLite)\n");
    println!(
        "   {:<20} {:<8} {:<28} {:>6} {:>12}  guardrails",
        "call_type", "status", "deployment", "tokens", "spend"
    );
    for row in rows.as_array().into_iter().flatten() {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let ran = row.pointer("/metadata/guardrail_information").and_then(Value::as_array);
        let statuses: Vec<&str> = ran
            .into_iter()
            .flatten()
            .filter_map(|record| record.get("guardrail_status").and_then(Value::as_str))
            .collect();
        println!(
            "   {:<20} {:<8} {:<28} {:>6} {:>12.8}  {}",
            text("call_type"),
            text("status"),
            text("model_id"),
            row.get("total_tokens").and_then(Value::as_u64).unwrap_or(0),
            row.get("spend").and_then(Value::as_f64).unwrap_or(0.0),
            statuses.join(", ")
        );
    }
    println!();
    Ok(())
}
