//! What waits to be written into its tables, as far as the threads that write know: how much, and since when.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::waiting;

/// Events of a second or two from which on sums wait. Those of fewer are written with them: whoever looks at a ledger
/// that is not under load sees what was stored a moment ago.
const MANY: usize = 1_024;

/// What events are counted by, to know how many there are.
const SECOND: Duration = Duration::from_secs(1);

/// How long sums wait.
const LONGEST: Duration = Duration::from_secs(2);

/// How long until what could not be written is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// Events whose sums wait. More take more memory when they are read, and little less time each.
const MOST: usize = 65_536;

/// What all threads know together.
#[derive(Debug, Default)]
pub(super) struct Unsettled(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Since when something may wait.
    since: Option<Instant>,
    failed: bool,
    events: usize,
    bytes: usize,
    load: Load,
}

/// How many events come.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    /// When the second began that is counted.
    began: Option<Instant>,
    /// In it, and in the one before.
    events: usize,
    before: usize,
}

impl Unsettled {
    /// As after a start: whoever wrote before may have left something.
    pub(super) fn unknown() -> Self {
        Self(Mutex::new(Known { since: Some(Instant::now()), ..Known::default() }))
    }

    /// Counts events that are about to be stored; whether their sums wait. They do not while those before them cannot
    /// be written.
    pub(super) fn may_wait(&self, events: usize) -> bool {
        let mut known = self.known();
        known.load.count(events, Instant::now()) >= MANY && !known.is_full()
    }

    /// Events of this second and the one before, as far as they were counted.
    pub(super) fn recent(&self) -> usize {
        self.known().load.recent()
    }

    /// Notes that events were stored, and how many bytes their sums are that wait; none where they were written.
    pub(super) fn stored(&self, events: usize, bytes: Option<usize>) {
        let mut known = self.known();
        // Also where nothing waits: another ledger of the same database may have left something, and ended.
        known.since.get_or_insert_with(Instant::now);
        if let Some(bytes) = bytes {
            known.events = known.events.saturating_add(events);
            known.bytes = known.bytes.saturating_add(bytes);
        }
    }

    /// How long until what waits is to be written; none where nothing does, or somebody is about it.
    pub(super) fn due_in(&self) -> Option<Duration> {
        let known = self.known();
        let longest = match (known.failed, known.is_full()) {
            (true, _) => RETRY,
            (false, true) => Duration::ZERO,
            (false, false) => LONGEST,
        };
        Some(longest.saturating_sub(known.since?.elapsed()))
    }

    /// Notes that all that waits is about to be written. What is stored meanwhile waits for the next time.
    pub(super) fn begin(&self) {
        let mut known = self.known();
        *known = Known { failed: known.failed, load: known.load, ..Known::default() };
    }

    /// Notes that it was written.
    pub(super) fn done(&self) {
        self.known().failed = false;
    }

    /// Notes that it could not be written: it is tried again, and nothing is added to it.
    pub(super) fn failed(&self) {
        let mut known = self.known();
        *known = Known { since: Some(Instant::now()), failed: true, load: known.load, ..Known::default() };
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether nothing may be added.
    fn is_full(&self) -> bool {
        self.failed || self.events >= MOST || self.bytes >= waiting::BYTES
    }
}

impl Load {
    /// Counts these at this time; how many they are with those of the second or two before it.
    fn count(&mut self, events: usize, now: Instant) -> usize {
        let age = self.began.map_or(Duration::MAX, |began| now.saturating_duration_since(began));
        if age >= SECOND {
            let before = if age < SECOND * 2 { self.events } else { 0 };
            *self = Self { began: Some(now), events: 0, before };
        }
        self.events = self.events.saturating_add(events);
        self.recent()
    }

    fn recent(&self) -> usize {
        self.events.saturating_add(self.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_by_seconds() {
        let (mut load, began) = (Load::default(), Instant::now());
        let at = |milliseconds| began + Duration::from_millis(milliseconds);
        let told = [(0, 5), (900, 6), (1_100, 1), (1_900, 1), (2_200, 1), (9_000, 1)]
            .map(|(milliseconds, events)| load.count(events, at(milliseconds)));
        assert_eq!(told, [5, 11, 12, 13, 3, 1]);
    }

    #[test]
    fn few_events_do_not_wait_and_many_wait_until_there_are_more() {
        let unsettled = Unsettled::default();
        assert_eq!(unsettled.due_in(), None);
        assert!(!unsettled.may_wait(MANY - 1) && unsettled.may_wait(1));
        unsettled.stored(MANY, Some(100));
        assert!(unsettled.due_in().is_some_and(|due_in| !due_in.is_zero()));
        unsettled.stored(MOST, Some(100));
        assert_eq!(unsettled.due_in(), Some(Duration::ZERO));
        assert!(!unsettled.may_wait(MANY));
    }

    #[test]
    fn sums_of_long_names_wait_less() {
        let unsettled = Unsettled::default();
        unsettled.stored(MANY, Some(waiting::BYTES));
        assert_eq!(unsettled.due_in(), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_stored_while_others_are_written_waits_for_the_next_time() {
        let unsettled = Unsettled::default();
        unsettled.stored(MANY, Some(100));
        unsettled.begin();
        assert_eq!(unsettled.due_in(), None);
        unsettled.stored(MANY, Some(100));
        unsettled.done();
        assert!(unsettled.due_in().is_some());
    }

    #[test]
    fn what_cannot_be_written_is_not_tried_at_once_and_nothing_is_added_to_it() {
        let unsettled = Unsettled::default();
        unsettled.stored(MANY, Some(100));
        unsettled.begin();
        unsettled.failed();
        assert!(unsettled.due_in().is_some_and(|due_in| due_in > LONGEST));
        assert!(!unsettled.may_wait(MANY));
        unsettled.begin();
        assert!(!unsettled.may_wait(MANY));
        unsettled.done();
        assert!(unsettled.may_wait(MANY));
    }
}
