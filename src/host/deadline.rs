//! Wakes tries whose time is up while their response is held: Envoy calls back a root, at a period, and no
//! request.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::Action;

use super::attempt::{self, AttemptHost, moment};
use super::guard::{Fallible, contained, failing};
use super::{effects, state};
use crate::exchange::Step;
use crate::exchange::attempt::{Attempt, Input};

/// Most tries that are woken by one call. Envoy resumes each inside the one before: this bounds its stack.
const MOST_AT_ONCE: usize = 16;

/// A try, shared between its context and the root that wakes it.
pub type Machine = Rc<RefCell<Attempt>>;

/// The tries of one root that wait, by the time at which they are to be woken (microseconds since the epoch)
/// and their contexts' ids. As many as responses are held; each goes when its response does.
#[derive(Default)]
pub struct Deadlines {
    waiting: RefCell<BTreeMap<(u64, u32), Machine>>,
    /// When Envoy calls next; `None`: never.
    armed_us: Cell<Option<u64>>,
}

impl Deadlines {
    /// Wakes those whose time is up; those that are too many for once, a millisecond later.
    pub fn tick(&self) {
        let now_us = state::now_us();
        for _ in 0..MOST_AT_ONCE {
            let Some((id, machine)) = self.next_due(now_us) else { break };
            wake(id, &machine);
        }
        self.arm(self.waiting.borrow().keys().next().map(|(due_us, _)| *due_us));
    }

    fn next_due(&self, now_us: u64) -> Option<(u32, Machine)> {
        let mut waiting = self.waiting.borrow_mut();
        let first = waiting.first_entry().filter(|first| first.key().0 <= now_us)?;
        let ((_, id), machine) = first.remove_entry();
        Some((id, machine))
    }

    fn add(&self, due_us: u64, id: u32, machine: &Machine) {
        self.waiting.borrow_mut().insert((due_us, id), Rc::clone(machine));
        // One that is armed too early finds nothing, and arms anew.
        if self.armed_us.get().is_none_or(|armed_us| due_us < armed_us) {
            self.arm(Some(due_us));
        }
    }

    /// Envoy's period is in whole milliseconds; 0 is never.
    fn arm(&self, due_us: Option<u64>) {
        if self.armed_us.replace(due_us).is_none() && due_us.is_none() {
            return;
        }
        let period_ms =
            due_us.map_or(0, |due_us| due_us.saturating_sub(state::now_us()).div_ceil(1_000).max(1));
        if let Err(status) = hostcalls::set_tick_period(Duration::from_millis(period_ms)) {
            log::error!("spillway: cannot set the tick period: {status:?}");
        }
    }
}

/// A request whose machine panics here fails, and no other.
fn wake(id: u32, machine: &Machine) {
    if let Err(status) = hostcalls::set_effective_context(id) {
        log::error!("spillway: a try whose time is up is not there any more: {status:?}");
        return;
    }
    let expire = || machine.borrow_mut().on(&Input::Deadline, &moment());
    match contained(AttemptHost::ROLE, "deadline", expire) {
        // Once this has begun the try may be over: what fails in there is not answered any more.
        Some(step) => drop(contained(AttemptHost::ROLE, "expiring", || apply(step))),
        None => failing(AttemptHost::ROLE, || attempt::fail(machine)),
    }
}

fn apply(step: Step) {
    let action = effects::apply(step).action;
    if matches!(action, Action::Continue)
        && let Err(status) = hostcalls::resume_http_response()
    {
        log::error!("spillway: cannot resume a response: {status:?}");
    }
}

/// One try's place among those that wait.
pub struct Place {
    deadlines: Rc<Deadlines>,
    id: u32,
    due_us: Option<u64>,
}

impl Place {
    /// The place of the context with this id.
    pub fn new(deadlines: Rc<Deadlines>, id: u32) -> Self {
        Self { deadlines, id, due_us: None }
    }

    /// Takes over what the try says now.
    pub fn update(&mut self, machine: &Machine) {
        let due_us = machine.borrow().deadline_us();
        if due_us == self.due_us {
            return;
        }
        self.leave();
        if let Some(due_us) = due_us {
            self.deadlines.add(due_us, self.id, machine);
        }
        self.due_us = due_us;
    }

    /// Gives the place up. To be called when Envoy ends the try: to resume or answer a request that is over
    /// ends the process.
    pub fn leave(&mut self) {
        if let Some(due_us) = self.due_us.take() {
            self.deadlines.waiting.borrow_mut().remove(&(due_us, self.id));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}
