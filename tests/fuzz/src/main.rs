//! Feeds damaged bodies to every parser, translator and guardrail in one process, and looks for panics and for memory
//! that grows out of proportion.
//!
//! Seeds are the golden cases and what earlier runs kept in `tests/fuzz/corpus`. An input whose outcome no other
//! had (which texts were refused, what shape came out) is kept, and damaged further: that is how a run finds its
//! way into the code. Runs are repeatable by `--seed`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

mod corpus;
mod damage;
mod guardrails;
mod memory;
mod outcome;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use corpus::Corpus;
use memory::Counting;
use spillway_filter::random::SplitMix;
use targets::{TARGETS, Target};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Largest input, in bytes.
const MOST_BYTES: usize = 64 * 1024;
/// What one input may take: so many bytes for each of its own, and so many besides.
const PER_BYTE: usize = 512;
const BESIDES: usize = 16 * 1024 * 1024;

/// Fuzzes the gateway's parsers, translators and guardrails.
#[derive(Debug, Parser)]
struct Options {
    /// How long each target is fuzzed, in seconds.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Only targets whose name holds this text.
    #[arg(long, default_value = "")]
    only: String,
    /// Where the random numbers begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Do not write new inputs into the corpus.
    #[arg(long)]
    keep_nothing: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    // A panic is reported with its input; the place in the source is all that the hook adds.
    std::panic::set_hook(Box::new(|panic| eprintln!("panicked: {panic}")));
    let mut faults = 0;
    for target in TARGETS.iter().filter(|target| target.name.contains(&options.only)) {
        faults += fuzz(target, &options);
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Fuzzes one target, and says how many inputs were found at fault.
fn fuzz(target: &Target, options: &Options) -> usize {
    let mut corpus = Corpus::load(target);
    let mut dice = SplitMix(options.seed);
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let (mut runs, mut faults, mut most) = (0_u64, 0, 0);
    for at in 0..corpus.len() {
        let seed = corpus.get(at).to_vec();
        match tried(target, &seed) {
            Ok((outcome, _)) => drop(corpus.is_new(outcome)),
            Err(fault) => faults += report(target, &seed, &fault),
        }
    }
    let seeds = corpus.len();
    println!("{}: {seeds} seeds, {} outcomes; {} s", target.name, corpus.outcomes(), options.seconds);
    while Instant::now() < end && faults < 10 {
        let input = damage::damaged(&corpus, &mut dice, MOST_BYTES);
        runs += 1;
        match tried(target, &input) {
            Ok((outcome, peak)) => {
                most = most.max(peak);
                if corpus.is_new(outcome) {
                    corpus.add(input, !options.keep_nothing);
                }
            }
            Err(fault) => faults += report(target, &input, &fault),
        }
    }
    let found = corpus.len() - seeds;
    println!(
        "{}: {runs} inputs, {} outcomes, {found} new inputs, {faults} faults, at most {} KiB at once",
        target.name,
        corpus.outcomes(),
        most / 1024
    );
    faults
}

/// The input's outcome and the memory that it took at once, or what was wrong.
fn tried(target: &Target, input: &[u8]) -> Result<(u64, usize), String> {
    memory::begin();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let peak = memory::peak();
    let outcome = outcome.map_err(|_| "it panicked".to_owned())?;
    let most = BESIDES + PER_BYTE * input.len();
    if peak > most {
        return Err(format!("{} bytes took {peak} bytes at once, more than {most}", input.len()));
    }
    Ok((outcome, peak))
}

fn report(target: &Target, input: &[u8], fault: &str) -> usize {
    let path = corpus::keep_fault(target, input);
    eprintln!("{}: {fault}: the input is {path}", target.name);
    1
}
