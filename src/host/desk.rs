//! What a step has for the services beside Envoy, carried out; and requests woken by what they answer.

use std::cell::RefCell;
use std::rc::Rc;

use proxy_wasm::hostcalls;
use proxy_wasm::types::Action;

use super::admission::{self, AdmissionHost};
use super::awaited::Awaited;
use super::callouts::{self, Callouts};
use super::effects::Applied;
use super::guard::{Fallible, contained, failing};
use super::ledger::Answer;
use super::lookups::Machine;
use super::outbox::Courier;
use super::rate_service::{self, Questions};
use crate::exchange::admission::Input;
use crate::exchange::{Asker, Question};

/// What the requests of one root have under way.
pub struct Desk {
    pub courier: RefCell<Courier>,
    pub questions: Questions,
    pub callouts: Callouts,
    awaited: Awaited,
}

impl Desk {
    pub fn new(courier: Courier) -> Rc<Self> {
        let (questions, callouts) = (Questions::default(), Callouts::default());
        Rc::new(Self { courier: RefCell::new(courier), questions, callouts, awaited: Awaited::new() })
    }

    /// Gives an input to a request, and applies what it answers.
    pub fn take(&self, machine: &Machine, input: &Input<'_>) -> Applied {
        admission::take(machine, input, None, self)
    }

    /// Gives an input to a request together with the response's headers, of which it tells, and applies what it answers.
    pub fn take_head(&self, machine: &Machine, input: &Input<'_>, head: Vec<(String, Vec<u8>)>) -> Applied {
        admission::take(machine, input, Some(head), self)
    }

    /// Carries out what a step has for services, in the callback that took the step; whether the phase goes on. To be
    /// called with the request's context as the effective one: with it, Envoy ends the calls.
    pub fn follow(&self, id: u32, machine: &Machine, applied: Applied) -> Action {
        for question in applied.asked {
            self.ask(id, machine, &question);
        }
        for question in applied.asked_later {
            self.ask_at_tick(machine, question);
        }
        let Some((message, timeout_ms)) = applied.question else { return applied.action };
        if self.questions.ask(id, machine, &message, timeout_ms) {
            return applied.action;
        }
        let failed = Input::RateLimits(Err("it could not be called"));
        self.follow(id, machine, self.take(machine, &failed))
    }

    fn ask(&self, id: u32, machine: &Machine, question: &Question) {
        if !self.callouts.ask(id, machine, question) {
            self.tell(id, machine, question.asker, None);
        }
    }

    /// Whoever waits for an Envoy with nothing to do must not take the moment before the next tick for that.
    fn ask_at_tick(&self, machine: &Machine, question: Question) {
        let asker = question.asker;
        if self.callouts.push(machine, question) {
            self.awaited.show(true);
        } else {
            self.overhear(machine, asker, None);
        }
    }

    /// Tells the rate-limit service at the next tick.
    pub fn tell_at_tick(&self, message: (Vec<u8>, u64)) {
        self.questions.push(message);
        self.awaited.show(true);
    }

    /// Hands an opinion to the request that wants it, or that there is none. The step that it leads to holds, and says
    /// itself what is resumed; where it asks the rate-limit service, and that cannot be called, the one after it goes on,
    /// and knows of no earlier phase.
    fn tell(&self, id: u32, machine: &Machine, asker: Asker, answer: Option<(u16, &[u8])>) {
        let applied = self.take(machine, &Input::Opinion { asker, answer });
        self.go_on(id, machine, applied);
        admission::record_early(machine, self);
    }

    /// Takes the answer to a call; false where that is none of a guardrail's. Envoy calls back the context in whose callback
    /// the question was asked, which may be the root's: whose it is, is looked up by the call's number.
    pub fn told(&self, answer: Answer) -> bool {
        let Some((id, asker, machine)) = self.callouts.taken(answer.call) else { return false };
        let Some(machine) = machine else { return true };
        let (status, body) = (answer.status(), callouts::body(answer));
        wake(id, &machine, "opinion", || self.tell(id, &machine, asker, status.zip(body.as_deref())));
        true
    }

    /// Asks what is in no hurry; in a callback of the root.
    pub fn ask_later(&self) {
        while let Some(failed) = self.callouts.ask_next() {
            if let Some((machine, asker)) = failed {
                self.overhear(&machine, asker, None);
            }
        }
    }

    /// The answer to such a call, if it is one.
    pub fn overheard(&self, answer: Answer) -> bool {
        let Some((machine, asker)) = self.callouts.telling(answer.call) else { return false };
        let (status, body) = (answer.status(), callouts::body(answer));
        self.overhear(&machine, asker, status.zip(body.as_deref()));
        true
    }

    /// Hands an opinion to a request that may be over: all that it leads to is an event.
    fn overhear(&self, machine: &Machine, asker: Asker, answer: Option<(u16, &[u8])>) {
        self.take(machine, &Input::Opinion { asker, answer });
    }

    /// Whether services are asked or told something for requests that may be over: the root's end would cancel it.
    pub fn has_calls(&self) -> bool {
        self.callouts.awaits() || self.questions.tells()
    }

    /// Says in Envoy's statistics whether there are such calls.
    pub fn show_calls(&self) {
        self.awaited.show(self.has_calls());
    }

    /// Ends with its root.
    pub fn close(&self) {
        self.courier.borrow_mut().leave();
        self.awaited.show(false);
    }

    /// Waits for no such answer any more. The events that waited go without.
    pub fn give_up(&self) {
        for (machine, asker) in self.callouts.give_up() {
            self.overhear(&machine, asker, None);
        }
    }

    /// The answer of the rate-limit service to a call; as above.
    pub fn granted(&self, call: u32, status: u32, size: usize) {
        let Some((id, machine)) = self.questions.taken(call) else { return };
        wake(id, &machine, "rate-limits", || {
            let answer = rate_service::answer(status, size);
            let input = Input::RateLimits(answer.as_deref().map_err(String::as_str));
            self.go_on(id, &machine, self.take(&machine, &input));
        });
    }

    /// Follows a step of a request that waits, and resumes it where it goes on.
    pub fn go_on(&self, id: u32, machine: &Machine, applied: Applied) {
        if self.follow(id, machine, applied) == Action::Continue
            && let Err(status) = hostcalls::resume_http_request()
        {
            log::error!("spillway: cannot resume a request: {status:?}");
        }
    }

    /// Forgets a request that is over: Envoy has ended its calls.
    pub fn leave(&self, id: u32) {
        self.questions.leave(id);
        self.callouts.leave(id);
    }
}

/// Runs what wakes a request, with its context as the effective one. A request whose machine panics here fails, and
/// no other. Envoy carries out what is asked for after the callback has returned.
pub fn wake(id: u32, machine: &Machine, callback: &str, run: impl FnOnce()) {
    if let Err(status) = hostcalls::set_effective_context(id) {
        log::error!("spillway: a request that waits is not there any more ({callback}): {status:?}");
        return;
    }
    if contained(AdmissionHost::ROLE, callback, run).is_none() {
        failing(AdmissionHost::ROLE, || admission::fail(machine, false));
    }
}
