//! The services that guardrails are, and what of a request waits for them.

use crate::exchange::{Asker, Question};
use crate::guardrails::Mode;
use crate::guardrails::callout::{Request, Round};
use crate::sanitise;

/// What is asked for one request.
#[derive(Default)]
pub(in super::super) struct Services {
    /// The request, held until those of `pre_call` have answered.
    pub(super) before: Option<Before>,
    /// The rounds of `during_call` and `logging_only`, which are beside the request.
    pub(super) beside: Vec<(Mode, Round)>,
    /// The round of `post_call`.
    pub(super) after: Option<Round>,
}

/// A request that waits.
pub(super) struct Before {
    pub round: Round,
    pub request: sanitise::Request,
    /// As the filters left it.
    pub body: Vec<u8>,
    /// It is not what the client sent.
    pub changed: bool,
}

impl Services {
    /// Envoy has answered a request that is held: nobody waits any more for what is said of it.
    pub fn forget_before(&mut self) {
        self.before = None;
    }

    /// The request is not sent, and nobody is asked beside it.
    pub fn forget_beside(&mut self) {
        self.beside.clear();
    }

    /// Whether services that only tell have not answered.
    pub fn await_opinions(&self) -> bool {
        self.beside.iter().any(|(mode, _)| *mode == Mode::LoggingOnly)
    }

    /// Whether the answer waits for what services say of the request.
    pub fn withhold(&self) -> bool {
        self.beside.iter().any(|(mode, _)| *mode == Mode::DuringCall)
    }
}

/// What the host is to send for a round.
pub(super) fn questions(mode: Mode, requests: Vec<(usize, Request)>) -> Vec<Question> {
    let question = |(guardrail, request): (usize, Request)| Question {
        asker: Asker { guardrail, mode },
        cluster: request.cluster,
        headers: request.headers,
        body: request.body,
        timeout_ms: request.timeout_ms,
    };
    requests.into_iter().map(question).collect()
}
