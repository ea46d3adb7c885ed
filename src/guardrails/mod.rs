//! Guardrails: what may not pass, and what was found.
//!
//! Two sorts. A *content filter* (words, expressions, prebuilt patterns, categories) runs here: all selected ones look
//! at a text in one pass, and block what holds a match or mask the match. A *service* is asked by others; here is what it
//! is asked, and how its answer is read ([`callout`], [`texts`]).
//!
//! What is looked at is every string that the model may read, or wrote, found by walking the body as JSON, not by
//! knowing each dialect's fields: a field that nobody has heard of is looked at too. `zone` holds the short
//! list of what is not: identifiers, the root's `metadata` and the like, and base64 data. Strings are
//! compared decoded, and in all their `views`: without invisible characters, in plain letters. JSON inside a string (a
//! tool call's arguments), and a value that is the caller's own JSON, are looked at twice: as a whole, and text by
//! text. What is cut over neighbouring texts is found at their `seams`; over the events of a stream, by a
//! [`StreamGuard`], which holds back what may become a match.
//!
//! Masking replaces the matched bytes of the body and leaves every other byte as it was.
//!
//! Not found: look-alike letters of other scripts, and what is inside a file (`tests/evasion` has the list). A prompt of
//! token numbers cannot be read at all: whoever runs guardrails refuses it.
//!
//! Knows JSON, words and regular expressions. Knows no key, no provider, no host, and sends nothing.

pub mod callout;
mod category;
mod cover;
mod decode;
mod edit;
mod encoded;
mod escape;
mod findings;
mod gates;
mod known;
mod look;
mod matcher;
mod media;
mod mode;
mod near;
mod place;
pub mod prebuilt;
mod reader;
mod record;
mod rule;
mod scan;
mod schema;
mod seams;
mod search;
mod selection;
mod settings;
mod source;
mod stream;
pub mod texts;
mod views;
mod walk;
mod zone;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::event::GuardrailInformation;
use crate::reject::Reject;
use crate::wire::Dialect;
use crate::wire::check::Walked;

pub use known::{KNOWN_TEXTS, Known, Secret, Tally};
pub use mode::{Mode, Modes, Stage};
pub use rule::CompileError;
pub use selection::{Selection, UnknownGuardrail};
pub use settings::{
    Action, BlockedWord, Category, ContentFilter, Decode, Guardrail, Keyword, Kind, Pattern, Severity,
};
pub use stream::{Flow, KeptStream, StreamGuard};

use callout::{Selected, Service};
use known::Recall;
use look::Look;
use matcher::Matcher;
use rule::Rule;
use scan::Scan;
use selection::Running;
use stream::Reach;

/// Every configured guardrail, ready to run. Built once per configuration.
#[derive(Debug)]
pub struct Compiled {
    guardrails: Vec<Named>,
    has_services: bool,
    /// Of all guardrails, in their order; within one, patterns before words.
    rules: Vec<Rule>,
    matcher: Matcher,
    /// How far each rule's matches reach.
    reaches: Vec<Reach>,
}

/// A guardrail without its rules.
#[derive(Debug)]
struct Named {
    name: String,
    id: String,
    default_on: bool,
    modes: Modes,
    /// It refuses what no rule can read.
    refuses_unscanned: bool,
    /// `None`: it runs inside the gateway.
    service: Option<Arc<Service>>,
}

/// What the guardrails made of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// One record per guardrail that ran, in the order of the configuration. The guardrails after one that
    /// blocked did not run: they have none.
    pub records: Vec<GuardrailInformation>,
    /// What becomes of the request.
    pub outcome: Outcome,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing was found.
    Pass,
    /// The body with every match replaced.
    Masked(Vec<u8>),
    /// The answer to the client.
    Blocked(Reject),
}

/// A JSON body that is looked at.
#[derive(Clone, Debug)]
pub enum Body<'b> {
    /// As it came.
    Bytes(&'b [u8]),
    /// It was walked over before.
    Walked(Walked<'b>),
}

impl<'b, T: AsRef<[u8]> + ?Sized> From<&'b T> for Body<'b> {
    fn from(bytes: &'b T) -> Self {
        Self::Bytes(bytes.as_ref())
    }
}

impl Compiled {
    /// Compiles all rules.
    ///
    /// # Errors
    /// The first rule that cannot be used: an invalid or too large regular expression, one that matches the
    /// empty text, an empty word, a guardrail's name used twice.
    pub fn new(settings: &[Guardrail]) -> Result<Self, CompileError> {
        let rules = rule::rules(settings)?;
        let matcher = Matcher::new(settings, &rules)?;
        let reaches = rules.iter().map(|rule| Reach::of(rule, settings)).collect();
        let guardrails: Vec<Named> = settings.iter().map(Named::new).collect();
        let has_services = guardrails.iter().any(|guardrail| guardrail.service.is_some());
        Ok(Self { guardrails, has_services, rules, matcher, reaches })
    }

    /// Names of the guardrails, in the order of the configuration.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.guardrails.iter().map(|guardrail| guardrail.name.as_str())
    }

    /// Which guardrails run: those that always do, and those that the request and its key name. `tags` are the
    /// request's, by which a guardrail may choose its mode.
    ///
    /// # Errors
    /// A name that is not configured. A guardrail that somebody relies on and that does not run would fail open.
    pub fn select(
        &self,
        requested: &[String],
        from_key: &[String],
        tags: &[String],
    ) -> Result<Selection, UnknownGuardrail> {
        let mut runs: Vec<bool> = self.guardrails.iter().map(|guardrail| guardrail.default_on).collect();
        for name in requested.iter().chain(from_key) {
            let index = self.names().position(|known| known == name);
            let run = index.and_then(|index| runs.get_mut(index));
            *run.ok_or_else(|| UnknownGuardrail { name: name.clone() })? = true;
        }
        let modes = |(guardrail, runs): (&Named, bool)| {
            if runs { guardrail.modes.with(tags) } else { Vec::new() }
        };
        Ok(Selection::new(self.guardrails.iter().zip(runs).map(modes).collect()))
    }

    /// Names of those that look at the answer with one selection and not with another.
    pub fn beyond(&self, selection: &Selection, other: &Selection) -> impl Iterator<Item = &str> {
        let looks = |selection: &Selection, index| selection.runs(index, Mode::PostCall);
        let beyond = move |index: &usize| looks(selection, *index) && !looks(other, *index);
        let indices: Vec<usize> = (0..self.guardrails.len()).filter(beyond).collect();
        indices.into_iter().filter_map(|index| Some(self.guardrails.get(index)?.name.as_str()))
    }

    /// Adds those that `looked` at an answer that was made before: they look at this one, too.
    pub fn add_again(&self, selection: &mut Selection, looked: impl Fn(&str) -> bool) {
        for (index, _) in self.names().enumerate().filter(|(_, name)| looked(name)) {
            selection.add(index, Mode::PostCall);
        }
    }

    /// Runs the selected guardrails that need nobody else on a request before it is sent to a provider, or on the
    /// answer before the client gets it.
    ///
    /// `body` is the whole JSON body in the client's dialect; one that is not JSON is refused. `now_us` is the
    /// clock of the records, in microseconds since the Unix epoch.
    pub fn scan<'b>(
        &self,
        selection: &Selection,
        stage: Stage,
        dialect: Dialect,
        body: impl Into<Body<'b>>,
        now_us: &dyn Fn() -> u64,
    ) -> Verdict {
        let side = zone::Side { dialect, stage };
        self.scan_with(selection, side, &body.into(), None, now_us)
    }

    /// [`scan`](Self::scan)s a request, and passes over texts that are known: nothing was found in them when the same
    /// caller sent them before. `known_of`: what is known, and a name of the caller.
    pub fn scan_again<'b>(
        &self,
        selection: &Selection,
        known_of: (&mut Known, &str),
        dialect: Dialect,
        body: impl Into<Body<'b>>,
        now_us: &dyn Fn() -> u64,
    ) -> Verdict {
        let side = zone::Side { dialect, stage: Stage::Request };
        self.scan_with(selection, side, &body.into(), Some(known_of), now_us)
    }

    fn scan_with(
        &self,
        selection: &Selection,
        side: zone::Side,
        body: &Body<'_>,
        known_of: Option<(&mut Known, &str)>,
        now_us: &dyn Fn() -> u64,
    ) -> Verdict {
        let stage = side.stage;
        let running = selection.at(stage, |index| self.is_local(index));
        if running.is_empty() {
            return Verdict { records: Vec::new(), outcome: Outcome::Pass };
        }
        let started_us = now_us();
        let recall = known_of.and_then(|(known, whose)| Recall::new(known, whose, &running));
        let scanned = Scan::new(self.look(&running), side).recalling(recall).body(body);
        let (findings, masked) = match scanned {
            Ok(scanned) => scanned,
            Err(malformed) => {
                return Verdict { records: Vec::new(), outcome: Outcome::Blocked(malformed.reject(stage)) };
            }
        };
        let (running, findings) = (&running, &findings);
        let report = record::Report { compiled: self, running, findings, started_us, ended_us: now_us() };
        let blocking = report.blocking_guardrail();
        let outcome = match (blocking, masked) {
            (Some(guardrail), _) => Outcome::Blocked(report.reject(guardrail)),
            (None, Some(body)) => Outcome::Masked(body),
            (None, None) => Outcome::Pass,
        };
        let ran = running.iter().filter(|index| blocking.is_none_or(|last| *index <= last));
        Verdict { records: ran.map(|index| report.record(index)).collect(), outcome }
    }

    /// The selected guardrails that are services and are asked in this mode, in the order of the configuration. A
    /// [`Round`](callout::Round) asks them. Of a request, one that is asked before the call is not asked beside it.
    #[must_use]
    pub fn services(&self, selection: &Selection, mode: Mode) -> Vec<Selected> {
        if !self.has_services {
            return Vec::new();
        }
        let stage = if mode == Mode::PostCall { Stage::Answer } else { Stage::Request };
        let running = selection.at(stage, |index| !self.is_local(index));
        let selected = |guardrail: usize| {
            let service = self.guardrails.get(guardrail)?.service.as_ref()?;
            Some(Selected { guardrail, mode, service: Arc::clone(service) })
        };
        running.iter().filter(|index| running.mode(*index) == Some(mode)).filter_map(selected).collect()
    }

    /// Whether any selected guardrail looks at answers.
    #[must_use]
    pub fn look_at_answers(&self, selection: &Selection) -> bool {
        if selection.is_empty() {
            return false;
        }
        let filters = selection.at(Stage::Answer, |index| self.is_local(index));
        !filters.is_empty() || !self.services(selection, Mode::PostCall).is_empty()
    }

    /// Whether any of these may change or refuse an answer.
    #[must_use]
    pub fn enforce_on_answers(&self, selection: &Selection) -> bool {
        (0..self.guardrails.len()).any(|guardrail| selection.runs(guardrail, Mode::PostCall))
    }

    fn look<'c>(&'c self, running: &'c Running) -> Look<'c> {
        Look { matcher: &self.matcher, rules: &self.rules, running }
    }

    fn is_local(&self, index: usize) -> bool {
        self.guardrails.get(index).is_some_and(|guardrail| guardrail.service.is_none())
    }
}

impl Named {
    fn new(guardrail: &Guardrail) -> Self {
        let name = guardrail.name.clone();
        let id = if guardrail.id.is_empty() { name.clone() } else { guardrail.id.clone() };
        let (refuses_unscanned, service) = match &guardrail.kind {
            Kind::ContentFilter(filter) => (filter.refuse_unscanned, None),
            Kind::Callout(callout) => {
                let callout = callout.as_ref().clone();
                (false, Some(Arc::new(Service { name: name.clone(), id: id.clone(), callout })))
            }
        };
        let (default_on, modes) = (guardrail.default_on, guardrail.modes.clone());
        Self { name, id, default_on, modes, refuses_unscanned, service }
    }
}
