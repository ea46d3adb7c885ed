//! Whose turn it is to ask the ledger what changed, and from where.
//!
//! One worker of a gateway asks for all. It claims the turn for a little longer than it waits for the answer, so
//! that a worker that dies costs one turn. Until the answer has been taken over, the cursor stays where it is: what was
//! told and lost is told again, and to forget twice does no harm.

use super::LookupSettings;
use crate::memory::{Change, Fields, Shared, swap};

const KEY: &str = "keys/sync";

/// How long an answer is waited for, in milliseconds. With the claim of a worker that died, and the interval, still
/// within the time in which changes must be everywhere.
pub const TIMEOUT_MS: u64 = 1_000;
/// For how long a claim holds, in milliseconds.
const CLAIM_MS: u64 = 1_200;
/// Longest pause after failures, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 2_000;
/// Doublings of the pause after failures.
const MOST_DOUBLINGS: u32 = 8;

/// The turn of one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    number: u64,
    /// What to ask with; `None`: nothing was asked yet.
    pub since: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// Of the turn that was claimed last.
    number: u64,
    /// When the next turn is.
    due_ms: u64,
    cursor: Option<u64>,
    /// In a row.
    failures: u32,
}

/// Claims the turn, if there is one to claim.
pub fn claim(shared: &dyn Shared, settings: &LookupSettings, now_ms: u64) -> Option<Turn> {
    let longest = settings.interval_ms.max(LONGEST_PAUSE_MS).max(CLAIM_MS);
    let claimed = swap(shared, KEY, |bytes| {
        let state = State::read(bytes);
        // Further ahead than anything is planned: the clock was set back.
        let is_due = now_ms >= state.due_ms || state.due_ms - now_ms > longest;
        if !is_due {
            return Change::Keep(None);
        }
        let (state, turn) = state.claimed(now_ms);
        Change::Store(state.write(), Some(turn))
    });
    claimed.flatten()
}

impl Turn {
    /// The answer has been taken over: the next one asks from `cursor`. Where there is `more`, the next turn is this
    /// worker's again, now. `None` too where this turn was taken for lost.
    #[must_use]
    pub fn succeeded(
        self,
        shared: &dyn Shared,
        cursor: u64,
        more: bool,
        settings: &LookupSettings,
        now_ms: u64,
    ) -> Option<Self> {
        let next = self.finish(shared, |state| {
            let state = State { cursor: Some(cursor), failures: 0, ..state };
            match more {
                true => state.claimed(now_ms),
                false => (State { due_ms: now_ms.saturating_add(settings.interval_ms), ..state }, self),
            }
        });
        next.filter(|_| more)
    }

    /// No answer, or one that could not be taken over.
    pub fn failed(self, shared: &dyn Shared, settings: &LookupSettings, now_ms: u64) {
        self.finish(shared, |state| {
            let doublings = state.failures.min(MOST_DOUBLINGS);
            let pause_ms = settings.interval_ms.saturating_mul(1 << doublings);
            let pause_ms = pause_ms.min(LONGEST_PAUSE_MS.max(settings.interval_ms));
            let failures = state.failures.saturating_add(1);
            (State { due_ms: now_ms.saturating_add(pause_ms), failures, ..state }, self)
        });
    }

    /// Changes the state, if the turn is still this one.
    fn finish(self, shared: &dyn Shared, change: impl Fn(State) -> (State, Self)) -> Option<Self> {
        let next = swap(shared, KEY, |bytes| {
            let state = State::read(bytes);
            if state.number != self.number {
                return Change::Keep(None);
            }
            let (state, turn) = change(state);
            Change::Store(state.write(), Some(turn))
        });
        next.flatten()
    }
}

impl State {
    fn claimed(self, now_ms: u64) -> (Self, Turn) {
        let number = self.number.wrapping_add(1);
        let state = Self { number, due_ms: now_ms.saturating_add(CLAIM_MS), ..self };
        (state, Turn { number, since: self.cursor })
    }

    fn read(bytes: Option<&[u8]>) -> Self {
        let state = bytes.and_then(|bytes| {
            let mut fields = Fields(bytes);
            let (number, due_ms, failures) = (fields.u64()?, fields.u64()?, fields.u32()?);
            let cursor = if fields.u8()? == 1 { Some(fields.u64()?) } else { None };
            Some(Self { number, due_ms, cursor, failures })
        });
        state.unwrap_or_default()
    }

    fn write(self) -> Vec<u8> {
        let mut bytes = self.number.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.due_ms.to_le_bytes());
        bytes.extend_from_slice(&self.failures.to_le_bytes());
        bytes.push(u8::from(self.cursor.is_some()));
        bytes.extend_from_slice(&self.cursor.unwrap_or_default().to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::memory::Memory;

    fn settings() -> LookupSettings {
        LookupSettings { interval_ms: 500, ..LookupSettings::default() }
    }

    fn turn(memory: &Memory, now_ms: u64) -> Option<Turn> {
        claim(memory, &settings(), now_ms)
    }

    #[test]
    fn one_of_many_gets_the_turn_and_the_next_is_an_interval_later() {
        let memory = Memory::default();
        let first = turn(&memory, 10_000).unwrap();
        assert_eq!((first.since, turn(&memory, 10_001)), (None, None));
        assert_eq!(first.succeeded(&memory, 7, false, &settings(), 10_010), None);
        assert_eq!(turn(&memory, 10_509), None);
        assert_eq!(turn(&memory, 10_510).unwrap().since, Some(7));
    }

    #[test]
    fn whoever_is_told_that_there_is_more_goes_on() {
        let memory = Memory::default();
        let first = turn(&memory, 10_000).unwrap();
        let second = first.succeeded(&memory, 7, true, &settings(), 10_010).unwrap();
        assert_eq!((second.since, turn(&memory, 10_020)), (Some(7), None));
    }

    #[test]
    fn a_turn_that_never_ends_is_taken_over_and_its_late_answer_moves_nothing() {
        let memory = Memory::default();
        let lost = turn(&memory, 10_000).unwrap();
        assert_eq!(turn(&memory, 10_000 + CLAIM_MS - 1), None);
        let next = turn(&memory, 10_000 + CLAIM_MS).unwrap();
        assert_eq!(lost.succeeded(&memory, 9, true, &settings(), 11_300), None);
        assert_eq!(next.succeeded(&memory, 3, false, &settings(), 11_400), None);
        assert_eq!(turn(&memory, 11_900).unwrap().since, Some(3));
    }

    #[test]
    fn failures_wait_longer_each_time_up_to_a_bound_and_keep_the_cursor() {
        let memory = Memory::default();
        let mut now_ms = 10_000;
        let _ = turn(&memory, now_ms).unwrap().succeeded(&memory, 7, false, &settings(), now_ms);
        now_ms += 500;
        for pause_ms in [500, 1_000, 2_000, 2_000, 2_000] {
            let claimed = turn(&memory, now_ms).unwrap();
            assert_eq!(claimed.since, Some(7));
            claimed.failed(&memory, &settings(), now_ms);
            assert_eq!(turn(&memory, now_ms + pause_ms - 1), None, "{pause_ms}");
            now_ms += pause_ms;
        }
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let memory = Memory::default();
        let _ = turn(&memory, 1_000_000).unwrap().succeeded(&memory, 7, false, &settings(), 1_000_000);
        assert_eq!(turn(&memory, 500_000).unwrap().since, Some(7));
    }
}
