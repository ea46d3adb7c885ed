//! The lookups of one worker: which requests wait for which key, and what the ledger is to be asked.
//!
//! Knows ids and hashes; the host asks, and wakes. Requests that wait for the same key share one question. A
//! request leaves when its client does, and no wait has no end: see [`Lookups::expire`].

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;

use crate::keys::{Asked, Key};

/// Most requests of one worker that wait at once.
pub const MOST_WAITING: usize = 1_024;
/// Most questions for one key while changes overtake the answers.
const MOST_QUESTIONS: u8 = 3;

/// What became of a lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum LookupOutcome {
    /// The ledger knows the key.
    Known(Rc<Key>),
    /// The ledger knows no such key.
    Unknown,
    /// The ledger gave no answer, or was not asked because too much was.
    Unreachable,
}

/// Requests that wait, each with a `W` by which the host wakes it.
pub struct Lookups<W> {
    /// By the request's id.
    waiting: BTreeMap<u32, Waiting<W>>,
    /// How often each key has been asked for.
    sought: HashMap<String, u8>,
    unasked: VecDeque<String>,
    /// By the host's number of the call.
    under_way: HashMap<u32, Question>,
    ready: VecDeque<(u32, LookupOutcome)>,
}

struct Waiting<W> {
    waker: W,
    hash: String,
    until_ms: u64,
}

/// One lookup that was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// SHA-256 of the key.
    pub hash: String,
    /// When it was sent.
    pub asked: Asked,
}

impl<W> Default for Lookups<W> {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            sought: HashMap::new(),
            unasked: VecDeque::new(),
            under_way: HashMap::new(),
            ready: VecDeque::new(),
        }
    }
}

impl<W> Lookups<W> {
    /// A request begins to wait; false if it may not, because too many do.
    #[must_use]
    pub fn join(&mut self, id: u32, hash: &str, waker: W, until_ms: u64) -> bool {
        if self.waiting.len() >= MOST_WAITING {
            return false;
        }
        if !self.sought.contains_key(hash) {
            self.sought.insert(hash.to_owned(), 0);
            self.unasked.push_back(hash.to_owned());
        }
        self.waiting.insert(id, Waiting { waker, hash: hash.to_owned(), until_ms });
        true
    }

    /// A request no longer waits.
    pub fn leave(&mut self, id: u32) {
        self.waiting.remove(&id);
    }

    /// The next key to ask for, if anybody still waits for one. [`Self::sent`] or [`Self::settle`] must follow.
    pub fn next_unasked(&mut self) -> Option<String> {
        while let Some(hash) = self.unasked.pop_front() {
            if self.waiting.values().any(|waiting| waiting.hash == hash) {
                return Some(hash);
            }
            self.sought.remove(&hash);
        }
        None
    }

    /// The question is under way.
    pub fn sent(&mut self, call: u32, hash: String, asked: Asked) {
        if let Some(questions) = self.sought.get_mut(&hash) {
            *questions = questions.saturating_add(1);
        }
        self.under_way.insert(call, Question { hash, asked });
    }

    /// The question that this call carried. [`Self::settle`] or [`Self::ask_again`] must follow.
    pub fn answered(&mut self, call: u32) -> Option<Question> {
        self.under_way.remove(&call)
    }

    /// Asks once more, because something changed since; false if that was done often enough.
    #[must_use]
    pub fn ask_again(&mut self, hash: &str) -> bool {
        let again = self.sought.get(hash).is_some_and(|questions| *questions < MOST_QUESTIONS);
        if again {
            self.unasked.push_back(hash.to_owned());
        }
        again
    }

    /// Everybody who waits for this key may go on.
    pub fn settle(&mut self, hash: &str, outcome: &LookupOutcome) {
        self.sought.remove(hash);
        let those = self.waiting.iter().filter(|(_, waiting)| waiting.hash == hash);
        self.ready.extend(those.map(|(id, _)| (*id, outcome.clone())));
    }

    /// The next request to wake, which waits no longer.
    pub fn next_ready(&mut self) -> Option<(u32, W, LookupOutcome)> {
        loop {
            let (id, outcome) = self.ready.pop_front()?;
            if let Some(waiting) = self.waiting.remove(&id) {
                return Some((id, waiting.waker, outcome));
            }
        }
    }

    /// Ends the wait of those whose question was lost on the way.
    pub fn expire(&mut self, now_ms: u64) {
        let late = self.waiting.values().filter(|waiting| waiting.until_ms <= now_ms);
        let mut hashes: Vec<String> = late.map(|waiting| waiting.hash.clone()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            self.under_way.retain(|_, question| question.hash != hash);
            self.settle(&hash, &LookupOutcome::Unreachable);
        }
    }

    /// Whether there is something to ask, or somebody to wake.
    #[must_use]
    pub fn has_work(&self) -> bool {
        !self.unasked.is_empty() || !self.ready.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::keys::Epoch;

    fn asked() -> Asked {
        Asked { epoch: Epoch::default(), at_ms: 0 }
    }

    fn woken(lookups: &mut Lookups<char>) -> String {
        std::iter::from_fn(|| lookups.next_ready()).map(|(_, waker, _)| waker).collect()
    }

    #[test]
    fn those_who_wait_for_one_key_share_one_question() {
        let mut lookups = Lookups::default();
        assert!(lookups.join(1, "x", 'a', 9) && lookups.join(2, "y", 'b', 9) && lookups.join(3, "x", 'c', 9));
        assert_eq!(lookups.next_unasked().as_deref(), Some("x"));
        lookups.sent(7, "x".to_owned(), asked());
        assert!(lookups.join(4, "x", 'd', 9), "also while it is under way");
        assert_eq!(lookups.next_unasked().as_deref(), Some("y"));
        assert_eq!(lookups.next_unasked(), None);
        assert_eq!(lookups.answered(7).unwrap().hash, "x");
        assert_eq!(lookups.answered(7), None);
        lookups.settle("x", &LookupOutcome::Unknown);
        assert_eq!(woken(&mut lookups), "acd");
        assert!(!lookups.has_work());
        assert!(lookups.join(5, "x", 'e', 9));
        assert_eq!(lookups.next_unasked().as_deref(), Some("x"), "a later request asks anew");
    }

    #[test]
    fn who_left_is_not_woken_and_for_nobody_nothing_is_asked() {
        let mut lookups = Lookups::default();
        assert!(lookups.join(1, "x", 'a', 9) && lookups.join(2, "y", 'b', 9));
        lookups.leave(1);
        assert_eq!(lookups.next_unasked().as_deref(), Some("y"));
        lookups.settle("y", &LookupOutcome::Unknown);
        lookups.leave(2);
        assert_eq!(lookups.next_ready(), None);
        assert!(lookups.join(3, "x", 'c', 9));
        assert_eq!(lookups.next_unasked().as_deref(), Some("x"));
    }

    #[test]
    fn an_answer_that_was_overtaken_is_asked_for_again_a_few_times() {
        let mut lookups = Lookups::default();
        assert!(lookups.join(1, "x", 'a', 9));
        for call in 0..u32::from(MOST_QUESTIONS) {
            let hash = lookups.next_unasked().unwrap();
            lookups.sent(call, hash, asked());
            let question = lookups.answered(call).unwrap();
            assert_eq!(lookups.ask_again(&question.hash), call + 1 < u32::from(MOST_QUESTIONS));
        }
    }

    #[test]
    fn a_question_that_is_lost_ends_with_its_time() {
        let mut lookups = Lookups::default();
        assert!(lookups.join(1, "x", 'a', 10));
        let hash = lookups.next_unasked().unwrap();
        lookups.sent(7, hash, asked());
        lookups.expire(9);
        assert!(!lookups.has_work());
        lookups.expire(10);
        assert_eq!(lookups.next_ready(), Some((1, 'a', LookupOutcome::Unreachable)));
        assert_eq!(lookups.answered(7), None, "it is late");
    }

    #[test]
    fn no_more_wait_than_may() {
        let mut lookups = Lookups::default();
        let joined = (0..2_000).filter(|id| lookups.join(*id, "x", 'a', 9)).count();
        assert_eq!(joined, MOST_WAITING);
    }
}
