//! Answers that are larger than the gateway holds.
//!
//! A response that is judged whole waits in Envoy's buffer. Where that overflows, Envoy answers 500 by itself, asks nobody
//! else, and gives this filter no reason. So the try is ended before: by the length that the provider announces, or by what
//! has come.

use super::response::Held;
use super::{Attempt, Headers, Moment, State, Step};
use crate::config::most_held;
use crate::exchange::header;
use crate::translate::{self, Failure};

impl Attempt {
    /// Most bytes of a response that is held whole.
    #[must_use]
    pub fn most_held(&self) -> u32 {
        most_held(self.settings.max_body_bytes)
    }

    /// Whether a response says that it is larger than that.
    pub(super) fn announces_too_much(&self, headers: &Headers) -> bool {
        let length = header(headers, "content-length").and_then(|length| length.parse::<u64>().ok());
        length.is_some_and(|length| length > u64::from(self.most_held()))
    }

    /// More has come than is held: this.
    pub(super) fn overflow(&mut self, part: &[u8], moment: &Moment<'_>) -> Step {
        match std::mem::replace(&mut self.state, State::Judged) {
            State::Whole(held) => self.too_large(held, part, moment),
            state => {
                self.state = state;
                Step::pass()
            }
        }
    }

    /// The provider has answered, so it wants its money: for the input, and for what of its answer came. What it counted
    /// is in the part that did not. An error counts as one without a body.
    pub(super) fn too_large(&mut self, held: Held, part: &[u8], moment: &Moment<'_>) -> Step {
        self.state = State::Judged;
        let failure = if held.is_success() {
            self.charge_answer(None, part);
            Failure::too_large(self.most_held())
        } else {
            translate::failure(self.api, held.status, b"")
        };
        let cause = failure.cause();
        self.fail_or_go_on(&failure, cause, held.without_body(), moment)
    }
}
