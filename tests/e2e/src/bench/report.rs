//! The figures: tables, what else was seen, and one sentence to quote.

use super::compare::{busy_percent, cpu_us, ledger_cpu_us, p50_us, p99_us, requests_per_second};
use super::first_token;
use super::machine::Machine;
use super::rounds::{Measured, Results, Series};
use super::sides::{ALL, FLOOR, PLAIN};
use super::spread::Spread;
use super::table::{number, table};

/// The upstream must do at least this many times what the fastest side does, or it may be what is measured.
const UPSTREAM_FACTOR: f64 = 3.0;
/// The case to quote.
const QUOTED: (&str, u32) = ("chat-1k", 16);

/// What was measured, with what is needed to tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The rounds.
    pub results: Results,
    /// The time until the first content of a stream.
    pub first_token: Vec<first_token::Line>,
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
        let parts = [self.cpu(), self.throughput(), self.first_token(), self.memory(), self.remarks()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let head = head(&self.machine, self.rounds, self.seconds);
        format!("{head}\n{}\n{}\n", parts.join("\n"), self.sentence())
    }

    /// One line for each side of each case.
    fn lines(&self, cells: impl Fn(&Series, &'static str) -> Vec<String>) -> Vec<Vec<String>> {
        let mut lines = Vec::new();
        for series in &self.results.series {
            for side in &series.case.sides {
                let about = series.case.load.about.to_owned();
                let head = [about, series.case.connections.to_string(), side.name.to_owned()];
                lines.push(head.into_iter().chain(cells(series, side.name)).collect());
            }
        }
        lines
    }

    fn cpu(&self) -> String {
        let headings = ["load", "at once", "side", "CPU/request, µs", "to plain", "to floor", "% of a core"];
        let lines = self.lines(|series, side| {
            vec![
                cell(series.of(side, cpu_us), 1),
                ratio(series.ratio(side, PLAIN, cpu_us).filter(|_| side != PLAIN)),
                ratio(series.ratio(side, FLOOR, cpu_us).filter(|_| side != FLOOR)),
                median(series.of(side, busy_percent), 0),
            ]
        });
        format!("CPU time of Envoy's process for a request:\n\n{}", tabled(&headings, lines, 3))
    }

    fn throughput(&self) -> String {
        let headings =
            ["load", "at once", "side", "requests/s", "to plain", "p50, µs", "added", "p99, µs", "added"];
        let lines = self.lines(|series, side| {
            let added = |quantity| cell(series.added(side, PLAIN, quantity).filter(|_| side != PLAIN), 0);
            vec![
                median(series.of(side, requests_per_second), 0),
                ratio(series.ratio(side, PLAIN, requests_per_second).filter(|_| side != PLAIN)),
                median(series.of(side, p50_us), 0),
                added(p50_us),
                median(series.of(side, p99_us), 0),
                added(p99_us),
            ]
        });
        format!("Throughput and latency:\n\n{}", tabled(&headings, lines, 3))
    }

    fn first_token(&self) -> String {
        if self.first_token.is_empty() {
            return String::new();
        }
        let headings = ["a request comes", "side", "to the first content, µs", "added, µs"];
        let line = |line: &first_token::Line| {
            let added = Some(line.added).filter(|_| line.side != PLAIN);
            vec![line.about.to_owned(), line.side.to_owned(), cell(Some(line.time), 0), cell(added, 0)]
        };
        let lines = self.first_token.iter().map(line).collect();
        format!("The first content of a stream, on one connection:\n\n{}", tabled(&headings, lines, 2))
    }

    fn memory(&self) -> String {
        let first = self.results.series.first().map(|series| series.case.load.about).unwrap_or_default();
        let after = format!("after \"{first}\"");
        let headings = ["side", "started", &after, "at the end"];
        let mebibytes = |bytes: u64| number(bytes as f64 / f64::from(1 << 20), 0);
        let lines = self.results.memory.iter().map(|one| {
            let sizes = [one.before, one.after_first, one.after].map(mebibytes);
            std::iter::once(one.side.to_owned()).chain(sizes).collect()
        });
        format!(
            "Memory of Envoy's process that is resident, MiB:\n\n{}",
            tabled(&headings, lines.collect(), 1)
        )
    }

    /// What else must be known to judge the figures.
    fn remarks(&self) -> String {
        let booked = self.results.booked;
        let mut text = String::new();
        if booked.requests > 0 {
            text += &format!(
                "* Every answer was 2xx, and the ledgers have {} rows of the gateways' {} requests.\n",
                number(booked.rows as f64, 0),
                number(booked.requests as f64, 0)
            );
        }
        if let Some(ledger) = self.quoted().and_then(|series| series.of(ALL, ledger_cpu_us)) {
            text += &format!(
                "* The ledger, a process of its own, took {} µs of CPU for a request of {}.\n",
                cell(Some(ledger), 0),
                QUOTED.0
            );
        }
        text + &upstream(&self.results.series)
            + "* wrk, upstream, ledger and Envoy share the cores: ratios mean something, and requests/s by themselves do \
               not.\n"
    }

    fn quoted(&self) -> Option<&Series> {
        let (load, connections) = QUOTED;
        let mut all = self.results.series.iter();
        all.find(|one| (one.case.load.name, one.case.connections) == (load, connections))
    }

    /// One sentence to quote; empty where what it tells was not measured.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.quoted().and_then(|series| self.sentence_of(series)).unwrap_or_default()
    }

    fn sentence_of(&self, series: &Series) -> Option<String> {
        let cpu = |side| Some(number(series.of(side, cpu_us)?.median, 0));
        let Machine { cores, cpu: model, envoy, .. } = &self.machine;
        Some(format!(
            "With a virtual key, request and token limits, 20 guardrail rules, a planned fallback and events to the ledger, a \
             chat request of 1 KB takes {} µs of Envoy's CPU at {} connections: {} times that of a plain route of the same \
             Envoy ({} µs), and {} times that of an empty pair of filters which reads the body and renames the model ({} µs); \
             it serves {} times the requests per second of the plain route (Envoy {envoy}, one worker; medians of {} rounds \
             of {} s; {cores} cores of {model}, shared with the load generator, upstream and ledger).",
            cpu(ALL)?,
            series.case.connections,
            number(series.ratio(ALL, PLAIN, cpu_us)?.median, 2),
            cpu(PLAIN)?,
            number(series.ratio(ALL, FLOOR, cpu_us)?.median, 2),
            cpu(FLOOR)?,
            number(series.ratio(ALL, PLAIN, requests_per_second)?.median, 2),
            self.rounds,
            self.seconds,
        ))
    }
}

/// Where and how long it was measured, and what the figures are.
pub(super) fn head(machine: &Machine, rounds: u32, seconds: u32) -> String {
    let Machine { cores, cpu, envoy, wrk } = machine;
    format!(
        "Envoy {envoy}, one worker each; {rounds} rounds of {seconds} s; wrk {wrk}, 1 thread; {cores} cores of {cpu}, shared \
         with wrk, upstream and ledger.\nMedian (least … most) of the rounds; ratios and what is added compare sides of the \
         same round.\n"
    )
}

/// Whether the upstream may be what was measured.
pub(super) fn upstream(all: &[Series]) -> String {
    let factor = |series: &Series| {
        let upstream = Measured { figures: series.upstream, ..Measured::default() };
        let sides = series.case.sides.iter().filter_map(|side| series.of(side.name, requests_per_second));
        let fastest = sides.map(|side| side.median).fold(0.0, f64::max);
        let factor = requests_per_second(&upstream) / fastest.max(1e-9);
        let verdict = if factor < UPSTREAM_FACTOR { "!" } else { "" };
        let name = format!("{} at {}", series.case.load.name, series.case.connections);
        format!("{name}: ×{}{verdict}", number(factor, 1))
    };
    let factors: Vec<String> = all.iter().map(factor).collect();
    format!(
        "* The upstream alone, asked by the same wrk, answers so many times what the fastest side does (\"!\" where that is \
         less than {UPSTREAM_FACTOR}, so that requests/s may be the upstream's or wrk's, and CPU per request is the figure): \
         {}.\n",
        factors.join(", ")
    )
}

/// A table whose first columns, so many, hold text.
pub(super) fn tabled(headings: &[&str], lines: Vec<Vec<String>>, left: usize) -> String {
    let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
    table(&std::iter::once(headings).chain(lines).collect::<Vec<_>>(), left)
}

/// `median (least … most)`; nothing for nothing.
pub(super) fn cell(spread: Option<Spread>, digits: usize) -> String {
    let Some(Spread { median, least, most }) = spread else { return String::new() };
    let [median, least, most] = [median, least, most].map(|value| number(value, digits));
    format!("{median} ({least} … {most})")
}

/// The median; nothing for nothing.
pub(super) fn median(spread: Option<Spread>, digits: usize) -> String {
    spread.map(|spread| number(spread.median, digits)).unwrap_or_default()
}

/// `×median (least … most)`; nothing for nothing.
pub(super) fn ratio(spread: Option<Spread>) -> String {
    let text = cell(spread, 2);
    if text.is_empty() { text } else { format!("×{text}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::chart::chart;
    use crate::bench::first_token::Line;
    use crate::bench::loads::LOADS;
    use crate::bench::options::Case;
    use crate::bench::rounds::{Memory, Results};
    use crate::bench::running::{Booked, Cpu};
    use crate::bench::sides::named;
    use crate::bench::wrk::Figures;

    fn side(requests: u64, cpu_ms: u64, p99_us: f64) -> Measured {
        let figures =
            Figures { requests, duration_us: 1e6, p50_us: p99_us / 2.0, p99_us, ..Figures::default() };
        let [server, ledger] = [cpu_ms, 100].map(Duration::from_millis);
        Measured { figures, cpu: Cpu { server, ledger, family: server + ledger } }
    }

    fn report() -> Report {
        let round = |slower: u64| {
            vec![side(10_000, 700, 1_000.0), side(9_000, 810, 1_100.0), side(5_000, 600 + slower, 1_800.0)]
        };
        let sides = [PLAIN, FLOOR, ALL].map(|name| named(name).unwrap()).to_vec();
        let series = vec![Series {
            case: Case { load: &LOADS[0], connections: 16, sides },
            rounds: vec![round(0), round(100), round(50)],
            upstream: Figures { requests: 24_000, duration_us: 1e6, ..Figures::default() },
        }];
        let memory = vec![Memory {
            side: ALL,
            before: 1 << 20,
            after_first: 2 << 20,
            after: 3 << 20,
            family: 4 << 20,
        }];
        let booked = Booked { requests: 15_000, rows: 15_000 };
        let machine = Machine {
            cores: 2,
            cpu: "Abacus".to_owned(),
            envoy: "1.40.0".to_owned(),
            wrk: "4.1.0".to_owned(),
        };
        let spread = |median| Spread { median, least: median, most: median };
        let line =
            |side, time, added| Line { about: "at once", side, time: spread(time), added: spread(added) };
        let first_token = vec![line(PLAIN, 300.0, 0.0), line(ALL, 900.0, 600.0)];
        Report { results: Results { series, memory, booked }, first_token, machine, rounds: 3, seconds: 1 }
    }

    #[test]
    fn sides_are_compared_round_by_round() {
        let text = report().markdown();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("| all ")).collect();
        let has = |part: &str| assert!(lines.iter().any(|line| line.contains(part)), "{part}\n{text}");
        has("130.0 (120.0 … 140.0)");
        has("×1.86 (1.71 … 2.00)");
        has("×1.44 (1.33 … 1.56)");
        has("×0.50 (0.50 … 0.50)");
        has("400 (400 … 400)");
        has("800 (800 … 800)");
        has("600 (600 … 600)");
        has("|       1 |                  2 |          3 |");
    }

    #[test]
    fn an_upstream_that_may_be_what_is_measured_is_told() {
        let text = report().markdown();
        assert!(text.contains("chat-1k at 16: ×2.4!."), "{text}");
    }

    #[test]
    fn the_sentence_can_be_quoted() {
        assert_eq!(
            report().sentence(),
            "With a virtual key, request and token limits, 20 guardrail rules, a planned fallback and events to the \
             ledger, a chat request of 1 KB takes 130 µs of Envoy's CPU at 16 connections: 1.86 times that of a plain \
             route of the same Envoy (70 µs), and 1.44 times that of an empty pair of filters which reads the body and \
             renames the model (90 µs); it serves 0.50 times the requests per second of the plain route (Envoy 1.40.0, \
             one worker; medians of 3 rounds of 1 s; 2 cores of Abacus, shared with the load generator, upstream and \
             ledger)."
        );
    }

    #[test]
    fn the_chart_has_a_bar_for_each_side() {
        let chart = chart(&report().results.series);
        assert_eq!(chart.matches("<rect x=").count(), 3);
        assert!(chart.contains("130 µs, ×1.86"), "{chart}");
        assert!(chart.contains(r#"width="440.0" height="12" class="all""#), "{chart}");
    }
}
