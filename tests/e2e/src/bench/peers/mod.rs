//! `make bench-peers`: other people's gateways, next to the same Envoys and the gateway without and with its policies.
//!
//! | module | room |
//! |---|---|
//! | [`table`] | who, and how each is started and asked |
//! | [`process`] | started, shown to answer, stopped |
//! | [`report`] | the figures in words |

pub mod process;
pub mod report;
pub mod table;

use clap::{Parser, value_parser};

use super::loads::LOADS;
use super::machine::Machine;
use super::options::{Case, Plan};
use super::setup::Setup;
use super::sides::{self, ALL, BARE, FLOOR, PLAIN, Side};
use super::{rounds, wrk};
use crate::Failure;
use report::Report;
use table::PEERS;

/// At once, one number after the other.
const CONNECTIONS: [u32; 2] = [1, 16];
/// Programs that are compiled while they run take a while to be what they are.
const WARM_UP_SECONDS: u32 = 4;

/// Measure other people's gateways next to plain Envoy, the empty pair of filters, and the gateway without and with its
/// policies.
#[derive(Clone, Debug, Parser)]
#[command(name = "bench-peers")]
pub struct Options {
    /// Rounds; in each, all take turns.
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Seconds of load on one of them in one round.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = value_parser!(u32).range(1..=30))]
    pub seconds: u32,
    /// These peers only, e.g. `litellm,portkey`.
    #[arg(long, value_name = "PEER,…", value_delimiter = ',', value_parser = PEERS.each_ref().map(|side| side.name))]
    pub only: Vec<String>,
    /// Write the figures into docs/BENCHMARK.md.
    #[arg(long)]
    pub record: bool,
}

impl Options {
    /// Everything that is to be measured.
    ///
    /// # Errors
    /// It would be recorded without being all of the table.
    pub fn plan(&self) -> Result<Plan, Failure> {
        if self.record && !self.only.is_empty() {
            return Err("--record writes the whole table: leave --only out".to_owned());
        }
        let load = LOADS.first().ok_or("there is no load")?;
        let chosen = |side: &&Side| self.only.is_empty() || self.only.iter().any(|name| name == side.name);
        let ours = [PLAIN, FLOOR, BARE, ALL].into_iter().filter_map(sides::named);
        let sides: Vec<&'static Side> = ours.chain(PEERS.iter().filter(chosen)).collect();
        let case = |connections| Case { load, connections, sides: sides.clone() };
        Ok(Plan {
            cases: CONNECTIONS.map(case).to_vec(),
            rounds: self.rounds,
            seconds: self.seconds,
            warm_up: WARM_UP_SECONDS,
        })
    }
}

/// Starts everything, measures, stops everything. A peer that could not be started stands in the report.
///
/// # Errors
/// Something of ours did not start, or an answer was not 2xx.
pub async fn run(options: &Options, say: fn(&str)) -> Result<Report, Failure> {
    let mut plan = options.plan()?;
    let wrk = wrk::version().await?;
    say("starting upstream, Envoys, gateway, and peers …");
    let setup = Setup::start(&plan.sides(), None).await?;
    for (side, why) in &setup.missing {
        say(&format!("`{}` could not be started: {why}", side.name));
    }
    for case in &mut plan.cases {
        case.sides.retain(|side| setup.side(side.name).is_ok());
    }
    let machine = Machine::read(&setup.envoy, wrk).await?;
    say(&format!("measuring, {} s of load …", plan.load_seconds()?));
    let results = rounds::run(&setup, &plan, say).await?;
    let missing = setup.missing.clone();
    setup.stop().await?;
    Ok(Report { results, missing, machine, rounds: options.rounds, seconds: options.seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arguments: &[&str]) -> Result<Plan, String> {
        let words = std::iter::once("bench-peers").chain(arguments.iter().copied());
        Options::try_parse_from(words).map_err(|error| error.to_string())?.plan()
    }

    #[test]
    fn a_run_is_bounded() {
        let usual = plan(&[]).unwrap().load_seconds().unwrap();
        assert!((60..=300).contains(&usual), "{usual}");
        assert!(plan(&["--rounds", "50", "--seconds", "30"]).unwrap().load_seconds().is_err());
    }

    #[test]
    fn peers_are_chosen_and_ours_always_there() {
        let names = |plan: Plan| plan.sides().iter().map(|side| side.name).collect::<Vec<_>>();
        let all = ["plain", "floor", "bare", "all", "litellm", "tensorzero", "portkey"];
        assert_eq!(names(plan(&[]).unwrap()), all);
        assert_eq!(
            names(plan(&["--only", "portkey"]).unwrap()),
            ["plain", "floor", "bare", "all", "portkey"]
        );
        assert!(plan(&["--only", "plain"]).is_err());
        assert!(plan(&["--only", "portkey", "--record"]).unwrap_err().contains("whole table"));
    }
}
