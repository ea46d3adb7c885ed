//! The figures in words.

use super::bounds::{self, MOST_TIMES};
use super::{Booked, Machine, Reading};
use crate::bench::report::tabled;
use crate::bench::table::number;

/// What was measured, with what is needed to tell it.
#[derive(Clone, Debug)]
pub struct Report {
    /// In order.
    pub readings: Vec<Reading>,
    /// What gateway and ledger counted.
    pub booked: Booked,
    /// The machine.
    pub machine: Machine,
    /// Memory of Envoy before the first request, in bytes.
    pub started: u64,
}

impl Report {
    /// What is beyond its bound; empty where nothing is.
    #[must_use]
    pub fn exceeded(&self) -> Vec<String> {
        bounds::exceeded(&self.readings)
    }

    /// Everything, as Markdown that can be read on a terminal.
    #[must_use]
    pub fn markdown(&self) -> String {
        let Machine { cores, cpu, envoy, wrk } = &self.machine;
        let headings = [
            "after, in this order",
            "right after, MiB",
            "after quiet, MiB",
            "of, s",
            "to the first",
            "of it the VM, MiB",
        ];
        let first = self.readings.first().map_or(0, |reading| reading.settled);
        let line = |reading: &Reading| {
            let ratio = format!("×{}", number(reading.settled as f64 / (first as f64).max(1.0), 2));
            let [at_once, settled, vm] = [reading.at_once, reading.settled, reading.vm].map(mebibytes);
            vec![reading.after.clone(), at_once, settled, reading.quiet_s.to_string(), ratio, vm]
        };
        format!(
            "Envoy {envoy}, one worker, all policies; wrk {wrk}; {cores} cores of {cpu}, shared with load, upstream and \
             ledger.\nMemory of Envoy's process that is resident; before the first request it had {} MiB.\n\n{}\n\
             * Every answer was 2xx, and the ledger has {} rows of the gateway's {} requests.\n\
             * The quiet: 20 s, and until memory was within its bound.\n\
             * Bounds, which held: a fifth more than after the first, and what the VM grew by for bodies beyond 8 MB; of the \
             VM, what it had at first and {MOST_TIMES} times the largest body.\n",
            mebibytes(self.started),
            tabled(&headings, self.readings.iter().map(line).collect(), 1),
            number(self.booked.rows as f64, 0),
            number(self.booked.requests as f64, 0),
        )
    }
}

/// One reading, on the terminal.
pub fn told(reading: &Reading) -> String {
    let [at_once, settled, vm] = [reading.at_once, reading.settled, reading.vm].map(mebibytes);
    format!(
        "after {}: {at_once} MiB, {settled} after {} s of quiet; of it the VM {vm}",
        reading.after, reading.quiet_s
    )
}

/// With commas.
pub fn count(number_of: u32) -> String {
    number(number_of.into(), 0)
}

/// Bytes as MiB.
pub fn mebibytes(bytes: u64) -> String {
    number(bytes as f64 / f64::from(1 << 20), 0)
}
