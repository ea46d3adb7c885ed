//! What the delivery of events asks of a request: to stay out while there is no room for its event, and, where
//! nothing may be lost, to be on record before its client has the end of the answer.

use super::{Admission, Moment, State};
use crate::config::WhenFull;
use crate::event::Event;
use crate::exchange::outbox::is_full;
use crate::exchange::{Effect, Step};
use crate::reject::Reject;

/// The longest pause of a courier: the ledger may be found again by then.
const RETRY_AFTER_S: u64 = 2;

impl Admission {
    /// Refuses a request of which no event could be kept, where the configuration wants that. It leaves none.
    pub(super) fn refuse_when_full(&mut self, moment: &Moment<'_>) -> Option<Step> {
        let delivery = &self.setup.settings.delivery;
        if delivery.when_full == WhenFull::DropOldest || !is_full(moment.shared, delivery.outbox_bytes) {
            return None;
        }
        self.ask.for_a_model = false;
        let mut step = self.refuse(full(), moment);
        step.effects.push(Effect::CountFull);
        Some(step)
    }

    /// Hands the event on: at once to a file, where that is wanted, and to the outbox when it is complete.
    pub(super) fn deliver(&mut self, event: Box<Event>) -> Vec<Effect> {
        let record = self.setup.settings.delivery.durable.then(|| Effect::Record(event.clone()));
        record.into_iter().chain(self.emit(event)).collect()
    }

    /// The last byte of the answer has come, and the step for it was taken.
    pub fn answer_came_whole(&mut self) {
        self.ask.whole = true;
    }

    /// Whether the ledger is to be told now, before the end of the answer is let go, by giving
    /// [`Input::Done`](super::Input::Done) early.
    #[must_use]
    pub fn records_before_its_end(&self) -> bool {
        self.setup.settings.delivery.durable
            && self.ask.whole
            && !self.ask.told
            && self.state == State::Answered
            && !self.withholds_answer()
    }
}

fn full() -> Reject {
    let message = "The gateway keeps a record of every request, and has no room for more: the ledger takes none right \
                   now. Try again.";
    let mut reject = Reject::new(503, "service_unavailable_error", message).code("outbox_full");
    reject.retry_after = Some(RETRY_AFTER_S);
    reject
}
