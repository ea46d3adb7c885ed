//! What is measured, and how much.

use std::path::PathBuf;

use clap::Parser;
use clap::value_parser;

use super::loads::{LOADS, Load};
use super::sides::{self, PLAIN, Side};
use crate::Failure;

/// Longest load of all rounds together.
const MOST_SECONDS: u32 = 1_800;
/// Load before the first round, on each side of each case: pools and caches fill.
const WARM_UP_SECONDS: u32 = 1;
/// Load on the upstream itself, which shows whether it is what limits the others.
pub const UPSTREAM_SECONDS: u32 = 1;

/// Measure what the gateway adds to a request, next to the same Envoy with a plain route and with an empty pair of
/// filters.
#[derive(Clone, Debug, Parser)]
#[command(name = "bench")]
pub struct Options {
    /// Rounds; in each, the sides take turns.
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Seconds of load on one side in one round.
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = value_parser!(u32).range(1..=30))]
    pub seconds: u32,
    /// These loads only, e.g. `chat-1k,stream`.
    #[arg(long, value_name = "LOAD,…", value_delimiter = ',', value_parser = LOADS.each_ref().map(|load| load.name))]
    pub only: Vec<String>,
    /// These sides only, e.g. `floor,all`; plain Envoy is always one.
    #[arg(long, value_name = "SIDE,…", value_delimiter = ',', value_parser = sides::SIDES.each_ref().map(|side| side.name))]
    pub sides: Vec<String>,
    /// So many connections, instead of those of each load.
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = value_parser!(u32).range(1..=256))]
    pub connections: Vec<u32>,
    /// Write the figures into docs/BENCHMARK.md, and draw docs/benchmark.svg.
    #[arg(long)]
    pub record: bool,
    /// Another build of the filter's module.
    #[arg(long, value_name = "PATH")]
    pub wasm: Option<PathBuf>,
}

/// A load with one number of connections, and who is measured with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The request.
    pub load: &'static Load,
    /// How many at once.
    pub connections: u32,
    /// Plain Envoy first.
    pub sides: Vec<&'static Side>,
}

/// What is measured, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// In this order.
    pub cases: Vec<Case>,
    /// Rounds of a case.
    pub rounds: u32,
    /// Seconds of load on one side in one round.
    pub seconds: u32,
    /// Seconds of load on each side before the first round of a case.
    pub warm_up: u32,
}

impl Plan {
    /// Seconds of load in all.
    ///
    /// # Errors
    /// They are more than a run may take.
    pub fn load_seconds(&self) -> Result<u32, Failure> {
        let each = self.rounds.saturating_mul(self.seconds).saturating_add(self.warm_up);
        let case = |case: &Case| {
            let sides = u32::try_from(case.sides.len()).unwrap_or(u32::MAX);
            each.saturating_mul(sides).saturating_add(UPSTREAM_SECONDS)
        };
        let all = self.cases.iter().map(case).fold(0, u32::saturating_add);
        if all <= MOST_SECONDS {
            return Ok(all);
        }
        Err(format!(
            "{} rounds of {} s are {all} s of load, and a run takes at most {MOST_SECONDS} s: lower --rounds or \
             --seconds, or choose what is measured",
            self.rounds, self.seconds
        ))
    }

    /// The sides that are measured at all, each once.
    #[must_use]
    pub fn sides(&self) -> Vec<&'static Side> {
        let mut sides: Vec<&'static Side> = Vec::new();
        for side in self.cases.iter().flat_map(|case| &case.sides) {
            if !sides.contains(side) {
                sides.push(side);
            }
        }
        sides
    }
}

impl Options {
    /// Everything that is to be measured.
    ///
    /// # Errors
    /// It would be recorded without being all of the table.
    pub fn plan(&self) -> Result<Plan, Failure> {
        if self.record && !(self.only.is_empty() && self.sides.is_empty() && self.connections.is_empty()) {
            return Err(
                "--record writes the whole table: leave --only, --sides and --connections out".to_owned()
            );
        }
        let warm_up = WARM_UP_SECONDS;
        Ok(Plan { cases: self.cases(), rounds: self.rounds, seconds: self.seconds, warm_up })
    }

    fn cases(&self) -> Vec<Case> {
        let chosen = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        let mut cases = Vec::new();
        for load in LOADS.iter().filter(|load| chosen(&self.only, load.name)) {
            let taken = |name: &&&str| **name == PLAIN || chosen(&self.sides, name);
            let sides: Vec<_> =
                load.sides.iter().filter(taken).filter_map(|name| sides::named(name)).collect();
            let connections = if self.connections.is_empty() { load.connections } else { &self.connections };
            cases.extend(connections.iter().map(|&connections| Case {
                load,
                connections,
                sides: sides.clone(),
            }));
        }
        cases
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn options(arguments: &[&str]) -> Result<Options, String> {
        let words = std::iter::once("bench").chain(arguments.iter().copied());
        Options::try_parse_from(words).map_err(|error| error.to_string())
    }

    fn check(arguments: &[&str]) -> Result<u32, String> {
        options(arguments)?.plan()?.load_seconds()
    }

    #[test]
    fn a_run_is_bounded() {
        let usual = check(&[]).unwrap();
        assert!((300..=600).contains(&usual), "{usual}");
        assert_eq!(
            check(&["--rounds", "1", "--seconds", "1", "--connections", "8", "--only", "stream"]),
            Ok(7)
        );
        let error = check(&["--rounds", "50", "--seconds", "30"]).unwrap_err();
        assert!(error.starts_with("50 rounds of 30 s are "), "{error}");
    }

    #[test]
    fn cases_are_chosen() {
        let cases = options(&["--only", "chat-8m", "--sides", "all"]).unwrap().cases();
        let names = |case: &Case| case.sides.iter().map(|side| side.name).collect::<Vec<_>>();
        assert_eq!(cases.iter().map(names).collect::<Vec<_>>(), [["plain", "all"]]);
        let cases = options(&["--only", "chat-1k,stream"]).unwrap().cases();
        let connections: Vec<_> = cases.iter().map(|case| (case.load.name, case.connections)).collect();
        assert_eq!(connections, [("chat-1k", 1), ("chat-1k", 16), ("chat-1k", 32), ("stream", 32)]);
    }

    #[test]
    fn what_there_is_not_is_refused() {
        for arguments in
            [["--rounds", "0"], ["--connections", "0"], ["--only", "chat-2k"], ["--sides", "fast"]]
        {
            assert!(check(&arguments).is_err(), "{arguments:?}");
        }
        assert!(check(&["--record", "--only", "stream"]).unwrap_err().contains("whole table"));
    }
}
