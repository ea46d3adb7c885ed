//! How long to wait after a failure: twice as long each time, within a bound, and never all workers at once.

/// First pause after a failure, doubled with every further one.
const FIRST_MS: u64 = 100;
/// Longest pause between tries: a ledger that is back is found within this.
const LONGEST_MS: u64 = 2_000;

/// The pause after failures in a row.
#[derive(Default)]
pub(super) struct Pause {
    failures: u32,
    not_before_ms: u64,
}

impl Pause {
    /// Whether it is not over yet. One that is longer than any is of a clock that was set back since.
    pub(super) fn holds(&self, now_ms: u64) -> bool {
        (1..=LONGEST_MS).contains(&self.not_before_ms.saturating_sub(now_ms))
    }

    /// After another failure: half of the pause is certain, the dice say how much of the rest.
    pub(super) fn extend(&mut self, now_ms: u64, dice: u64) {
        let pause = FIRST_MS.saturating_mul(1 << self.failures.min(10)).min(LONGEST_MS);
        self.failures = self.failures.saturating_add(1);
        self.not_before_ms = now_ms.saturating_add(pause / 2 + dice % (pause / 2 + 1));
    }
}
