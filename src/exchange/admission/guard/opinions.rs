//! What the services say of a request and of its answer.

use super::super::{Admission, Effect, Moment, State, Step};
use super::services::{Before, questions};
use super::{Admitted, Answer};
use crate::event::Event;
use crate::exchange::{Asker, Flow, internal_error, overrides};
use crate::guardrails::callout::{About, Decision, Next, Round, Ruling, Selected};
use crate::guardrails::texts::{Passage, texts};
use crate::guardrails::{KeptStream, Mode, Stage};
use crate::reject::Reject;
use crate::sanitise::Request;

impl Admission {
    /// Puts a request before the services of `pre_call`, and lets it go on if there are none. `left`: what the filters
    /// left of its body, if that is not as it was `sent`.
    ///
    /// # Errors
    /// What a service has said before of the same texts, or what cannot be asked.
    pub(in super::super) fn ask_before(
        &mut self,
        request: Request,
        left: Option<Vec<u8>>,
        sent: &[u8],
        moment: &Moment<'_>,
    ) -> Result<Admitted, Reject> {
        let judged = [Mode::PreCall, Mode::DuringCall, Mode::LoggingOnly];
        if judged.iter().all(|mode| self.services_of(*mode).is_empty()) {
            return self.send(request, left, None).map(Admitted::Go);
        }
        let changed = left.is_some();
        let body = left.unwrap_or_else(|| sent.to_vec());
        let passages = self.passages_with_fallbacks(Mode::PreCall, &body)?;
        let Some((round, next)) = self.round(Mode::PreCall, passages, moment) else {
            return self.ask_beside(request, body, changed, moment).map(Admitted::Go);
        };
        let before = Before { round, request, body, changed };
        self.before(before, next, moment)
    }

    fn before(&mut self, before: Before, next: Next, moment: &Moment<'_>) -> Result<Admitted, Reject> {
        let asked = match next {
            Next::Decided(decision) => return self.decided(before, decision, moment).map(Admitted::Go),
            Next::Ask(requests) => vec![Effect::AskGuardrails(questions(Mode::PreCall, requests))],
            Next::Waiting => Vec::new(),
        };
        self.guard.services.before = Some(before);
        self.state = State::Guarding;
        Ok(Admitted::Held(Step::hold(asked)))
    }

    fn decided(
        &mut self,
        before: Before,
        decision: Decision,
        moment: &Moment<'_>,
    ) -> Result<Vec<Effect>, Reject> {
        self.ask.guardrails.extend(decision.records);
        let Before { request, mut body, mut changed, .. } = before;
        match decision.ruling {
            Ruling::Pass => {}
            Ruling::Masked(masked) => {
                body = self.put_back(&body, masked)?;
                changed = true;
            }
            Ruling::Blocked(reject) => return Err(reject),
        }
        self.ask_beside(request, body, changed, moment)
    }

    /// Sends a request, and asks the services that run beside it.
    fn ask_beside(
        &mut self,
        request: Request,
        body: Vec<u8>,
        changed: bool,
        moment: &Moment<'_>,
    ) -> Result<Vec<Effect>, Reject> {
        let mut asks = Vec::new();
        for mode in [Mode::DuringCall, Mode::LoggingOnly] {
            let passages = self.passages_with_fallbacks(mode, &body)?;
            let Some((round, next)) = self.round(mode, passages, moment) else { continue };
            match next {
                Next::Decided(Decision { ruling, records }) => {
                    self.ask.guardrails.extend(records);
                    if let Ruling::Blocked(reject) = ruling {
                        return Err(reject);
                    }
                    continue;
                }
                Next::Ask(requests) if mode == Mode::LoggingOnly => {
                    asks.push(Effect::AskGuardrailsLater(questions(mode, requests)));
                }
                Next::Ask(requests) => asks.push(Effect::AskGuardrails(questions(mode, requests))),
                Next::Waiting => {}
            }
            self.guard.services.beside.push((mode, round));
        }
        let mut effects = self.send(request, changed.then_some(body), None)?;
        effects.extend(asks);
        Ok(effects)
    }

    /// Puts an answer, which the filters have seen, before the services of `post_call`, and lets it go if there are
    /// none.
    pub(super) fn ask_after(&mut self, moment: &Moment<'_>) -> Step {
        let Answer::Asked { body, stream, .. } = &self.guard.answer else { return Step::wait() };
        if self.services_of(Mode::PostCall).is_empty() {
            return self.go_unless_withheld();
        }
        let passages = match stream {
            true => KeptStream::read(body, self.dialect).map(|kept| kept.passages()),
            false => texts(body, self.dialect, Stage::Answer).map(|texts| texts.passages()),
        };
        let passages = match passages {
            Ok(passages) => passages,
            Err(unasked) => return self.refuse_answer(unasked.reject(Stage::Answer)),
        };
        let Some((round, next)) = self.round(Mode::PostCall, passages, moment) else {
            return self.go_unless_withheld();
        };
        self.after(round, next)
    }

    fn after(&mut self, round: Round, next: Next) -> Step {
        let Decision { ruling, records } = match next {
            Next::Decided(decision) => decision,
            Next::Ask(requests) => {
                self.guard.services.after = Some(round);
                return Step::hold(vec![Effect::AskGuardrails(questions(Mode::PostCall, requests))]);
            }
            Next::Waiting => {
                self.guard.services.after = Some(round);
                return Step::wait();
            }
        };
        self.ask.guardrails.extend(records);
        match ruling {
            Ruling::Pass => {}
            Ruling::Masked(masked) if self.mask_answer(&masked) => {}
            Ruling::Masked(_) => return self.refuse_answer(internal_error()),
            Ruling::Blocked(reject) => return self.refuse_answer(reject),
        }
        self.go_unless_withheld()
    }

    /// False where the masks do not fit, which those of a round do.
    fn mask_answer(&mut self, masked: &[String]) -> bool {
        let Answer::Asked { body, stream, changed } = &mut self.guard.answer else { return false };
        let replaced = match stream {
            true => KeptStream::read(body, self.dialect).ok().and_then(|kept| kept.replaced(masked)),
            false => texts(body, self.dialect, Stage::Answer).ok().and_then(|texts| texts.replaced(masked)),
        };
        let Some(replaced) = replaced else { return false };
        *body = replaced;
        *changed = true;
        true
    }

    fn go_unless_withheld(&mut self) -> Step {
        match &self.guard.answer {
            Answer::Asked { body, changed: true, .. } if self.is_too_large_to_put(body.len()) => {
                self.refuse_answer(self.masked_answer_too_large())
            }
            _ if self.guard.services.withhold() => Step::wait(),
            _ => Step::go(self.release_answer()),
        }
    }

    /// What a service answered. What goes on then is resumed by an effect: this is no phase of the request.
    pub(in super::super) fn opinion(
        &mut self,
        asker: Asker,
        answer: Option<(u16, &[u8])>,
        moment: &Moment<'_>,
    ) -> Step {
        let (status, body) = answer.unzip();
        let said = Said { guardrail: asker.guardrail, status, body: body.unwrap_or_default() };
        let step = match asker.mode {
            Mode::PreCall => self.said_before(&said, moment),
            Mode::PostCall => self.said_after(&said, moment),
            mode => self.said_beside(mode, &said, moment),
        };
        Step { flow: Flow::Pause, ..step }
    }

    fn said_before(&mut self, said: &Said<'_>, moment: &Moment<'_>) -> Step {
        let Some(mut before) = self.guard.services.before.take() else { return Step::wait() };
        let next = self.listen(&mut before.round, said, moment);
        match self.before(before, next, moment) {
            Ok(Admitted::Held(step)) => step,
            Ok(Admitted::Go(effects)) => resumed(self.go_or_ask(effects), Effect::ResumeRequest),
            Err(reject) => self.refuse(reject, moment),
        }
    }

    fn said_after(&mut self, said: &Said<'_>, moment: &Moment<'_>) -> Step {
        let Some(mut round) = self.guard.services.after.take() else { return Step::wait() };
        let next = self.listen(&mut round, said, moment);
        let step = self.after(round, next);
        resumed(step, Effect::ResumeResponse)
    }

    fn said_beside(&mut self, mode: Mode, said: &Said<'_>, moment: &Moment<'_>) -> Step {
        let at = self.guard.services.beside.iter().position(|(of, _)| *of == mode);
        let Some((_, mut round)) = at.map(|at| self.guard.services.beside.remove(at)) else {
            return Step::wait();
        };
        let Decision { ruling, records } = match self.listen(&mut round, said, moment) {
            Next::Decided(decision) => decision,
            Next::Ask(requests) => {
                self.guard.services.beside.push((mode, round));
                return Step::hold(vec![Effect::AskGuardrails(questions(mode, requests))]);
            }
            Next::Waiting => {
                self.guard.services.beside.push((mode, round));
                return Step::wait();
            }
        };
        if let Some(mut event) = self.guard.event.take() {
            event.guardrail_information.extend(records);
            return Step::hold(vec![Effect::Emit(event)]);
        }
        self.ask.guardrails.extend(records);
        match ruling {
            // It only tells.
            _ if mode == Mode::LoggingOnly => Step::wait(),
            Ruling::Blocked(reject) => self.refuse_beside(reject),
            _ if self.answer_waits() => resumed(self.go_unless_withheld(), Effect::ResumeResponse),
            _ => Step::wait(),
        }
    }

    /// Ends a request that has been sent: in the place of its answer, if the client has seen nothing of one. Its try is
    /// not to blame.
    fn refuse_beside(&mut self, reject: Reject) -> Step {
        let is_out = self.state == State::Answered && matches!(self.guard.answer, Answer::Free);
        if is_out {
            return Step::wait();
        }
        self.guard.refused_beside = true;
        let mut step = self.refuse_answer(reject);
        step.effects.insert(0, Effect::KeepDeparture);
        step
    }

    /// Whether an answer is held that nothing but services beside the call hold.
    fn answer_waits(&self) -> bool {
        match &self.guard.answer {
            Answer::Withheld | Answer::Stream { .. } | Answer::Cut { .. } => true,
            Answer::Asked { .. } => self.guard.services.after.is_none(),
            Answer::Free | Answer::Whole { .. } => false,
        }
    }

    pub(super) fn services_of(&self, mode: Mode) -> Vec<Selected> {
        self.setup.guardrails.services(&self.guard.selection, mode)
    }

    fn round(&self, mode: Mode, passages: Vec<Passage>, moment: &Moment<'_>) -> Option<(Round, Next)> {
        let services = self.services_of(mode);
        if services.is_empty() {
            return None;
        }
        let stage = if mode == Mode::PostCall { Stage::Answer } else { Stage::Request };
        let mut cache = self.setup.opinions.borrow_mut();
        Some(Round::new(services, stage, passages, self.about(), &mut cache, (moment.clock)()))
    }

    fn listen(&self, round: &mut Round, said: &Said<'_>, moment: &Moment<'_>) -> Next {
        let mut cache = self.setup.opinions.borrow_mut();
        round.answer(said.guardrail, said.status, said.body, &mut cache, (moment.clock)())
    }

    /// Whose texts they are.
    fn about(&self) -> About {
        About {
            caller: self.caller.as_ref().map(super::super::Caller::identity).unwrap_or_default(),
            end_user: self.ask.end_user.clone(),
            model: self.ask.model.clone(),
            call_id: self.id.clone(),
        }
    }

    /// The texts of a request, and behind them those of each fallback's own parameters.
    fn passages_with_fallbacks(&self, mode: Mode, body: &[u8]) -> Result<Vec<Passage>, Reject> {
        if self.services_of(mode).is_empty() {
            return Ok(Vec::new());
        }
        let mut passages = self.passages(body)?;
        for changes in self.own_parameters() {
            passages.extend(self.passages(&overrides::alone(changes))?);
        }
        Ok(passages)
    }

    fn passages(&self, body: &[u8]) -> Result<Vec<Passage>, Reject> {
        texts(body, self.dialect, Stage::Request)
            .map(|texts| texts.passages())
            .map_err(|unasked| unasked.reject(Stage::Request))
    }

    /// Puts masked texts where [`Self::passages_with_fallbacks`] had them from.
    fn put_back(&mut self, body: &[u8], mut masked: Vec<String>) -> Result<Vec<u8>, Reject> {
        let dialect = self.dialect;
        let mut replaced = |body: &[u8]| -> Result<Vec<u8>, Reject> {
            let texts =
                texts(body, dialect, Stage::Request).map_err(|unasked| unasked.reject(Stage::Request))?;
            let rest = masked.split_off(texts.list().len().min(masked.len()));
            let own = std::mem::replace(&mut masked, rest);
            texts.replaced(&own).ok_or_else(internal_error)
        };
        let body = replaced(body)?;
        let legs = self.ask.plan.iter_mut().flat_map(|plan| &mut plan.legs);
        for changes in legs.filter_map(|leg| leg.overrides.as_mut()) {
            let masked = replaced(&overrides::alone(changes))?;
            *changes = serde_json::from_slice(&masked).map_err(|_| internal_error())?;
        }
        Ok(body)
    }

    fn own_parameters(&self) -> impl Iterator<Item = &serde_json::Map<String, serde_json::Value>> {
        self.planned().into_iter().flat_map(|plan| &plan.legs).filter_map(|leg| leg.overrides.as_ref())
    }

    /// The records of what was not decided when the request was over. Those that only tell are waited for.
    pub(in super::super) fn close_guardrails(&mut self, moment: &Moment<'_>) {
        let now_us = (moment.now)();
        let services = std::mem::take(&mut self.guard.services);
        let (telling, beside): (Vec<_>, Vec<_>) =
            services.beside.into_iter().partition(|(mode, _)| *mode == Mode::LoggingOnly);
        let rounds = services.before.map(|before| before.round).into_iter().chain(services.after);
        for mut round in rounds.chain(beside.into_iter().map(|(_, round)| round)) {
            self.ask.guardrails.extend(round.abandon(now_us));
        }
        self.guard.services.beside = telling;
        self.close_stream(now_us);
    }

    /// Tells of a request that is over: at once, or when the services that only tell have answered.
    pub(in super::super) fn emit(&mut self, event: Box<Event>) -> Option<Effect> {
        if !self.guard.services.await_opinions() {
            return Some(Effect::Emit(event));
        }
        self.guard.event = Some(event);
        None
    }
}

/// What a service answered.
struct Said<'a> {
    guardrail: usize,
    status: Option<u16>,
    body: &'a [u8],
}

/// A step that lets go what was held in another phase.
fn resumed(mut step: Step, resume: Effect) -> Step {
    if step.flow == Flow::Continue {
        step.effects.push(resume);
    }
    step
}
