//! Carries questions to the services that guardrails are.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::BufferType;

use super::ledger::Answer;
use super::lookups::Machine;
use crate::exchange::admission::MOST_OPINION_BYTES;
use crate::exchange::{Asker, Question};

/// Most questions in no hurry, and most bytes of them, that wait for the next tick or for their answers: those beyond
/// that are not asked. Each keeps its texts, also of a request that is over.
const MOST_LATER: usize = 4_096;
const MOST_LATER_BYTES: usize = 64 << 20;

/// What is under way.
#[derive(Default)]
pub struct Callouts {
    /// Envoy's number of a call → the context that asked, and for which guardrail.
    calls: RefCell<HashMap<u32, (u32, Asker)>>,
    /// The contexts that have asked. A request that is over is not among them: to resume or answer it ends the
    /// process.
    waiting: RefCell<HashMap<u32, Machine>>,
    /// What is asked at the next tick, in a callback of the root, whose calls outlive the requests that they are about.
    later: RefCell<VecDeque<(Machine, Question)>>,
    /// Envoy's number of such a call → who asked, and how many bytes.
    telling: RefCell<HashMap<u32, (Machine, Asker, usize)>>,
    /// Bytes of the questions in `later` and `telling`.
    later_bytes: Cell<usize>,
}

impl Callouts {
    /// Asks; false where Envoy takes no call.
    #[must_use]
    pub fn ask(&self, id: u32, machine: &Machine, question: &Question) -> bool {
        let Some(call) = send(question) else { return false };
        self.calls.borrow_mut().insert(call, (id, question.asker));
        self.waiting.borrow_mut().entry(id).or_insert_with(|| Rc::clone(machine));
        true
    }

    /// Whose call it was, and for which guardrail: `None` if it is none of these. No machine of a request that is over.
    pub fn taken(&self, call: u32) -> Option<(u32, Asker, Option<Machine>)> {
        let (id, asker) = self.calls.borrow_mut().remove(&call)?;
        Some((id, asker, self.waiting.borrow().get(&id).cloned()))
    }

    /// Takes what is to be asked later; false if too much is.
    #[must_use]
    pub fn push(&self, machine: &Machine, question: Question) -> bool {
        let mut later = self.later.borrow_mut();
        let bytes = self.later_bytes.get().saturating_add(question.body.len());
        if later.len() + self.telling.borrow().len() >= MOST_LATER || bytes > MOST_LATER_BYTES {
            return false;
        }
        self.later_bytes.set(bytes);
        later.push_back((Rc::clone(machine), question));
        true
    }

    /// Asks the next of what is to be asked later, in a callback of the root. `None`: nothing is left. Whose question
    /// it was, where Envoy takes no call.
    pub fn ask_next(&self) -> Option<Option<(Machine, Asker)>> {
        let (machine, question) = self.later.borrow_mut().pop_front()?;
        let (asker, bytes) = (question.asker, question.body.len());
        let Some(call) = send(&question) else {
            self.forget_bytes(bytes);
            return Some(Some((machine, asker)));
        };
        self.telling.borrow_mut().insert(call, (machine, asker, bytes));
        Some(None)
    }

    /// Who asked later by this call, if it is one of these. The request may be over.
    pub fn telling(&self, call: u32) -> Option<(Machine, Asker)> {
        let (machine, asker, bytes) = self.telling.borrow_mut().remove(&call)?;
        self.forget_bytes(bytes);
        Some((machine, asker))
    }

    /// Whether anything is to be asked later, or its answer has not come.
    pub fn awaits(&self) -> bool {
        !self.later.borrow().is_empty() || !self.telling.borrow().is_empty()
    }

    /// Waits for none of these any more: who asked.
    pub fn give_up(&self) -> Vec<(Machine, Asker)> {
        self.later_bytes.set(0);
        let asked = std::mem::take(&mut *self.telling.borrow_mut()).into_values();
        let asked = asked.map(|(machine, asker, _)| (machine, asker));
        let unasked = std::mem::take(&mut *self.later.borrow_mut()).into_iter();
        asked.chain(unasked.map(|(machine, question)| (machine, question.asker))).collect()
    }

    fn forget_bytes(&self, bytes: usize) {
        self.later_bytes.set(self.later_bytes.get().saturating_sub(bytes));
    }

    /// Forgets a request that is over. What is under way for it is not waited for.
    pub fn leave(&self, id: u32) {
        if self.waiting.borrow_mut().remove(&id).is_some() {
            self.calls.borrow_mut().retain(|_, (asked, _)| *asked != id);
        }
    }
}

/// Envoy's number of the call.
fn send(question: &Question) -> Option<u32> {
    let headers = question.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let timeout = Duration::from_millis(question.timeout_ms);
    let body = Some(question.body.as_slice());
    hostcalls::dispatch_http_call(&question.cluster, headers, body, vec![], timeout).ok()
}

/// The body of an answer, in the callback that brings it; `None` for one that is too large.
pub fn body(answer: Answer) -> Option<Vec<u8>> {
    match answer.body {
        0 => Some(Vec::new()),
        size if size > MOST_OPINION_BYTES => None,
        size => hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, size).ok().flatten(),
    }
}
