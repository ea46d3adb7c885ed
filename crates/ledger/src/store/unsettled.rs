//! Which sums wait to be written, as far as the thread that writes knows: how many, and since when.

use std::time::{Duration, Instant};

use super::rollup::waiting;

/// Events of one transaction from which on their sums wait. Those of fewer are written with them: whoever looks at a
/// ledger that is not under load sees what was stored a moment ago.
const MANY: usize = 1_024;

/// How long sums wait.
const LONGEST: Duration = Duration::from_secs(1);

/// How long until what could not be written is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// Events whose sums wait. More take more memory when they are read, and no less time each.
const MOST: usize = 16_384;

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// Since when something may wait.
    since: Option<Instant>,
    failed: bool,
    events: usize,
    bytes: usize,
}

impl Unsettled {
    /// As after a start: whoever wrote before may have left something.
    pub(super) fn unknown() -> Self {
        Self { since: Some(Instant::now()), ..Self::default() }
    }

    /// Whether the sums of so many events wait. They do not while those before them cannot be written.
    pub(super) fn may_wait(&self, events: usize) -> bool {
        events >= MANY && !self.is_full()
    }

    /// Notes that events were stored, and how many bytes their sums are that wait; none where they were written.
    pub(super) fn stored(&mut self, events: usize, bytes: Option<usize>) {
        // Also where nothing waits: another ledger of the same database may have left something, and ended.
        self.since.get_or_insert_with(Instant::now);
        if let Some(bytes) = bytes {
            self.events += events;
            self.bytes += bytes;
        }
    }

    /// Whether so much waits that it is to be written now.
    fn is_full(&self) -> bool {
        self.events >= MOST || self.bytes >= waiting::BYTES
    }

    /// How long until what waits is to be written; none where nothing does.
    pub(super) fn due_in(&self) -> Option<Duration> {
        let longest = match (self.failed, self.is_full()) {
            (true, _) => RETRY,
            (false, true) => Duration::ZERO,
            (false, false) => LONGEST,
        };
        Some(longest.saturating_sub(self.since?.elapsed()))
    }

    /// Notes that it could not be written, and is to be tried again.
    pub(super) fn failed(&mut self) {
        self.since = Some(Instant::now());
        self.failed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_do_not_wait_and_many_wait_until_there_are_more() {
        let mut unsettled = Unsettled::default();
        assert_eq!(unsettled.due_in(), None);
        assert!(!unsettled.may_wait(MANY - 1) && unsettled.may_wait(MANY));
        unsettled.stored(MANY, Some(100));
        assert!(unsettled.due_in().is_some_and(|due_in| !due_in.is_zero()));
        unsettled.stored(MOST, Some(100));
        assert_eq!(unsettled.due_in(), Some(Duration::ZERO));
        assert!(!unsettled.may_wait(MANY));
    }

    #[test]
    fn sums_of_long_names_wait_less() {
        let mut unsettled = Unsettled::default();
        unsettled.stored(MANY, Some(waiting::BYTES));
        assert_eq!(unsettled.due_in(), Some(Duration::ZERO));
    }

    #[test]
    fn what_cannot_be_written_is_not_tried_at_once_and_nothing_is_added_to_it() {
        let mut unsettled = Unsettled::default();
        unsettled.stored(MOST, Some(100));
        unsettled.failed();
        assert!(unsettled.due_in().is_some_and(|due_in| due_in > LONGEST));
        assert!(!unsettled.may_wait(MANY));
    }
}
