//! Streams that clients are reading. When a client leaves, its request is told of before its try hears that it is over:
//! what came until then is asked of the try itself, which lives in the same VM. To keep it in filter state with every
//! piece would be a call to the host for each.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::deadline::Machine;
use crate::exchange::context::Spent;

thread_local! {
    /// By the request's id. As many as streams are under way; each goes with its try.
    static SHOWN: RefCell<HashMap<String, Machine>> = RefCell::default();
}

/// What the stream that a request's client is reading costs if it ends here.
pub fn owed(request_id: &str) -> Option<Spent> {
    let machine = SHOWN.with_borrow(|shown| shown.get(request_id).map(Rc::clone))?;
    let machine = machine.try_borrow().ok()?;
    machine.owed_now()
}

/// One try's place among them.
#[derive(Default)]
pub struct Shown {
    request_id: Option<String>,
}

impl Shown {
    /// Takes the place, once the client is reading.
    pub fn update(&mut self, machine: &Machine) {
        if self.request_id.is_some() {
            return;
        }
        let Some(id) = machine.borrow().shown_to().map(str::to_owned) else { return };
        SHOWN.with_borrow_mut(|shown| shown.insert(id.clone(), Rc::clone(machine)));
        self.request_id = Some(id);
    }

    /// Gives it up.
    pub fn leave(&mut self) {
        if let Some(id) = self.request_id.take() {
            SHOWN.with_borrow_mut(|shown| shown.remove(&id));
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.leave();
    }
}
