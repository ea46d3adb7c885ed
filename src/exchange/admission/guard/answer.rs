//! The answer on its way to the client.

use super::super::answer::{APPLIED, INTERNAL, INTERNAL_AND_LENGTH};
use super::super::{Admission, Effect, Moment, Reply, State, Step};
use super::{Answer, Wants};
use crate::guardrails::{Mode, Outcome, Stage};
use crate::reject::Reject;

impl Admission {
    /// What of the response's body is to be given.
    #[must_use]
    pub fn wants_answer(&self) -> Wants {
        match &self.guard.answer {
            _ if self.state == State::Replacing => Wants::End,
            Answer::Free => Wants::Nothing,
            Answer::Withheld | Answer::Whole { .. } | Answer::Asked { .. } => Wants::Whole,
            Answer::Stream { held, .. } | Answer::Cut { held } => Wants::Pieces { held: *held },
        }
    }

    /// Whether an answer has come of which the client has not got the end.
    #[must_use]
    pub fn withholds_answer(&self) -> bool {
        match &self.guard.answer {
            Answer::Withheld | Answer::Whole { .. } | Answer::Asked { .. } => true,
            Answer::Stream { held, .. } | Answer::Cut { held } => *held > 0,
            Answer::Free => false,
        }
    }

    /// Decides what becomes of an answer, with the headers that it gets. Errors are not looked at: they are the
    /// provider's words, not the model's.
    pub(in super::super) fn guard_head(
        &mut self,
        headers: Vec<(&'static str, String)>,
        stream: bool,
        end: bool,
        moment: &Moment<'_>,
    ) -> Step {
        let withheld = self.guard.services.withhold();
        let judged = self.ask.status < 400 && !end && self.answer_is_guarded();
        self.guard.answer = match (judged, stream) {
            (true, true) if !self.services_judge_the_answer() => {
                let compiled = &self.setup.guardrails;
                match compiled.stream(&self.guard.selection, self.dialect, (moment.clock)()) {
                    Some(guard) => Answer::Stream { guard: Box::new(guard), held: 0 },
                    None => Answer::Withheld,
                }
            }
            (true, stream) => Answer::Whole { stream },
            (false, _) if withheld => Answer::Withheld,
            (false, _) => Answer::Free,
        };
        let remove: &[&str] = match &self.guard.answer {
            Answer::Free | Answer::Withheld => &INTERNAL,
            _ => &INTERNAL_AND_LENGTH,
        };
        let goes = match &self.guard.answer {
            Answer::Free => true,
            Answer::Stream { .. } => !withheld,
            _ => false,
        };
        let mut set = headers;
        if !goes {
            self.guard.headers.clone_from(&set);
        }
        set.extend(self.gateway_headers());
        let effects = vec![Effect::EditResponseHeaders { remove, set }];
        if goes { Step::go(effects) } else { Step::hold(effects) }
    }

    /// The guardrails that have run, that services were asked for, or that look at the stream: each once, since one looks
    /// at a fallback's own parameters as well as at the request. `None` where there are none.
    pub(in super::super) fn applied_guardrails(&self) -> Option<String> {
        let recorded = self.ask.guardrails.iter().map(|record| record.guardrail_name.as_str());
        let asked = self.guard.services.beside.iter().flat_map(|(_, round)| round.names());
        let passing = match &self.guard.answer {
            Answer::Stream { guard, .. } => Some(guard.names(&self.setup.guardrails)),
            _ => None,
        };
        let mut names: Vec<&str> = Vec::new();
        for name in recorded.chain(asked).chain(passing.into_iter().flatten()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| names.join(","))
    }

    fn services_judge_the_answer(&self) -> bool {
        !self.services_of(Mode::PostCall).is_empty()
    }

    /// A piece of the answer, or all of it.
    pub(in super::super) fn answer_body(&mut self, body: &[u8], end: bool, moment: &Moment<'_>) -> Step {
        match &self.guard.answer {
            _ if self.state == State::Replacing => self.replaced(end),
            Answer::Free => Step::pass(),
            Answer::Withheld | Answer::Asked { .. } => Step::wait(),
            Answer::Whole { stream: true } => self.whole_stream(body, moment),
            Answer::Whole { stream: false } => self.whole_answer(body, moment),
            Answer::Stream { .. } => self.piece(body, end, moment),
            Answer::Cut { .. } => self.pass_piece(Vec::new()),
        }
    }

    fn whole_answer(&mut self, body: &[u8], moment: &Moment<'_>) -> Step {
        let compiled = &self.setup.guardrails;
        let verdict = compiled.scan(&self.guard.selection, Stage::Answer, self.dialect, body, moment.clock);
        self.ask.guardrails.extend(verdict.records);
        let (body, changed) = match verdict.outcome {
            Outcome::Blocked(reject) => return self.refuse_answer(reject),
            Outcome::Masked(masked) => (masked, true),
            // Services are asked about a copy: the body itself waits in Envoy's buffer.
            Outcome::Pass if self.services_judge_the_answer() => (body.to_vec(), false),
            Outcome::Pass => (Vec::new(), false),
        };
        self.guard.answer = Answer::Asked { body, stream: false, changed };
        self.ask_after(moment)
    }

    /// Lets an answer go that was held, which nobody withholds any more.
    pub(super) fn release_answer(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        match std::mem::take(&mut self.guard.answer) {
            Answer::Asked { body, changed, .. } => {
                let applied = self.applied_guardrails();
                effects.extend(applied.map(|names| Effect::SetResponseHeader(APPLIED, names)));
                effects.extend(changed.then_some(Effect::ReplaceResponseBody(body)));
            }
            Answer::Stream { guard, .. } => self.guard.answer = Answer::Stream { guard, held: 0 },
            Answer::Cut { .. } => self.guard.answer = Answer::Cut { held: 0 },
            whole @ Answer::Whole { .. } => self.guard.answer = whole,
            Answer::Free | Answer::Withheld => {}
        }
        effects
    }

    /// Answers an error in the place of an answer of which the client has seen nothing.
    pub(super) fn refuse_answer(&mut self, reject: Reject) -> Step {
        let mut headers = self.gateway_headers();
        headers.append(&mut self.guard.headers);
        headers.push(("content-type", "application/json".to_owned()));
        let reply = Reply { status: reject.status, headers, body: reject.body(self.dialect) };
        self.ask.rejected = Some(reject);
        self.guard.answer = Answer::Free;
        self.reply(reply)
    }
}
