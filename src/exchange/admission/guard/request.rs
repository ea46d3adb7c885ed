//! The request on its way to a provider.

use super::super::{Admission, Caller, Effect, Moment, Step};
use crate::guardrails::{Body, Outcome, Selection};
use crate::reject::Reject;
use crate::response_id::Mark;
use crate::sanitise::Request;

/// What becomes of a request that passed the filters.
pub(in super::super) enum Admitted {
    /// It may go on, with these effects.
    Go(Vec<Effect>),
    /// Services are asked first.
    Held(Step),
}

impl Admission {
    /// Which guardrails run: by default, by the key, by what the request names, and on the answer those that looked
    /// at the responses `before` it: the provider tells of these again, in `input_items` and where a model repeats them.
    ///
    /// # Errors
    /// 400 for a name that is not configured.
    pub(in super::super) fn select_guardrails(
        &mut self,
        named: &[String],
        before: &[Mark],
    ) -> Result<(), Reject> {
        let from_key = self.caller.as_ref().map(Caller::guardrails).unwrap_or_default();
        let selected = self.setup.guardrails.select(named, &from_key, &self.ask.tags);
        self.guard.selection = selected.map_err(|unknown| unknown.reject())?;
        if !before.is_empty() {
            let looked = |name: &str| before.contains(&Mark::of(name));
            self.setup.guardrails.add_again(&mut self.guard.selection, looked);
        }
        self.guard.is_extended = !(named.is_empty() && self.ask.tags.is_empty() && before.is_empty());
        Ok(())
    }

    /// The guardrails that look at the answer because of what the request says, and not without it.
    pub(in super::super) fn guards_to_keep(&self) -> Vec<Mark> {
        if !self.guard.is_extended {
            return Vec::new();
        }
        let from_key = self.caller.as_ref().map(Caller::guardrails).unwrap_or_default();
        // What the key names was found before, or the request was refused.
        let Ok(without) = self.setup.guardrails.select(&[], &from_key, &[]) else { return Vec::new() };
        self.setup.guardrails.beyond(&self.guard.selection, &without).map(Mark::of).collect()
    }

    /// Whether any guardrail is for this request, at whatever time.
    pub(in super::super) fn is_guarded(&self) -> bool {
        !self.guard.selection.is_empty()
    }

    /// Whether any looks at what is answered.
    pub(in super::super) fn answer_is_guarded(&self) -> bool {
        self.setup.guardrails.look_at_answers(&self.guard.selection)
    }

    /// Whether any of these may do more than tell.
    pub(in super::super) fn answer_may_be_stopped(&self) -> bool {
        self.setup.guardrails.enforce_on_answers(&self.guard.selection)
    }

    /// Runs the filters on the request: what is left of its body, if that is another.
    ///
    /// # Errors
    /// What a filter says that blocks.
    pub(in super::super) fn filter_request(
        &mut self,
        request: &Request,
        body: Body<'_>,
        moment: &Moment<'_>,
    ) -> Result<Option<Vec<u8>>, Reject> {
        let selection: &Selection = &self.guard.selection;
        if selection.is_empty() {
            return Ok(None);
        }
        if request.as_tokens {
            return Err(unreadable_tokens());
        }
        let whose = self.caller.as_ref().map(Caller::hash).unwrap_or_default();
        let known = &mut self.setup.known.borrow_mut();
        let verdict =
            self.setup.guardrails.scan_again(selection, (known, whose), self.dialect, body, moment.clock);
        self.ask.texts = known.tally();
        self.ask.guardrails.extend(verdict.records);
        match verdict.outcome {
            Outcome::Pass => Ok(None),
            Outcome::Masked(body) => Ok(Some(body)),
            Outcome::Blocked(reject) => Err(reject),
        }
    }
}

/// Fails closed: what cannot be looked at does not pass a guardrail.
pub(in super::super) fn unreadable_tokens() -> Reject {
    Reject::invalid(
        "Guardrails apply to this request, and they cannot read a prompt of token numbers. Send it as text.",
    )
    .code("unsupported_value")
}
