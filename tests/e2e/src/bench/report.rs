//! The figures: a table, what else was seen, and one sentence to quote.

use super::compare::{MEASURES, requests_per_second, spread};
use super::machine::Machine;
use super::rounds::{Measured, Results, Round, Series};
use super::table::{number, table};

/// The upstream must do at least this many times what the gateway does, or it may be what is measured.
const UPSTREAM_FACTOR: f64 = 3.0;

/// What was measured, with what is needed to tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The rounds.
    pub results: Results,
    /// The machine.
    pub machine: Machine,
    /// Seconds of a round.
    pub seconds: u32,
    /// Size of a request's body.
    pub body_bytes: usize,
}

impl Report {
    /// Everything, as Markdown that can be read on a terminal.
    #[must_use]
    pub fn markdown(&self) -> String {
        format!("{}\n{}\n{}\n", self.figures(), self.remarks(), self.sentence())
    }

    /// Medians of all rounds, with the least and the most.
    fn figures(&self) -> String {
        let headings =
            ["connections", "median (least … most)", "plain Envoy", "Spillway", "Spillway to plain"];
        let mut lines = vec![headings.map(str::to_owned).to_vec()];
        for series in &self.results.series {
            lines.extend(MEASURES.iter().map(|measure| measure.line(series)));
        }
        table(&lines, 2)
    }

    /// What else must be known to judge the figures.
    fn remarks(&self) -> String {
        let results = &self.results;
        let mebibytes = |bytes: u64| number(bytes as f64 / f64::from(1 << 20), 0);
        let mut text = format!(
            "* Every answer was 2xx, and the ledger has {} rows of the gateway's {} requests.\n",
            number(results.rows as f64, 0),
            number(results.requests as f64, 0)
        );
        if let Some(series) = self.busiest() {
            let ledger = |round: &Round| {
                round.ledger_cpu.as_secs_f64() * 1e6 / round.gateway.figures.requests.max(1) as f64
            };
            text += &format!(
                "* The ledger, a process of its own, took {} µs of CPU per request.\n",
                number(spread(series, ledger).median, 1)
            );
            text += &self.upstream(series);
        }
        let large = &results.large;
        let [plain, gateway, ratio] = [large.cpu_us(0), large.cpu_us(1), large.ratio()];
        text += &format!(
            "* A chat body of 1 MiB that nothing changes (a key, no limit, no guardrail) costs {} µs of CPU, on plain \
             Envoy {} µs: ×{} ({} … {}).\n",
            number(gateway.median, 0),
            number(plain.median, 0),
            number(ratio.median, 2),
            number(ratio.least, 2),
            number(ratio.most, 2)
        );
        text += &format!(
            "* Memory at the end: the gateway's Envoy {} MiB, plain Envoy {} MiB.\n",
            mebibytes(results.gateway_bytes),
            mebibytes(results.plain_bytes)
        );
        text + "* wrk, upstream, ledger and Envoy share the cores: the comparison means something, and requests/s \
                by themselves do not.\n"
    }

    fn upstream(&self, series: &Series) -> String {
        let upstream =
            requests_per_second(&Measured { figures: self.results.upstream, ..Measured::default() });
        let factor = upstream / spread(series, |round| requests_per_second(&round.gateway)).median;
        let verdict = if factor < UPSTREAM_FACTOR { ": too little, it may be what was measured" } else { "" };
        format!(
            "* The upstream alone answers {} requests/s, {} times what the gateway does{verdict}.\n",
            number(upstream, 0),
            number(factor, 1)
        )
    }

    /// One sentence to quote.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Some(busiest) = self.busiest() else { return String::new() };
        let [rate, cpu, p50, p99, _] = &MEASURES;
        let latency = |series: &Series| {
            let [p50, p99] = [p50, p99].map(|measure| number(measure.compared(series).median, 0));
            format!("{p50} and {p99} µs with {}", connections(series.connections))
        };
        let latencies: Vec<String> = self.results.series.iter().map(latency).collect();
        let Machine { cores, cpu: model, envoy, wrk } = &self.machine;
        format!(
            "With a virtual key, request and token limits, a guardrail and the ledger on, Spillway adds {} µs of \
             CPU to a request ({} µs, plain Envoy {} µs) and serves {} times the requests per second with {}; it \
             adds to p50 and p99 latency {} (against the same Envoy {envoy} with a plain route, one worker each; \
             medians of {} rounds of {} s; wrk {wrk}, 1 thread, POST of {} bytes; {cores} cores of {model}, shared \
             with wrk, upstream and ledger).",
            number(cpu.compared(busiest).median, 0),
            number(cpu.gateway(busiest).median, 0),
            number(cpu.plain(busiest).median, 0),
            number(rate.compared(busiest).median, 2),
            connections(busiest.connections),
            latencies.join(", "),
            busiest.rounds.len(),
            self.seconds,
            number(self.body_bytes as f64, 0),
        )
    }

    fn busiest(&self) -> Option<&Series> {
        self.results.series.iter().max_by_key(|series| series.connections)
    }
}

fn connections(count: u32) -> String {
    if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::large::Large;
    use crate::bench::wrk::Figures;

    fn side(requests: u64, cpu_ms: u64, p99_us: f64) -> Measured {
        let figures =
            Figures { requests, duration_us: 1e6, p50_us: p99_us / 2.0, p99_us, ..Figures::default() };
        Measured { figures, cpu: Duration::from_millis(cpu_ms) }
    }

    fn report() -> Report {
        let round = |slower: u64| Round {
            plain: side(10_000, 700, 1_000.0),
            gateway: side(5_000, 600 + slower, 1_800.0),
            ledger_cpu: Duration::from_millis(100),
        };
        let series = vec![Series { connections: 16, rounds: vec![round(0), round(100), round(50)] }];
        let upstream = Figures { requests: 12_000, duration_us: 1e6, ..Figures::default() };
        let results = Results {
            series,
            large: Large { rounds: vec![[side(10, 10, 1.0), side(10, 25, 1.0)]] },
            upstream,
            gateway_bytes: 100 << 20,
            plain_bytes: 50 << 20,
            requests: 15_000,
            rows: 15_000,
        };
        let machine = Machine {
            cores: 2,
            cpu: "Abacus".to_owned(),
            envoy: "1.40.0".to_owned(),
            wrk: "4.1.0".to_owned(),
        };
        Report { results, machine, seconds: 1, body_bytes: 993 }
    }

    #[test]
    fn sides_are_compared_round_by_round() {
        let text = report().markdown();
        let line =
            |start: &str| text.lines().find(|line| line.contains(start)).unwrap_or_default().to_owned();
        assert!(line("requests/s ").contains("×0.50 (0.50 … 0.50)"), "{text}");
        assert!(line("CPU/request").contains("130.0 (120.0 … 140.0)"), "{text}");
        assert!(line("CPU/request").contains("+60.0 (50.0 … 70.0)"), "{text}");
        assert!(line("p99").contains("+800 (800 … 800)"), "{text}");
        assert!(line("% of a core").contains("−5 (−10 … 0)"), "{text}");
        assert!(line("1 MiB").contains("2,500 µs of CPU, on plain Envoy 1,000 µs: ×2.50"), "{text}");
    }

    #[test]
    fn an_upstream_that_may_be_what_is_measured_is_told() {
        assert!(report().markdown().contains("2.4 times what the gateway does: too little"));
    }

    #[test]
    fn the_sentence_can_be_quoted() {
        assert_eq!(
            report().sentence(),
            "With a virtual key, request and token limits, a guardrail and the ledger on, Spillway adds 60 µs of CPU \
             to a request (130 µs, plain Envoy 70 µs) and serves 0.50 times the requests per second with 16 \
             connections; it adds to p50 and p99 latency 400 and 800 µs with 16 connections (against the same Envoy \
             1.40.0 with a plain route, one worker each; medians of 3 rounds of 1 s; wrk 4.1.0, 1 thread, POST of 993 \
             bytes; 2 cores of Abacus, shared with wrk, upstream and ledger)."
        );
    }
}
