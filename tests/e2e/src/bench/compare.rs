//! The quantities that the two sides are compared by.

use super::rounds::{Measured, Round, Series};
use super::spread::Spread;
use super::table::number;

/// How the two sides are compared.
#[derive(Clone, Copy, PartialEq)]
enum Compared {
    /// Gateway divided by plain.
    Ratio,
    /// Gateway less plain.
    Difference,
}

/// A quantity that both sides have: one line of the table for each number of connections.
pub struct Measure {
    name: &'static str,
    of: fn(&Measured) -> f64,
    digits: usize,
    compared: Compared,
}

/// All of them, in the order of the table.
pub const MEASURES: [Measure; 5] = [
    Measure { name: "requests/s", of: requests_per_second, digits: 0, compared: Compared::Ratio },
    Measure { name: "Envoy CPU/request, µs", of: cpu_us, digits: 1, compared: Compared::Difference },
    Measure {
        name: "latency p50, µs",
        of: |one| one.figures.p50_us,
        digits: 0,
        compared: Compared::Difference,
    },
    Measure {
        name: "latency p99, µs",
        of: |one| one.figures.p99_us,
        digits: 0,
        compared: Compared::Difference,
    },
    Measure { name: "Envoy CPU, % of a core", of: busy_percent, digits: 0, compared: Compared::Difference },
];

/// Answers a second.
#[must_use]
pub fn requests_per_second(one: &Measured) -> f64 {
    one.figures.requests as f64 * 1e6 / one.figures.duration_us.max(1.0)
}

fn cpu_us(one: &Measured) -> f64 {
    one.cpu.as_secs_f64() * 1e6 / one.figures.requests.max(1) as f64
}

fn busy_percent(one: &Measured) -> f64 {
    one.cpu.as_secs_f64() * 1e8 / one.figures.duration_us.max(1.0)
}

impl Measure {
    /// Plain Envoy's.
    #[must_use]
    pub fn plain(&self, series: &Series) -> Spread {
        spread(series, |round| (self.of)(&round.plain))
    }

    /// The gateway's.
    #[must_use]
    pub fn gateway(&self, series: &Series) -> Spread {
        spread(series, |round| (self.of)(&round.gateway))
    }

    /// Round by round: what the machine did meanwhile hit both sides of a round.
    #[must_use]
    pub fn compared(&self, series: &Series) -> Spread {
        spread(series, |round| {
            let (plain, gateway) = ((self.of)(&round.plain), (self.of)(&round.gateway));
            match self.compared {
                Compared::Ratio => gateway / plain,
                Compared::Difference => gateway - plain,
            }
        })
    }

    /// Its line of the table.
    #[must_use]
    pub fn line(&self, series: &Series) -> Vec<String> {
        let compared = self.compared(series);
        let told = match self.compared {
            Compared::Ratio => format!("×{}", text(compared, 2)),
            Compared::Difference if compared.median >= 0.0 => format!("+{}", text(compared, self.digits)),
            Compared::Difference => text(compared, self.digits),
        };
        let sides = [self.plain(series), self.gateway(series)].map(|side| text(side, self.digits));
        let [plain, gateway] = sides;
        vec![series.connections.to_string(), self.name.to_owned(), plain, gateway, told]
    }
}

/// Of all rounds.
pub fn spread(series: &Series, of: impl Fn(&Round) -> f64) -> Spread {
    Spread::of(series.rounds.iter().map(of)).unwrap_or_default()
}

/// `median (least … most)`.
fn text(spread: Spread, digits: usize) -> String {
    let [median, least, most] = [spread.median, spread.least, spread.most].map(|value| number(value, digits));
    format!("{median} ({least} … {most})")
}
