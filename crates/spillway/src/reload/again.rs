//! A change that could not be taken up for a reason that passes: a full disk, an Envoy that does not answer.

use std::time::{Duration, Instant};

/// Before it is tried again; doubled each time.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);

/// When a change is tried again.
#[derive(Debug)]
pub struct Again {
    /// The names of the files that differ, for people.
    pub changed: String,
    pause: Duration,
    at: Instant,
}

impl Again {
    /// After the first time.
    pub fn soon(changed: String, now: Instant) -> Self {
        Self { changed, pause: FIRST, at: now + FIRST }
    }

    /// After one time more.
    pub fn later(self, now: Instant) -> Self {
        let pause = self.pause.saturating_mul(2).min(LONGEST);
        Self { pause, at: now + pause, ..self }
    }

    /// Whether its time has come.
    pub fn is_due(&self, now: Instant) -> bool {
        self.at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::{Again, Duration, Instant};

    #[test]
    fn pauses_double_up_to_a_minute() {
        let start = Instant::now();
        let mut again = Again::soon("config.yaml".to_owned(), start);
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            let due = start + Duration::from_secs(seconds);
            assert!(!again.is_due(due - Duration::from_millis(1)) && again.is_due(due), "{seconds}");
            again = again.later(start);
        }
        assert_eq!(again.changed, "config.yaml");
    }
}
