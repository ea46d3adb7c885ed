//! One stage of one request, put before every service that judges it.
//!
//! ```text
//! new ─▶ Ask(all at once) ─▶ answer … answer ─▶ Decided
//!                                  └─▶ Ask(again) ─▶ answer ─┘
//! ```
//!
//! Who answers first decides nothing: of several that refuse the texts, the first in the configuration's order is
//! the one that the client hears of. Masks are made in that order, too. A service that wants a text changed that
//! one before it has changed is asked again, about the texts as they are then; this happens once for each service
//! at most, since those before it are settled.

use std::sync::Arc;

use super::Selected;
use super::answer::Opinion;
use super::ask::{About, Request};
use super::cache::Cache;
use super::seat::Seat;
use crate::event::GuardrailInformation;
use crate::guardrails::Stage;
use crate::guardrails::texts::Passage;
use crate::reject::Reject;

/// The services that judge one stage of a request.
///
/// A round is decided once all have answered. Those whose answers are not to wait for each other (in `pre_call`,
/// `during_call`, `logging_only`) belong in rounds of their own.
#[derive(Debug)]
pub struct Round {
    /// In the order of the configuration.
    seats: Vec<Seat>,
    stage: Stage,
    passages: Vec<Passage>,
    about: About,
    is_decided: bool,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing, until another answer.
    Waiting,
    /// These requests are to be sent, each with the index of its guardrail, to be given back with the answer.
    Ask(Vec<(usize, Request)>),
    /// All is known. Requests that are still under way can be given up.
    Decided(Decision),
}

/// What the services have decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What becomes of the texts.
    pub ruling: Ruling,
    /// One for each service, in order.
    pub records: Vec<GuardrailInformation>,
}

/// What becomes of texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Ruling {
    /// They pass as they are.
    Pass,
    /// They pass as these.
    Masked(Vec<String>),
    /// They do not: the answer to the client.
    Blocked(Reject),
}

impl Round {
    /// Begins: what was said before of the same texts counts, the other services are to be asked.
    ///
    /// Without texts nobody is asked: there is nothing to judge.
    #[must_use]
    pub fn new(
        services: Vec<Selected>,
        stage: Stage,
        passages: Vec<Passage>,
        about: About,
        cache: &mut Cache,
        now_us: u64,
    ) -> (Self, Next) {
        let texts: Arc<[String]> = passages.iter().map(|passage| passage.text.clone()).collect();
        let seats = services.into_iter().map(|service| Seat::new(service, &texts, now_us)).collect();
        let mut round = Self { seats, stage, passages, about, is_decided: false };
        let mut asks = Vec::new();
        for seat in &mut round.seats {
            if texts.is_empty() {
                seat.says(Opinion::Pass, now_us);
            } else if !seat.recall(stage, &round.about, cache, now_us) {
                asks.push(seat.request(stage, &round.about));
            }
        }
        let next = match round.settle(cache, now_us) {
            Next::Waiting => Next::Ask(asks),
            other => other,
        };
        (round, next)
    }

    /// Takes an answer: its status, `None` if none came, and its body. One that nobody waits for is dropped.
    pub fn answer(
        &mut self,
        guardrail: usize,
        status: Option<u16>,
        body: &[u8],
        cache: &mut Cache,
        now_us: u64,
    ) -> Next {
        let waits = |seat: &&mut Seat| seat.guardrail() == guardrail && seat.is_pending();
        let Some(seat) = self.seats.iter_mut().find(waits).filter(|_| !self.is_decided) else {
            return Next::Waiting;
        };
        seat.answer((status, body), &self.passages, cache, now_us);
        self.settle(cache, now_us)
    }

    /// Names of the guardrails that are asked.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.seats.iter().map(Seat::name)
    }

    /// Ends the round before it is decided, because nobody waits for it any more: the records as they stand.
    pub fn abandon(&mut self, now_us: u64) -> Vec<GuardrailInformation> {
        if std::mem::replace(&mut self.is_decided, true) {
            return Vec::new();
        }
        self.records(now_us)
    }

    fn settle(&mut self, cache: &mut Cache, now_us: u64) -> Next {
        if let Some(reject) = self.refusal() {
            return self.decide(Ruling::Blocked(reject), now_us);
        }
        // Ends: each turn settles a further service.
        while !self.seats.iter().any(Seat::is_pending) {
            let mut texts: Vec<String> = self.passages.iter().map(|passage| passage.text.clone()).collect();
            let Some(seat) = self.seats.iter_mut().find(|seat| !seat.mask(&mut texts)) else {
                let is_changed =
                    texts.iter().zip(&self.passages).any(|(text, passage)| *text != passage.text);
                let ruling = if is_changed { Ruling::Masked(texts) } else { Ruling::Pass };
                return self.decide(ruling, now_us);
            };
            seat.turn_to(&texts.into());
            if !seat.recall(self.stage, &self.about, cache, now_us) {
                return Next::Ask(vec![seat.request(self.stage, &self.about)]);
            }
            if let Some(reject) = self.refusal() {
                return self.decide(Ruling::Blocked(reject), now_us);
            }
        }
        Next::Waiting
    }

    /// Of the first service that refuses the texts, if all before it have answered.
    fn refusal(&self) -> Option<Reject> {
        let deciding = self.seats.iter().filter(|seat| seat.enforces());
        deciding.take_while(|seat| !seat.is_pending()).find_map(Seat::refusal)
    }

    fn decide(&mut self, ruling: Ruling, now_us: u64) -> Next {
        self.is_decided = true;
        Next::Decided(Decision { ruling, records: self.records(now_us) })
    }

    fn records(&self, now_us: u64) -> Vec<GuardrailInformation> {
        self.seats.iter().map(|seat| seat.record(now_us)).collect()
    }
}
