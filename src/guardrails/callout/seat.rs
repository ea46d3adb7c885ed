//! One service's part in a round.

use std::sync::Arc;

use super::answer::Opinion;
use super::ask::{About, Question, Request, ask, fingerprint};
use super::cache::{Cache, Fingerprint};
use super::record::{Report, blocked, enforces, fails_closed, masks, unavailable};
use super::{Selected, read};
use crate::event::GuardrailInformation;
use crate::guardrails::Stage;
use crate::guardrails::texts::Passage;
use crate::reject::Reject;

/// A service with what it was asked and what it said.
#[derive(Debug)]
pub(super) struct Seat {
    selected: Selected,
    /// The texts that it was asked about last.
    asked: Arc<[String]>,
    /// Under which its opinion may be kept.
    fingerprint: Option<Fingerprint>,
    opinion: Option<Opinion>,
    /// Indices of the texts that it wants otherwise than it was shown them.
    changed: Vec<usize>,
    is_cached: bool,
    is_asked_again: bool,
    started_us: u64,
    ended_us: u64,
}

impl Seat {
    pub(super) fn new(selected: Selected, texts: &Arc<[String]>, now_us: u64) -> Self {
        Self {
            selected,
            asked: Arc::clone(texts),
            fingerprint: None,
            opinion: None,
            changed: Vec::new(),
            is_cached: false,
            is_asked_again: false,
            started_us: now_us,
            ended_us: now_us,
        }
    }

    pub(super) fn guardrail(&self) -> usize {
        self.selected.guardrail
    }

    /// The guardrail's name.
    pub(super) fn name(&self) -> &str {
        &self.selected.service.name
    }

    /// Whether its answer is waited for.
    pub(super) fn is_pending(&self) -> bool {
        self.opinion.is_none()
    }

    /// Whether what it says decides.
    pub(super) fn enforces(&self) -> bool {
        enforces(self.selected.mode)
    }

    /// Lets it say what it said of the same texts before; true if it did and that still holds.
    pub(super) fn recall(&mut self, stage: Stage, about: &About, cache: &mut Cache, now_us: u64) -> bool {
        let callout = &self.selected.service.callout;
        if callout.cache_ms == 0 {
            return false;
        }
        let question = Question { stage, texts: &self.asked, about };
        let fingerprint = fingerprint(self.selected.guardrail, callout, &question);
        self.fingerprint = Some(fingerprint);
        let Some(opinion) = cache.find(&fingerprint, now_us / 1_000) else { return false };
        self.is_cached = true;
        self.says(opinion, now_us);
        true
    }

    /// The request that asks it.
    pub(super) fn request(&self, stage: Stage, about: &About) -> (usize, Request) {
        let question = Question { stage, texts: &self.asked, about };
        (self.selected.guardrail, ask(&self.selected.service.callout, &question))
    }

    /// It is to be asked about other texts than before.
    pub(super) fn turn_to(&mut self, texts: &Arc<[String]>) {
        self.asked = Arc::clone(texts);
        self.opinion = None;
        self.changed.clear();
        self.is_cached = false;
        self.is_asked_again = true;
    }

    /// Takes its answer, and keeps it for later if it may be.
    pub(super) fn answer(
        &mut self,
        (status, body): (Option<u16>, &[u8]),
        passages: &[Passage],
        cache: &mut Cache,
        now_us: u64,
    ) {
        let callout = &self.selected.service.callout;
        let opinion = fitting(read(callout, status, body, self.asked.len()), &self.asked, passages);
        if let Some(fingerprint) = self.fingerprint {
            cache.keep(fingerprint, &opinion, (now_us / 1_000).saturating_add(callout.cache_ms));
        }
        self.says(opinion, now_us);
    }

    pub(super) fn says(&mut self, opinion: Opinion, now_us: u64) {
        if let Opinion::Masked(texts) = &opinion {
            self.changed = changed(texts, &self.asked).collect();
        }
        self.opinion = Some(opinion);
        self.ended_us = now_us;
    }

    /// The answer to the client if it does not let the texts pass.
    ///
    /// One that wanted texts masked, and then could not be asked about what another made of them, has not failed
    /// open: what it objected to would pass.
    pub(super) fn refusal(&self) -> Option<Reject> {
        match self.opinion.as_ref()? {
            Opinion::Block(objection) => self.enforces().then(|| blocked(&self.selected, objection)),
            Opinion::Failed(why) => {
                let refuses = fails_closed(&self.selected) || self.is_asked_again;
                refuses.then(|| unavailable(&self.selected, why))
            }
            Opinion::Pass | Opinion::Masked(_) => None,
        }
    }

    /// Makes its masks on the texts as the services before it left them; false if one of those has changed a text
    /// that it changes too, and which it has not seen so.
    pub(super) fn mask(&self, texts: &mut [String]) -> bool {
        let Some(Opinion::Masked(masked)) = self.opinion.as_ref().filter(|_| masks(self.selected.mode))
        else {
            return true;
        };
        if self.changed.iter().any(|index| texts.get(*index) != self.asked.get(*index)) {
            return false;
        }
        for index in &self.changed {
            if let (Some(text), Some(masked)) = (texts.get_mut(*index), masked.get(*index)) {
                text.clone_from(masked);
            }
        }
        true
    }

    /// Its record; `now_us` ends it if its answer is not waited for any more.
    pub(super) fn record(&self, now_us: u64) -> GuardrailInformation {
        let report = Report {
            selected: &self.selected,
            opinion: self.opinion.as_ref(),
            is_cached: self.is_cached,
            changed: &self.changed,
            started_us: self.started_us,
            ended_us: if self.is_pending() { now_us } else { self.ended_us },
        };
        report.record()
    }
}

fn changed(texts: &[String], asked: &[String]) -> impl Iterator<Item = usize> {
    texts.iter().zip(asked).enumerate().filter(|(_, (text, asked))| text != asked).map(|(index, _)| index)
}

/// The opinion, or a failure where a text of it cannot stand in its place.
fn fitting(opinion: Opinion, asked: &[String], passages: &[Passage]) -> Opinion {
    let Opinion::Masked(texts) = &opinion else { return opinion };
    let fits = |index: &usize| {
        let pair = passages.get(*index).zip(texts.get(*index));
        pair.is_some_and(|(passage, text)| passage.takes(text))
    };
    let unfit = changed(texts, asked).find(|index| !fits(index));
    match unfit {
        Some(index) => Opinion::Failed(format!("its text {index} is not JSON as the one it replaces")),
        None => opinion,
    }
}
