//! Plays whole requests through both roles of the filter's core, natively and without a host, for callgrind to count
//! their instructions: `tools/instructions.py` runs it, and docs/BENCHMARK.md says what the figures mean.
//!
//! ```text
//! spillway-instructions                                tells the scenarios
//! spillway-instructions SCENARIO COUNT < ENVOY.yaml    plays one so many times, after a warm-up
//! ```
//!
//! What a request costs must not depend on when it is counted, so there is no clock and no randomness: an input comes a
//! fixed time after the one before, and the dice are seeded. (Hash maps are seeded by the system; see the tolerance.)
//! Each request that is played is checked: one that failed would be cheap.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

mod answers;
mod books;
mod check;
mod exchange;
mod gateway;
mod memory;
mod play;
mod scenario;

use std::process::ExitCode;

use exchange::Exchange;
use gateway::Gateway;
use play::play;
use scenario::Scenario;
use spillway_filter::heap::Piles;

// SAFETY: this program starts no thread.
#[allow(unsafe_code, reason = "one thread is promised")]
#[global_allocator]
static ALLOCATOR: Piles<memory::Single> = unsafe { Piles::over(memory::Single::new()) };

/// Before any is counted: what is kept from request to request (searches, names, windows of limits) is there then.
const WARM_UP: usize = 8;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [] => {
            tell();
            Ok(())
        }
        [name, count] => run(name, count),
        _ => Err("usage: spillway-instructions [SCENARIO COUNT]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("spillway-instructions: {wrong}");
            ExitCode::FAILURE
        }
    }
}

/// A line for each scenario: its name, its body's bytes and its answer's pieces.
fn tell() {
    for scenario in scenario::all() {
        println!("{} {} {}", scenario.name, scenario.body.len(), scenario.answer.pieces.len());
    }
}

fn run(name: &str, count: &str) -> Result<(), String> {
    let count = count.parse().map_err(|_| format!("{count} is no number of requests"))?;
    // Of a file, the path would lie in memory, and where what follows lies decides what it costs to find room for it.
    let rendered = std::io::read_to_string(std::io::stdin())
        .map_err(|error| format!("Envoy's configuration: {error}"))?;
    let scenario = scenario::named(name).ok_or_else(|| format!("there is no scenario {name}"))?;
    let mut gateway = Gateway::of(&rendered, scenario.texts_are_known)?;
    let checked = |played: Played, requests| {
        let wrong = |wrong| format!("{name}: {wrong}");
        check::exchange(&played.last, &scenario.expected).map_err(wrong)?;
        check::events(&played.batches, &scenario.expected, requests).map_err(wrong)
    };
    checked(several(&mut gateway, &scenario, WARM_UP)?, WARM_UP)?;
    checked(counted(&mut gateway, &scenario, count)?, count)
}

/// What callgrind counts, by this name: nothing before it, and nothing after it.
#[inline(never)]
fn counted(gateway: &mut Gateway, scenario: &Scenario, requests: usize) -> Result<Played, String> {
    several(gateway, scenario, requests)
}

/// What is left of some requests.
struct Played {
    /// The last one's.
    last: Exchange,
    /// What the ledger was posted.
    batches: Vec<Vec<u8>>,
}

/// Requests one after the other, and the delivery of their events.
fn several(gateway: &mut Gateway, scenario: &Scenario, requests: usize) -> Result<Played, String> {
    let mut last = Exchange::default();
    for _ in 0..requests {
        last = play(gateway, scenario)?;
    }
    Ok(Played { last, batches: gateway.deliver() })
}
