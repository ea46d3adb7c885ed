//! Asks the ledger for keys, and wakes the requests that wait for them.
//!
//! Both happen in callbacks of the root: questions because of [`ledger::get`], and answers because the request that
//! asked first may have gone. A request that begins to wait therefore has the root called back a millisecond later.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType, MetricType};

use super::desk::{self, Desk};
use super::ledger::{self, Answer};
use super::memory::SharedData;
use super::{root, state};
use crate::exchange::admission::{Admission, Input, MOST_LOOKUP_BYTES, Setup};
use crate::exchange::lookups::{self, LookupOutcome};
use crate::keys::Asked;

/// Most requests that are woken by one call. Envoy resumes each inside the one before: this bounds its stack.
const MOST_AT_ONCE: usize = 16;
/// Most questions that one call sends.
const MOST_QUESTIONS: usize = 64;
/// The pace of the root while there is something to ask or somebody to wake: Envoy's shortest.
const HURRY: Duration = Duration::from_millis(1);
/// A request waits a little longer than its question may take, so that who waits is told by the answer.
const MARGIN_MS: u64 = 500;

/// A request, shared between its context and the root that wakes it.
pub type Machine = Rc<RefCell<Admission>>;

/// The lookups of one root.
pub struct Lookups {
    setup: Rc<Setup>,
    desk: Rc<Desk>,
    gateway: String,
    waiting: RefCell<lookups::Lookups<Machine>>,
    hurried: Cell<bool>,
    /// Whether the last question found the ledger away: said once.
    away: Cell<bool>,
    /// Envoy's counters of questions, and of those without an answer.
    asked: Option<u32>,
    failed: Option<u32>,
}

impl Lookups {
    pub fn new(setup: Rc<Setup>, desk: Rc<Desk>, gateway: String) -> Self {
        let counter = |name| hostcalls::define_metric(MetricType::Counter, name).ok();
        Self {
            setup,
            desk,
            gateway,
            waiting: RefCell::default(),
            hurried: Cell::new(false),
            away: Cell::new(false),
            asked: counter("spillway.key_lookups"),
            failed: counter("spillway.key_lookups_failed"),
        }
    }

    /// Sends what is to be asked, and wakes who may go on.
    pub fn tick(&self) {
        self.waiting.borrow_mut().expire(state::now_us() / 1_000);
        for _ in 0..MOST_QUESTIONS {
            let next = self.waiting.borrow_mut().next_unasked();
            let Some(hash) = next else { break };
            self.ask(hash);
        }
        self.wake();
    }

    /// The answer to a call; false if the call was none of these.
    pub fn answered(&self, answer: Answer) -> bool {
        let question = self.waiting.borrow_mut().answered(answer.call);
        let Some(question) = question else { return false };
        let body = answer.ok(MOST_LOOKUP_BYTES);
        let overtaken = body.is_some() && !question.asked.is_current(&SharedData);
        if overtaken && self.waiting.borrow_mut().ask_again(&question.hash) {
            self.hurry();
            return true;
        }
        self.tell(answer, body.is_some());
        self.settle(&question.hash, &question.asked, body.as_deref());
        self.wake();
        true
    }

    fn tell(&self, answer: Answer, answered: bool) {
        if !answered {
            count(self.failed);
        }
        if self.away.replace(!answered) == answered {
            match (answered, answer.status()) {
                (true, _) => log::info!("spillway: the ledger answers lookups of keys again"),
                (false, None) => log::warn!("spillway: the ledger gives no answer to lookups of keys"),
                (false, Some(status)) => log::warn!("spillway: the ledger refuses lookups of keys: {status}"),
            }
        }
    }

    fn ask(&self, hash: String) {
        let asked = Asked::now(&SharedData, state::now_us() / 1_000);
        if !self.setup.may_look_up(&SharedData, &hash, asked.at_ms) {
            self.waiting.borrow_mut().settle(&hash, &LookupOutcome::Unreachable);
            return;
        }
        let path = format!("/v1/keys/{hash}?gateway={}", self.gateway);
        count(self.asked);
        match ledger::get(&path, self.timeout_ms()) {
            Ok(call) => self.waiting.borrow_mut().sent(call, hash, asked),
            Err(status) => {
                log::error!("spillway: the ledger cannot be asked for a key: {status:?}");
                count(self.failed);
                self.settle(&hash, &asked, None);
            }
        }
    }

    fn settle(&self, hash: &str, asked: &Asked, body: Option<&[u8]>) {
        let now_ms = state::now_us() / 1_000;
        let outcome = self.setup.looked_up(&SharedData, hash, asked, body, now_ms).unwrap_or_else(|wrong| {
            log::error!("spillway: {wrong}");
            LookupOutcome::Unreachable
        });
        self.waiting.borrow_mut().settle(hash, &outcome);
    }

    /// Wakes some; the root is called again for the rest.
    fn wake(&self) {
        for _ in 0..MOST_AT_ONCE {
            let next = self.waiting.borrow_mut().next_ready();
            let Some((id, machine, outcome)) = next else { break };
            desk::wake(id, &machine, "key-found", || go_on(id, &machine, &outcome, &self.desk));
        }
        match self.waiting.borrow().has_work() {
            true => self.hurry(),
            false => self.slow_down(),
        }
    }

    fn hurry(&self) {
        if !self.hurried.replace(true) {
            pace(HURRY);
        }
    }

    fn slow_down(&self) {
        if self.hurried.replace(false) {
            pace(root::TICK);
        }
    }

    fn timeout_ms(&self) -> u64 {
        self.setup.settings().key_lookup.timeout_ms
    }
}

fn count(counter: Option<u32>) {
    if let Some(counter) = counter {
        let _ = hostcalls::increment_metric(counter, 1);
    }
}

fn pace(period: Duration) {
    if let Err(status) = hostcalls::set_tick_period(period) {
        log::error!("spillway: cannot set the tick period: {status:?}");
    }
}

fn go_on(id: u32, machine: &Machine, outcome: &LookupOutcome, desk: &Desk) {
    let headers = state::headers(MapType::HttpRequestHeaders);
    let mut applied = desk.take(machine, &Input::KeyFound { outcome, headers: &headers });
    if machine.borrow().takes_body() {
        let body = state::buffered(BufferType::HttpRequestBody);
        applied = desk.take(machine, &Input::RequestBody { body: &body });
    }
    desk.go_on(id, machine, applied);
}

/// One request's place among those that wait.
pub struct Place {
    lookups: Rc<Lookups>,
    id: u32,
    waits: bool,
}

impl Place {
    /// The place of the context with this id.
    pub fn new(lookups: Rc<Lookups>, id: u32) -> Self {
        Self { lookups, id, waits: false }
    }

    /// Begins to wait for a key; false if too many do.
    #[must_use]
    pub fn enter(&mut self, hash: &str, machine: &Machine) -> bool {
        let until_ms =
            (state::now_us() / 1_000).saturating_add(self.lookups.timeout_ms()).saturating_add(MARGIN_MS);
        self.waits = self.lookups.waiting.borrow_mut().join(self.id, hash, Rc::clone(machine), until_ms);
        if self.waits && self.lookups.waiting.borrow().has_work() {
            self.lookups.hurry();
        }
        self.waits
    }

    /// Gives the place up. To be called when Envoy answers or ends the request: to resume or answer one that is
    /// over ends the process.
    pub fn leave(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.lookups.waiting.borrow_mut().leave(self.id);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}
