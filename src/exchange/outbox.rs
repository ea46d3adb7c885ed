//! The outbox: events that the ledger has not acknowledged yet, of one worker.
//!
//! Knows bytes and times; the host sends. One batch is under way at a time. An unacknowledged batch is sent
//! again, with back-off, until the ledger takes it, so the ledger sees events at least once and stores each
//! once by its id. The queue is bounded in bytes: when it is full the oldest events go, and are counted.

use std::collections::VecDeque;

/// Most events in one batch.
const BATCH_EVENTS: usize = 256;
/// Most bytes in one batch; one larger event still goes, alone.
const BATCH_BYTES: usize = 512 * 1024;
/// First pause after a failure, doubled with every further one.
const FIRST_PAUSE_MS: u64 = 100;
/// Longest pause between tries: a ledger that is back is found within this.
const LONGEST_PAUSE_MS: u64 = 2_000;

/// What has become of events so far, for the gateway's statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken into the queue.
    pub queued: u64,
    /// Acknowledged by the ledger.
    pub delivered: u64,
    /// Batches that had to be sent again.
    pub retried: u64,
    /// Lost: the queue was full, or the ledger refused the event as malformed.
    pub dropped: u64,
}

/// The queue of one worker.
pub struct Outbox {
    queue: VecDeque<Vec<u8>>,
    bytes: usize,
    most_bytes: usize,
    under_way: usize,
    most_events: usize,
    failures: u32,
    not_before_ms: u64,
    counts: Counts,
}

impl Outbox {
    /// An empty queue that holds at most `most_bytes` of serialised events.
    #[must_use]
    pub fn new(most_bytes: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            bytes: 0,
            most_bytes,
            under_way: 0,
            most_events: BATCH_EVENTS,
            failures: 0,
            not_before_ms: 0,
            counts: Counts::default(),
        }
    }

    /// Takes an event, serialised as JSON. One that is larger than the whole queue is dropped, and not those
    /// that wait.
    pub fn push(&mut self, event: Vec<u8>) {
        self.counts.queued += 1;
        if event.len() > self.most_bytes {
            self.counts.dropped += 1;
            return;
        }
        self.bytes += event.len();
        self.queue.push_back(event);
        while self.bytes > self.most_bytes && self.drop_oldest() {}
    }

    /// The next batch to post, as [`crate::event::Batch`] in JSON; `None` while one is under way, after a
    /// failure, or when there is nothing to send. Every batch must be answered by [`Self::answered`].
    pub fn batch(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        if self.under_way > 0 || self.queue.is_empty() || now_ms < self.not_before_ms {
            return None;
        }
        let mut body = br#"{"events":["#.to_vec();
        for event in self.queue.iter().take(self.most_events) {
            if self.under_way > 0 {
                if body.len() + event.len() > BATCH_BYTES {
                    break;
                }
                body.push(b',');
            }
            body.extend_from_slice(event);
            self.under_way += 1;
        }
        body.extend_from_slice(b"]}");
        Some(body)
    }

    /// The ledger's answer to the batch under way: its status, `None` where none came. `dice` spreads the
    /// workers' retries.
    pub fn answered(&mut self, status: Option<u16>, now_ms: u64, dice: u64) {
        let sent = std::mem::take(&mut self.under_way);
        match status {
            Some(200..=299) => {
                self.forget(sent);
                self.counts.delivered += sent as u64;
                self.failures = 0;
                self.most_events = BATCH_EVENTS;
            }
            Some(400 | 413 | 422) if sent > 1 => self.most_events = sent / 2,
            Some(400 | 413 | 422) => {
                self.forget(sent);
                self.counts.dropped += sent as u64;
                self.most_events = BATCH_EVENTS;
            }
            _ => self.back_off(now_ms, dice),
        }
    }

    /// Whether every event has been taken by the ledger, or dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// What has become of events so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    fn back_off(&mut self, now_ms: u64, dice: u64) {
        self.counts.retried += 1;
        let pause = FIRST_PAUSE_MS.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE_MS);
        self.failures = self.failures.saturating_add(1);
        self.not_before_ms = now_ms + pause / 2 + dice % (pause / 2 + 1);
    }

    fn forget(&mut self, events: usize) {
        for event in self.queue.drain(..events.min(self.queue.len())) {
            self.bytes -= event.len();
        }
    }

    /// Drops the oldest event that is not under way. `false` where there is none.
    fn drop_oldest(&mut self) -> bool {
        let Some(event) = self.queue.remove(self.under_way) else { return false };
        self.bytes -= event.len();
        self.counts.dropped += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn full(events: &[&str]) -> Outbox {
        let mut outbox = Outbox::new(1_000_000);
        events.iter().for_each(|event| outbox.push(event.as_bytes().to_vec()));
        outbox
    }

    fn text(batch: Option<Vec<u8>>) -> String {
        String::from_utf8(batch.unwrap_or_default()).unwrap()
    }

    #[test]
    fn a_batch_is_sent_once_and_forgotten_when_acknowledged() {
        let mut outbox = full(&["1", "2"]);
        assert_eq!(text(outbox.batch(0)), r#"{"events":[1,2]}"#);
        outbox.push(b"3".to_vec());
        assert_eq!(outbox.batch(0), None, "one at a time");
        outbox.answered(Some(200), 0, 0);
        assert_eq!(text(outbox.batch(0)), r#"{"events":[3]}"#);
        outbox.answered(Some(200), 0, 0);
        assert!(outbox.is_empty());
        assert_eq!(outbox.counts(), Counts { queued: 3, delivered: 3, retried: 0, dropped: 0 });
    }

    #[test]
    fn a_failed_batch_is_sent_again_later_and_later() {
        let mut outbox = full(&["1"]);
        let mut now = 0;
        for pause in [100, 200, 400, 800, 1_600, 2_000, 2_000] {
            assert!(outbox.batch(now).is_some());
            outbox.answered(None, now, u64::MAX);
            assert_eq!(outbox.batch(now + pause / 2 - 1), None);
            now += pause;
        }
        assert_eq!(text(outbox.batch(now)), r#"{"events":[1]}"#);
        outbox.answered(Some(200), now, 0);
        assert_eq!(outbox.counts(), Counts { queued: 1, delivered: 1, retried: 7, dropped: 0 });
    }

    #[test]
    fn a_full_queue_drops_the_oldest_that_is_not_under_way() {
        let mut outbox = Outbox::new(3);
        outbox.push(b"1".to_vec());
        outbox.batch(0);
        ["2", "3", "4"].iter().for_each(|event| outbox.push(event.as_bytes().to_vec()));
        outbox.answered(Some(503), 0, 0);
        assert_eq!(text(outbox.batch(10_000)), r#"{"events":[1,3,4]}"#);
        assert_eq!(outbox.counts().dropped, 1);
    }

    #[test]
    fn an_event_larger_than_the_queue_costs_only_itself() {
        let mut outbox = Outbox::new(3);
        ["1", "2222", "3"].iter().for_each(|event| outbox.push(event.as_bytes().to_vec()));
        assert_eq!(text(outbox.batch(0)), r#"{"events":[1,3]}"#);
        assert_eq!(outbox.counts(), Counts { queued: 3, delivered: 0, retried: 0, dropped: 1 });
    }

    #[test]
    fn one_refused_event_costs_only_itself() {
        let mut outbox = full(&["1", "2", "\"bad\"", "4"]);
        let mut delivered = Vec::new();
        while let Some(batch) = outbox.batch(0) {
            let batch = text(Some(batch));
            let bad = batch.contains("bad");
            outbox.answered(Some(if bad { 400 } else { 200 }), 0, 0);
            if !bad {
                delivered.push(batch);
            }
        }
        assert_eq!(delivered, [r#"{"events":[1,2]}"#, r#"{"events":[4]}"#]);
        assert_eq!(outbox.counts(), Counts { queued: 4, delivered: 3, retried: 0, dropped: 1 });
    }

    #[test]
    fn a_batch_is_bounded_in_events_and_bytes() {
        let mut outbox = Outbox::new(usize::MAX);
        (0..1_000).for_each(|_| outbox.push(b"1".to_vec()));
        assert_eq!(text(outbox.batch(0)).matches('1').count(), BATCH_EVENTS);
        let mut outbox = Outbox::new(usize::MAX);
        (0..3).for_each(|_| outbox.push(vec![b'1'; BATCH_BYTES - 100]));
        assert!(outbox.batch(0).unwrap().len() < BATCH_BYTES);
    }
}
