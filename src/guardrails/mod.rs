//! Guardrails: what may not pass, and what was found.
//!
//! One kind so far, LiteLLM's `litellm_content_filter` before the call: words and regular expressions, each of
//! which blocks the request or masks what it matched. All selected guardrails look at a text in one pass.
//!
//! What is looked at is every string that the model may read, found by walking the body as JSON, not by
//! knowing each dialect's fields: a field that nobody has heard of is looked at too. `zone` holds the short
//! list of what is not: identifiers, the root's `metadata` and the like, and base64 data. Strings are
//! compared decoded. JSON inside a string (a tool call's arguments), and a value that is the caller's own JSON,
//! are looked at twice: as a whole, and text by text.
//!
//! Masking replaces the matched bytes of the client's own body and leaves every other byte as it was.
//!
//! Not found: text cut over several parts of a message, spelled with look-alike or invisible characters, or
//! inside a file. A prompt of token numbers cannot be read at all: whoever runs guardrails refuses it.
//!
//! Knows JSON, words and regular expressions. Knows no key, no provider, no host.

pub mod callout;
mod cover;
mod edit;
mod encoded;
mod escape;
mod findings;
mod gates;
mod look;
mod matcher;
mod mode;
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
mod views;
mod walk;
mod zone;

#[cfg(test)]
mod tests;

use crate::event::GuardrailInformation;
use crate::reject::Reject;
use crate::wire::Dialect;

pub use mode::{Mode, Modes, Stage};
pub use rule::CompileError;
pub use selection::{Selection, UnknownGuardrail};
pub use settings::{
    Action, BlockedWord, Category, ContentFilter, Decode, Guardrail, Keyword, Kind, Pattern, Severity,
};

use matcher::Matcher;
use rule::Rule;
use scan::Scan;

/// Every configured guardrail, ready to run. Built once per configuration.
#[derive(Debug)]
pub struct Compiled {
    guardrails: Vec<Named>,
    /// Of all guardrails, in their order; within one, patterns before words.
    rules: Vec<Rule>,
    matcher: Matcher,
}

/// A guardrail without its rules.
#[derive(Debug)]
struct Named {
    name: String,
    id: String,
    default_on: bool,
    modes: Modes,
    /// It runs inside the gateway.
    is_local: bool,
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

impl Compiled {
    /// Compiles all rules.
    ///
    /// # Errors
    /// The first rule that cannot be used: an invalid or too large regular expression, one that matches the
    /// empty text, an empty word, a guardrail's name used twice.
    pub fn new(settings: &[Guardrail]) -> Result<Self, CompileError> {
        let rules = rule::rules(settings)?;
        let matcher = Matcher::new(settings, &rules)?;
        let guardrails = settings.iter().map(|guardrail| Named {
            name: guardrail.name.clone(),
            id: if guardrail.id.is_empty() { guardrail.name.clone() } else { guardrail.id.clone() },
            default_on: guardrail.default_on,
            modes: guardrail.modes.clone(),
            is_local: matches!(guardrail.kind, Kind::ContentFilter(_)),
        });
        Ok(Self { guardrails: guardrails.collect(), rules, matcher })
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
            let modes = if runs { guardrail.modes.with(tags) } else { &[] };
            modes.to_vec()
        };
        Ok(Selection::new(self.guardrails.iter().zip(runs).map(modes).collect()))
    }

    /// Runs the selected guardrails that need nobody else on a request before it is sent to a provider, or on the
    /// answer before the client gets it.
    ///
    /// `body` is the whole JSON body in the client's dialect; one that is not JSON is refused. `now_us` is the
    /// clock of the records, in microseconds since the Unix epoch.
    pub fn scan(
        &self,
        selection: &Selection,
        stage: Stage,
        dialect: Dialect,
        body: &[u8],
        now_us: &dyn Fn() -> u64,
    ) -> Verdict {
        let running = selection.at(stage, |index| self.is_local(index));
        if running.is_empty() {
            return Verdict { records: Vec::new(), outcome: Outcome::Pass };
        }
        let started_us = now_us();
        let scanned = Scan::new(&self.matcher, &self.rules, &running, dialect).body(body);
        let (findings, masked) = match scanned {
            Ok(scanned) => scanned,
            Err(malformed) => {
                return Verdict { records: Vec::new(), outcome: Outcome::Blocked(malformed.reject()) };
            }
        };
        let (running, findings) = (&running, &findings);
        let report = record::Report { compiled: self, running, findings, started_us, ended_us: now_us() };
        let blocking = findings.blocking_guardrail(&self.rules, running);
        let outcome = match (blocking, masked) {
            (Some(guardrail), _) => Outcome::Blocked(report.reject(guardrail)),
            (None, Some(body)) => Outcome::Masked(body),
            (None, None) => Outcome::Pass,
        };
        let ran = running.iter().filter(|index| blocking.is_none_or(|last| *index <= last));
        Verdict { records: ran.map(|index| report.record(index)).collect(), outcome }
    }

    fn is_local(&self, index: usize) -> bool {
        self.guardrails.get(index).is_some_and(|guardrail| guardrail.is_local)
    }
}
