//! When a process that died is started again, and when that is given up.

use std::time::Duration;

/// A process that lived this long was well; its death counts as the first.
const WELL: Duration = Duration::from_secs(30);
/// Before the first restart; doubled for each death in a row.
const FIRST: Duration = Duration::from_millis(100);
/// The longest pause.
pub const LONGEST: Duration = Duration::from_secs(30);
/// Deaths in a row after which somebody must look.
const MOST: u32 = 5;

/// The deaths in a row of one process.
#[derive(Debug)]
pub struct Backoff {
    deaths: u32,
    first: Duration,
    gives_up: bool,
}

impl Backoff {
    /// Of a process without which there is nothing to keep running.
    pub fn that_gives_up() -> Self {
        Self { deaths: 0, first: FIRST, gives_up: true }
    }

    /// Of a process without which the others go on.
    pub fn without_end() -> Self {
        Self { gives_up: false, ..Self::that_gives_up() }
    }

    /// The pause before the next start after a life of `lived`; `None` when it is no use.
    pub fn after(&mut self, lived: Duration) -> Option<Duration> {
        self.deaths = if lived >= WELL { 1 } else { self.deaths.saturating_add(1) };
        if self.gives_up && self.deaths > MOST {
            return None;
        }
        let doubled = 1_u32.checked_shl(self.deaths.saturating_sub(1)).unwrap_or(u32::MAX);
        Some(self.first.saturating_mul(doubled).min(LONGEST))
    }

    /// Whether it has just died so often that somebody must look: told once, for it may go on for long.
    pub fn is_hopeless_now(&self) -> bool {
        self.deaths == MOST + 1
    }

    /// The same with other pauses.
    #[cfg(test)]
    pub fn beginning_with(self, first: Duration) -> Self {
        Self { first, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration};

    fn pauses(mut backoff: Backoff, deaths: usize) -> Vec<Option<u128>> {
        (0..deaths).map(|_| backoff.after(Duration::ZERO).map(|pause| pause.as_millis())).collect()
    }

    #[test]
    fn pauses_double_until_it_is_given_up() {
        let told = pauses(Backoff::that_gives_up(), 6);
        assert_eq!(told, [Some(100), Some(200), Some(400), Some(800), Some(1600), None]);
    }

    #[test]
    fn where_it_is_not_given_up_pauses_grow_to_a_bound() {
        let told = pauses(Backoff::without_end(), 100);
        assert_eq!(told[..6], [100, 200, 400, 800, 1600, 3200].map(Some));
        assert_eq!(told[6..12], [6400, 12800, 25600, 30000, 30000, 30000].map(Some));
        assert_eq!(told.last(), Some(&Some(30_000)));
    }

    #[test]
    fn that_it_is_hopeless_is_told_once() {
        let mut backoff = Backoff::without_end();
        let told = (0..50).filter(|_| {
            backoff.after(Duration::ZERO);
            backoff.is_hopeless_now()
        });
        assert_eq!(told.count(), 1);
    }

    #[test]
    fn a_long_life_starts_the_count_again() {
        for mut backoff in [Backoff::that_gives_up(), Backoff::without_end()] {
            for _ in 0..5 {
                backoff.after(Duration::ZERO);
            }
            assert_eq!(backoff.after(Duration::from_secs(31)), Some(Duration::from_millis(100)));
        }
    }
}
