//! The figures of peers: one table, what each of them is, and one sentence to quote.

use crate::Failure;
use crate::bench::compare::{family_cpu_us, p50_us, p99_us, requests_per_core, requests_per_second};
use crate::bench::machine::Machine;
use crate::bench::report::{cell, head, median, ratio, tabled, upstream};
use crate::bench::rounds::{Results, Series};
use crate::bench::sides::{ALL, Kind, Side};
use crate::bench::table::number;

/// Of this many at once, or as many as there were at most.
const QUOTED: u32 = 16;

/// What was measured, and what could not be.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The rounds.
    pub results: Results,
    /// Peers that could not be started, and why.
    pub missing: Vec<(&'static Side, Failure)>,
    /// The machine.
    pub machine: Machine,
    /// Rounds of a case.
    pub rounds: u32,
    /// Seconds of a round.
    pub seconds: u32,
}

impl Report {
    /// Everything, as Markdown that can be read on a terminal.
    #[must_use]
    pub fn markdown(&self) -> String {
        let head = head(&self.machine, self.rounds, self.seconds);
        let parts =
            [self.table(), self.who(), self.absent(), upstream(&self.results.series), self.sentence()];
        let [table, who, absent, upstream, sentence] = parts;
        format!("{head}\n{table}\n{who}{absent}{upstream}\n{sentence}\n")
    }

    fn table(&self) -> String {
        let headings = [
            "gateway",
            "at once",
            "requests/CPU second",
            "`all` to it",
            "CPU/request, µs",
            "requests/s",
            "p50, µs",
            "p99, µs",
            "memory, MiB",
        ];
        let mut lines = Vec::new();
        for series in &self.results.series {
            for side in &series.case.sides {
                lines.push(self.line(series, side));
            }
        }
        tabled(&headings, lines, 2)
    }

    fn line(&self, series: &Series, side: &Side) -> Vec<String> {
        let memory = self.results.memory.iter().find(|one| one.side == side.name);
        let mebibytes = memory.map(|one| number(one.family as f64 / f64::from(1 << 20), 0));
        vec![
            side.name.to_owned(),
            series.case.connections.to_string(),
            cell(series.of(side.name, requests_per_core), 0),
            ratio(series.ratio(ALL, side.name, requests_per_core).filter(|_| side.name != ALL)),
            median(series.of(side.name, family_cpu_us), 0),
            median(series.of(side.name, requests_per_second), 0),
            cell(series.of(side.name, p50_us), 0),
            median(series.of(side.name, p99_us), 0),
            mebibytes.unwrap_or_default(),
        ]
    }

    /// What each is.
    fn who(&self) -> String {
        let mut text =
            "* Requests per second of CPU time of all processes: a gateway's ledger and what starts it are \
                        among them. Memory is theirs too, at the end.\n"
                .to_owned();
        for side in self.results.series.first().into_iter().flat_map(|series| &series.case.sides) {
            text += &format!("* {}: {}.\n", name(side), side.about);
        }
        text
    }

    fn absent(&self) -> String {
        let line = |(side, why): &(&Side, Failure)| {
            format!("* **{} could not be started, and is missing above**: {}\n", name(side), short(why))
        };
        self.missing.iter().map(line).collect()
    }

    /// One sentence to quote; empty where what it tells was not measured.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.sentence_of().unwrap_or_default()
    }

    fn sentence_of(&self) -> Option<String> {
        let series = self.results.series.iter().find(|series| series.case.connections == QUOTED)?;
        let rate = |side: &Side| Some(number(series.of(side.name, requests_per_core)?.median, 0));
        let all = series.case.sides.iter().find(|side| side.name == ALL)?;
        let peers = series.case.sides.iter().filter(|side| matches!(side.kind, Kind::Peer(_)));
        let peers: Vec<String> =
            peers.filter_map(|side| Some(format!("{} serves {}", title(side), rate(side)?))).collect();
        let Machine { cores, cpu, .. } = &self.machine;
        Some(format!(
            "For a second of CPU time, Envoy and ledger together, Spillway with key, limits, 20 guardrail rules, a planned \
             fallback and events serves {} chat requests of 1 KB at {QUOTED} connections; without limits, guardrails and \
             books {} (medians of {} rounds of {} s; {cores} cores of {cpu}).",
            rate(all)?,
            peers.join(", "),
            self.rounds,
            self.seconds
        ))
    }
}

/// The first line, and of the others the last that names an error, or else the last.
fn short(why: &str) -> String {
    let mut lines = why.lines();
    let first = lines.next().unwrap_or_default();
    let named = lines.clone().rev().find(|line| line.contains("Error"));
    named.or(lines.next_back()).map_or_else(|| first.to_owned(), |line| format!("{first} … {}", line.trim()))
}

/// As the table has it, with what it is called where that is somebody else's.
fn name(side: &Side) -> String {
    match side.kind {
        Kind::Peer(_) => format!("`{}`, {}", side.name, title(side)),
        _ => format!("`{}`", side.name),
    }
}

/// With its version.
fn title(side: &Side) -> String {
    match side.kind {
        Kind::Peer(peer) => format!("{} {}", peer.title, peer.version().unwrap_or_default()),
        _ => side.name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::loads::LOADS;
    use crate::bench::options::Case;
    use crate::bench::peers::table::PEERS;
    use crate::bench::rounds::{Measured, Memory};
    use crate::bench::running::Cpu;
    use crate::bench::sides::named;
    use crate::bench::wrk::Figures;

    fn report() -> Report {
        let measured = |requests: u64| {
            let figures = Figures { requests, duration_us: 2e6, p50_us: 500.0, ..Figures::default() };
            Measured { figures, cpu: Cpu { family: Duration::from_secs(2), ..Cpu::default() } }
        };
        let case = Case { load: &LOADS[0], connections: 16, sides: vec![named(ALL).unwrap(), &PEERS[2]] };
        let upstream = Figures { requests: 24_000, duration_us: 1e6, ..Figures::default() };
        let series = vec![Series { case, rounds: vec![vec![measured(6_000), measured(2_000)]; 3], upstream }];
        let memory = vec![Memory { side: ALL, before: 0, after_first: 0, after: 0, family: 200 << 20 }];
        Report {
            results: Results { series, memory, ..Results::default() },
            missing: vec![(&PEERS[0], "it ended with 1; the end of what it printed:\nno module".to_owned())],
            machine: Machine { cores: 2, cpu: "Abacus".to_owned(), ..Machine::default() },
            rounds: 3,
            seconds: 2,
        }
    }

    #[test]
    fn requests_are_for_cpu_time_of_all_processes() {
        let text = report().markdown();
        let lines: Vec<&str> = text.lines().collect();
        let line = |begin: &str| lines.iter().copied().find(|line| line.starts_with(begin)).unwrap();
        assert!(line("| all ").contains("| 3,000 (3,000 … 3,000) |"), "{text}");
        assert!(line("| all ").ends_with(" 200 |"), "{text}");
        assert!(line("| portkey ").contains("| ×3.00 (3.00 … 3.00) |"), "{text}");
        assert!(text.contains(
            "serves 3,000 chat requests of 1 KB at 16 connections; without limits, guardrails and books Portkey 1.15.2 serves 1,000 ("
        ));
    }

    #[test]
    fn what_went_wrong_is_a_line() {
        assert_eq!(short("it is not there"), "it is not there");
        assert_eq!(short("it ended:\n  throw\nError: no module\n  at 1:1\n"), "it ended: … Error: no module");
    }

    #[test]
    fn who_is_missing_is_told() {
        let text = report().markdown();
        let line = text.lines().find(|line| line.contains("is missing above")).unwrap();
        assert!(line.starts_with("* **`litellm`, LiteLLM 1.102.4 could not be started"), "{line}");
        assert!(line.ends_with("it ended with 1; the end of what it printed: … no module"), "{line}");
    }
}
