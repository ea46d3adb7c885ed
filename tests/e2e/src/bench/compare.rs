//! The quantities that sides are compared by.

use super::rounds::{Measured, Series};
use super::spread::Spread;

/// A quantity of one side in one round.
pub type Quantity = fn(&Measured) -> f64;

/// CPU time of Envoy for a request, in microseconds.
#[must_use]
pub fn cpu_us(one: &Measured) -> f64 {
    one.cpu.server.as_secs_f64() * 1e6 / one.figures.requests.max(1) as f64
}

/// CPU time of the ledger for a request, in microseconds.
#[must_use]
pub fn ledger_cpu_us(one: &Measured) -> f64 {
    one.cpu.ledger.as_secs_f64() * 1e6 / one.figures.requests.max(1) as f64
}

/// CPU time of all processes for a request, in microseconds.
#[must_use]
pub fn family_cpu_us(one: &Measured) -> f64 {
    one.cpu.family.as_secs_f64() * 1e6 / one.figures.requests.max(1) as f64
}

/// Answers for a second of CPU time of all processes.
#[must_use]
pub fn requests_per_core(one: &Measured) -> f64 {
    one.figures.requests as f64 / one.cpu.family.as_secs_f64().max(1e-9)
}

/// Answers a second.
#[must_use]
pub fn requests_per_second(one: &Measured) -> f64 {
    one.figures.requests as f64 * 1e6 / one.figures.duration_us.max(1.0)
}

/// What Envoy had of a core, in percent.
#[must_use]
pub fn busy_percent(one: &Measured) -> f64 {
    one.cpu.server.as_secs_f64() * 1e8 / one.figures.duration_us.max(1.0)
}

/// Half of the answers took at most this, in microseconds.
#[must_use]
pub fn p50_us(one: &Measured) -> f64 {
    one.figures.p50_us
}

/// Of 100 answers 99 took at most this, in microseconds.
#[must_use]
pub fn p99_us(one: &Measured) -> f64 {
    one.figures.p99_us
}

impl Series {
    /// A quantity of one side, in all rounds; `None` where the side was not measured.
    #[must_use]
    pub fn of(&self, side: &str, quantity: Quantity) -> Option<Spread> {
        let side = self.place(side)?;
        Spread::of(self.rounds.iter().filter_map(|round| round.get(side)).map(quantity))
    }

    /// One side's to another's, round by round: what the machine did meanwhile hit both.
    #[must_use]
    pub fn ratio(&self, side: &str, to: &str, quantity: Quantity) -> Option<Spread> {
        self.compared(side, to, |one, other| quantity(one) / quantity(other))
    }

    /// How much more than another's, round by round.
    #[must_use]
    pub fn added(&self, side: &str, to: &str, quantity: Quantity) -> Option<Spread> {
        self.compared(side, to, |one, other| quantity(one) - quantity(other))
    }

    fn compared(
        &self,
        side: &str,
        to: &str,
        compare: impl Fn(&Measured, &Measured) -> f64,
    ) -> Option<Spread> {
        let (side, to) = (self.place(side)?, self.place(to)?);
        let pairs = self.rounds.iter().filter_map(|round| Some((round.get(side)?, round.get(to)?)));
        Spread::of(pairs.map(|(one, other)| compare(one, other)))
    }

    fn place(&self, side: &str) -> Option<usize> {
        self.case.sides.iter().position(|one| one.name == side)
    }
}
