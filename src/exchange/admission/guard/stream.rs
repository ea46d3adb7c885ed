//! A streamed answer, looked at as it passes.

use super::super::{Admission, Effect, Moment, Step};
use super::Answer;
use crate::guardrails::Flow;
use crate::reject::Reject;
use crate::translate::{self, Failure};

impl Admission {
    /// What has come of a stream.
    pub(super) fn piece(&mut self, body: &[u8], end: bool, moment: &Moment<'_>) -> Step {
        let Answer::Stream { mut guard, held } = std::mem::take(&mut self.guard.answer) else {
            return Step::pass();
        };
        let mut put = Vec::new();
        let compiled = &self.setup.guardrails;
        let mut flow = guard.push(compiled, body, &mut put);
        if end && flow == Flow::Going {
            flow = guard.end(compiled, &mut put);
        }
        if end || flow == Flow::Blocked {
            self.ask.guardrails.extend(guard.records(compiled, (moment.clock)()));
        }
        let reject = guard.reject(compiled);
        self.guard.answer = match reject {
            Some(reject) => {
                self.end_stream(reject, guard.next_sequence(), &mut put);
                Answer::Cut { held }
            }
            None if end => Answer::Cut { held },
            None => Answer::Stream { guard, held },
        };
        self.pass_piece(put)
    }

    /// Puts what comes of a piece in its place, behind what is held.
    pub(super) fn pass_piece(&mut self, put: Vec<u8>) -> Step {
        let withheld = self.guard.services.withhold();
        let (Answer::Stream { held, .. } | Answer::Cut { held }) = &mut self.guard.answer else {
            return Step::pass();
        };
        let from = *held;
        *held = if withheld { from + put.len() } else { 0 };
        let held = *held;
        if self.is_too_large_to_put(held) {
            return self.refuse_answer(self.masked_answer_too_large());
        }
        let effects = vec![Effect::PutResponseBody { from, put }];
        if withheld { Step::hold(effects) } else { Step::go(effects) }
    }

    /// A stream that was held to its end, because services are asked about it.
    pub(super) fn whole_stream(&mut self, body: &[u8], moment: &Moment<'_>) -> Step {
        let compiled = &self.setup.guardrails;
        let Some(mut guard) = compiled.stream(&self.guard.selection, self.dialect, (moment.clock)()) else {
            self.guard.answer = Answer::Asked { body: body.to_vec(), stream: true, changed: false };
            return self.ask_after(moment);
        };
        let mut left = Vec::with_capacity(body.len());
        guard.push(compiled, body, &mut left);
        guard.end(compiled, &mut left);
        self.ask.guardrails.extend(guard.records(compiled, (moment.clock)()));
        if let Some(reject) = guard.reject(compiled) {
            return self.refuse_answer(reject);
        }
        self.guard.answer = Answer::Asked { body: left, stream: true, changed: true };
        self.ask_after(moment)
    }

    /// Tells the client why its stream ends.
    fn end_stream(&mut self, reject: Reject, sequence: u64, put: &mut Vec<u8>) {
        let failure = Failure {
            status: reject.status,
            message: reject.message.clone(),
            kind: reject.kind.to_owned(),
            code: reject.code.map(str::to_owned),
            param: reject.param.clone(),
            details: None,
        };
        put.extend(translate::error_event(self.dialect, &failure, sequence));
        self.ask.rejected = Some(reject);
    }

    /// The records of a stream that did not come to its end.
    pub(in super::super) fn close_stream(&mut self, now_us: u64) {
        if let Answer::Stream { guard, .. } = &self.guard.answer {
            self.ask.guardrails.extend(guard.records(&self.setup.guardrails, now_us));
        }
        self.guard.answer = Answer::Free;
    }
}
