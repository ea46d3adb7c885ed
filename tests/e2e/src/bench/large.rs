//! A large body that nothing changes: what it costs that the gateway reads all of it.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::options::{LARGE_SECONDS, Options};
use super::rounds::Measured;
use super::setup::{KEY, Setup};
use super::spread::Spread;
use super::wrk;
use crate::{Failure, process};

/// Size of the body, in bytes, about.
pub const BYTES: usize = 1024 * 1024;
/// Enough to keep one worker busy.
const CONNECTIONS: u32 = 4;
/// What a turn of the conversation says, again and again: prose and code, with what JSON escapes.
const WORDS: &str = "The pipeline says \"status\": ok, and the build took 12 minutes.\n\
                     \tlet rows: Vec<Row> = store.read(\"spend\", 1..=100)?; // C:\\logs\\gateway.log\n";
const WORDS_OF_A_TURN: usize = 12;

/// One round after the other, plain Envoy first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Large {
    /// Plain Envoy and the gateway.
    pub rounds: Vec<[Measured; 2]>,
}

impl Large {
    /// CPU time of a request, in microseconds, of one side.
    #[must_use]
    pub fn cpu_us(&self, side: usize) -> Spread {
        Spread::of(self.rounds.iter().filter_map(|round| round.get(side)).map(cpu_us)).unwrap_or_default()
    }

    /// The gateway's to plain Envoy's, round by round.
    #[must_use]
    pub fn ratio(&self) -> Spread {
        Spread::of(self.rounds.iter().map(|[plain, gateway]| cpu_us(gateway) / cpu_us(plain)))
            .unwrap_or_default()
    }
}

fn cpu_us(one: &Measured) -> f64 {
    one.cpu.as_secs_f64() * 1e6 / one.figures.requests.max(1) as f64
}

/// Measures.
///
/// # Errors
/// An answer was not 2xx.
pub async fn run(setup: &Setup, options: &Options, say: fn(&str)) -> Result<Large, Failure> {
    let body = write_body(setup)?;
    let sides = [(setup.plain.pid()?, setup.plain.address), (setup.bare_pid, setup.bare.address)];
    let mut large = Large::default();
    for number in 0..=options.rounds {
        let mut round = [Measured::default(); 2];
        for ((pid, address), measured) in sides.iter().zip(&mut round) {
            let before = process::cpu(*pid)?;
            let load = wrk::Load {
                body: &body,
                connections: CONNECTIONS,
                seconds: options.seconds.min(LARGE_SECONDS),
            };
            let figures = wrk::run(*address, KEY, &load).await?;
            *measured = Measured { figures, cpu: process::cpu(*pid)?.saturating_sub(before) };
        }
        // The first one warms up.
        if number > 0 {
            large.rounds.push(round);
            say(&format!("  a body of 1 MiB: round {number} of {}", options.rounds));
        }
    }
    Ok(large)
}

/// A long conversation of short turns.
fn write_body(setup: &Setup) -> Result<PathBuf, Failure> {
    let words = WORDS.repeat(WORDS_OF_A_TURN);
    let turns = BYTES / (words.len() + words.len() / 20);
    let turn = |number: usize| {
        let role = if number.is_multiple_of(2) { "user" } else { "assistant" };
        json!({"role": role, "content": words})
    };
    let body = json!({"model": "gpt-4.1", "messages": (0..turns).map(turn).collect::<Vec<_>>()});
    let path = setup.bare.data.join("body.json");
    fs::write(&path, body.to_string()).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}
