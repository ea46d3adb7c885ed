//! When a process that died is started again, and when that is given up.

use std::time::Duration;

/// A process that lived this long was well; its death counts as the first.
const WELL: Duration = Duration::from_secs(30);
/// Before the first restart; doubled for each death in a row.
const FIRST: Duration = Duration::from_millis(100);
/// Deaths in a row after which somebody must look.
const MOST: u32 = 5;

/// The deaths in a row of one process.
#[derive(Debug, Default)]
pub struct Backoff {
    deaths: u32,
}

impl Backoff {
    /// The pause before the next start after a life of `lived`; `None` when it is no use.
    pub fn after(&mut self, lived: Duration) -> Option<Duration> {
        self.deaths = if lived >= WELL { 1 } else { self.deaths.saturating_add(1) };
        (self.deaths <= MOST).then(|| FIRST.saturating_mul(1 << self.deaths.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration};

    #[test]
    fn pauses_double_until_it_is_given_up() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Option<u128>> =
            (0..6).map(|_| backoff.after(Duration::ZERO).map(|pause| pause.as_millis())).collect();
        assert_eq!(pauses, [Some(100), Some(200), Some(400), Some(800), Some(1600), None]);
    }

    #[test]
    fn a_long_life_starts_the_count_again() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.after(Duration::ZERO);
        }
        assert_eq!(backoff.after(Duration::from_secs(31)), Some(Duration::from_millis(100)));
    }
}
