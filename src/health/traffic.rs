//! What the measured strategies look at, over all workers: one value per deployment.
//!
//! Tries under way are counted by the minute in which they began. A worker whose VM dies never ends its
//! tries; since each minute's tries are forgotten when all of them would be too old, such a loss heals even
//! where traffic never pauses.

mod stored;

use std::collections::VecDeque;

use super::is_ahead;
use super::stored::{Step, Stored, swap};
use crate::memory::Shared;

/// Samples of each kind that a mean is taken of.
const SAMPLES: usize = 10;

/// What a try counts for that timed out: 1000 s.
const TIMED_OUT_US: u64 = 1_000_000_000;

const MINUTE_MS: u64 = 60_000;

/// Most minutes whose tries under way are known; beyond it the oldest are forgotten early.
const MINUTES: usize = 64;

/// One deployment's traffic at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Tries under way.
    pub in_flight: u64,
    /// Mean time per completion token of the last answers that did not stream, in microseconds.
    pub us_per_token: Option<u64>,
    /// Mean time to the first token of the last streams, in microseconds.
    pub first_token_us: Option<u64>,
    /// Tries that began in this minute of the wall clock.
    pub requests: u64,
    /// Tokens of the tries that ended in this minute of the wall clock.
    pub tokens: u64,
}

/// What one try has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// When it began, as told to [`began`], in milliseconds since the epoch.
    pub began_ms: u64,
    /// It streamed: its time to the first token is kept. Else, its time per token.
    pub stream: bool,
    /// Time per completion token, in microseconds; `None` where there is nothing to learn from it.
    pub us_per_token: Option<u64>,
    /// Time to the first token, in microseconds; `None` where there was none.
    pub first_token_us: Option<u64>,
    /// Prompt and completion tokens together.
    pub tokens: u64,
    /// It took longer than it may: kept as 1000 s.
    pub timed_out: bool,
}

/// A try begins. Tries that began longer than `stale_ms` ago are no longer under way, whatever became of
/// them.
pub fn began(shared: &dyn Shared, id: &str, now_ms: u64, stale_ms: u64) {
    swap(shared, &key(id), |record: &mut Record| {
        record.under_way.begin(now_ms, stale_ms);
        let this = record.minute_at(now_ms);
        record.minute = Minute { requests: this.requests.saturating_add(1), ..this };
        Step::Store(())
    });
}

/// A try that [`began`] has ended, well or not.
pub fn ended(shared: &dyn Shared, id: &str, sample: &Sample, now_ms: u64) {
    swap(shared, &key(id), |record: &mut Record| {
        record.under_way.end(sample.began_ms);
        let this = record.minute_at(now_ms);
        record.minute = Minute { tokens: this.tokens.saturating_add(sample.tokens), ..this };
        let (recent, measured) = if sample.stream {
            (&mut record.first_token_us, sample.first_token_us)
        } else {
            (&mut record.us_per_token, sample.us_per_token)
        };
        if let Some(value) = if sample.timed_out { Some(TIMED_OUT_US) } else { measured } {
            recent.push(now_ms, value);
        }
        Step::Store(())
    });
}

impl Traffic {
    /// A deployment's traffic as of `now_ms`: samples not older than `ttl_ms`, and tries under way that began
    /// not longer ago than `stale_ms`, to the minute.
    #[must_use]
    pub fn load(shared: &dyn Shared, id: &str, now_ms: u64, ttl_ms: u64, stale_ms: u64) -> Self {
        let record = Record::load(shared, &key(id));
        let this = record.minute_at(now_ms);
        Self {
            in_flight: record.under_way.count(now_ms, stale_ms),
            us_per_token: record.us_per_token.mean(now_ms, ttl_ms),
            first_token_us: record.first_token_us.mean(now_ms, ttl_ms),
            requests: this.requests,
            tokens: this.tokens,
        }
    }
}

fn key(id: &str) -> String {
    ["health/traffic/", id].concat()
}

/// What is stored of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Record {
    minute: Minute,
    us_per_token: Recent,
    first_token_us: Recent,
    under_way: UnderWay,
}

impl Record {
    /// This minute's use: none where the one that is stored is another.
    fn minute_at(&self, now_ms: u64) -> Minute {
        let number = now_ms / MINUTE_MS;
        if self.minute.number == number { self.minute } else { Minute { number, ..Minute::default() } }
    }
}

/// One minute's use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Minute {
    /// Minutes since the epoch.
    number: u64,
    requests: u64,
    tokens: u64,
}

/// The last samples, oldest first, at most [`SAMPLES`]: when, and what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Recent(VecDeque<(u64, u64)>);

impl Recent {
    fn push(&mut self, now_ms: u64, value: u64) {
        if self.0.len() >= SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back((now_ms, value));
    }

    fn mean(&self, now_ms: u64, ttl_ms: u64) -> Option<u64> {
        let counts = |at_ms: u64| !is_ahead(at_ms, now_ms) && now_ms.saturating_sub(at_ms) <= ttl_ms;
        let counting = self.0.iter().filter(|(at_ms, _)| counts(*at_ms));
        let (sum, count) =
            counting.fold((0_u128, 0_u128), |(sum, count), (_, value)| (sum + u128::from(*value), count + 1));
        u64::try_from(sum.checked_div(count)?).ok()
    }
}

/// Tries under way by the minute in which they began: minutes since the epoch, and how many, never 0. At most
/// [`MINUTES`], ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct UnderWay(VecDeque<(u64, u32)>);

impl UnderWay {
    fn begin(&mut self, now_ms: u64, stale_ms: u64) {
        self.0.retain(|(minute, _)| counts(*minute, now_ms, stale_ms));
        let minute = now_ms / MINUTE_MS;
        let at = self.0.partition_point(|(other, _)| *other < minute);
        match self.0.get_mut(at).filter(|(other, _)| *other == minute) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.0.insert(at, (minute, 1)),
        }
        if self.0.len() > MINUTES {
            self.0.pop_front();
        }
    }

    /// One that is no longer known has been forgotten before.
    fn end(&mut self, began_ms: u64) {
        let minute = began_ms / MINUTE_MS;
        if let Some((_, count)) = self.0.iter_mut().find(|(other, _)| *other == minute) {
            *count = count.saturating_sub(1);
        }
        self.0.retain(|(_, count)| *count > 0);
    }

    fn count(&self, now_ms: u64, stale_ms: u64) -> u64 {
        let counting = self.0.iter().filter(|(minute, _)| counts(*minute, now_ms, stale_ms));
        counting.map(|(_, count)| u64::from(*count)).fold(0, u64::saturating_add)
    }
}

/// Whether a try that began in a minute may still be under way.
fn counts(minute: u64, now_ms: u64, stale_ms: u64) -> bool {
    let start_ms = minute.saturating_mul(MINUTE_MS);
    !is_ahead(start_ms, now_ms) && now_ms < start_ms.saturating_add(MINUTE_MS).saturating_add(stale_ms)
}
