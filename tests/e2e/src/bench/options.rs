//! How much is measured.

use std::path::PathBuf;

use clap::Parser;
use clap::value_parser;

use crate::Failure;

/// Longest load of all rounds together, so that a run with its start and end takes less than three minutes.
const MOST_SECONDS: u32 = 140;
/// Load before the first round, on each side and for each number of connections: pools and caches fill.
pub const WARM_UP_SECONDS: u32 = 1;
/// Longest round with a large body.
pub const LARGE_SECONDS: u32 = 3;
/// Load on the upstream itself, which shows that it is not what limits the others.
pub const UPSTREAM_SECONDS: u32 = 2;

/// Measure what the gateway adds to a request, next to the same Envoy with a plain route.
#[derive(Clone, Debug, Parser)]
#[command(name = "bench")]
pub struct Options {
    /// Rounds; in each, plain Envoy and the gateway take turns.
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Seconds of load on one side in one round.
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = value_parser!(u32).range(1..=30))]
    pub seconds: u32,
    /// Numbers of connections to measure with.
    #[arg(
        long,
        default_value = "1,16",
        value_name = "N,…",
        value_delimiter = ',',
        value_parser = value_parser!(u32).range(1..=256)
    )]
    pub connections: Vec<u32>,
    /// Write the figures into docs/BENCHMARK.md.
    #[arg(long)]
    pub record: bool,
    /// Another build of the filter's module.
    #[arg(long, value_name = "PATH")]
    pub wasm: Option<PathBuf>,
}

impl Options {
    /// Seconds of load in all.
    ///
    /// # Errors
    /// They are more than a run may take.
    pub fn check(&self) -> Result<u32, Failure> {
        let settings = u32::try_from(self.connections.len()).unwrap_or(u32::MAX);
        let each = self.rounds.saturating_mul(self.seconds).saturating_add(WARM_UP_SECONDS);
        let large = self.rounds.saturating_add(1).saturating_mul(self.seconds.min(LARGE_SECONDS));
        let small = each.saturating_mul(2).saturating_mul(settings).saturating_add(UPSTREAM_SECONDS);
        let all = small.saturating_add(large.saturating_mul(2));
        if all <= MOST_SECONDS {
            return Ok(all);
        }
        Err(format!(
            "{} rounds of {} s for {settings} numbers of connections are {all} s of load, and a run takes at \
             most {MOST_SECONDS} s: lower --rounds, --seconds or --connections",
            self.rounds, self.seconds
        ))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Options;

    fn check(arguments: &[&str]) -> Result<u32, String> {
        let words = std::iter::once("bench").chain(arguments.iter().copied());
        Options::try_parse_from(words).map_err(|error| error.to_string())?.check()
    }

    #[test]
    fn a_run_is_bounded() {
        assert_eq!(check(&[]), Ok(122));
        assert_eq!(check(&["--rounds", "1", "--seconds", "1", "--connections", "8"]), Ok(10));
        assert_eq!(
            check(&["--seconds", "9", "--connections", "1,16,64"]),
            Err("5 rounds of 9 s for 3 numbers of connections are 314 s of load, and a run takes at most 140 s: \
                 lower --rounds, --seconds or --connections"
                .to_owned())
        );
    }

    #[test]
    fn no_rounds_and_no_connections_are_refused() {
        assert!(check(&["--rounds", "0"]).is_err());
        assert!(check(&["--connections", "0"]).is_err());
        assert!(check(&["--connections", ""]).is_err());
    }
}
