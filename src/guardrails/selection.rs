//! Which guardrails run on a request, and in which modes.

use super::mode::{Mode, Stage};
use crate::reject::Reject;

/// The guardrails that run on one request, with their modes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(Vec<Vec<Mode>>);

impl Selection {
    /// The modes of each configured guardrail; none of one that does not run.
    pub(super) fn new(modes: Vec<Vec<Mode>>) -> Self {
        Self(modes)
    }

    /// This guardrail runs in this mode, too.
    pub(super) fn add(&mut self, guardrail: usize, mode: Mode) {
        if let Some(modes) = self.0.get_mut(guardrail).filter(|modes| !modes.contains(&mode)) {
            modes.push(mode);
        }
    }

    /// Whether none runs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// Whether this guardrail runs in this mode.
    #[must_use]
    pub fn runs(&self, guardrail: usize, mode: Mode) -> bool {
        self.0.get(guardrail).is_some_and(|modes| modes.contains(&mode))
    }

    /// What runs of `among` on the request, or on the answer.
    pub(super) fn at(&self, stage: Stage, among: impl Fn(usize) -> bool) -> Running {
        let mode = |(index, modes): (usize, &Vec<Mode>)| stage.mode(modes).filter(|_| among(index));
        Running(self.0.iter().enumerate().map(mode).collect())
    }
}

/// The guardrails that look at one text, each in one mode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Running(Vec<Option<Mode>>);

impl Running {
    /// The mode in which this guardrail runs.
    pub(super) fn mode(&self, guardrail: usize) -> Option<Mode> {
        self.0.get(guardrail).copied().flatten()
    }

    pub(super) fn contains(&self, guardrail: usize) -> bool {
        self.mode(guardrail).is_some()
    }

    /// Whether it only tells what it finds.
    pub(super) fn only_tells(&self, guardrail: usize) -> bool {
        self.mode(guardrail) == Some(Mode::LoggingOnly)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter_map(|(index, mode)| mode.map(|_| index))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// A guardrail was asked for that is not configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownGuardrail {
    /// What was asked for.
    pub name: String,
}

impl UnknownGuardrail {
    /// Longest part of the name that the message repeats, in characters.
    const SHOWN: usize = 64;

    /// 400, naming the guardrail: nothing is served without the check that it was to have.
    #[must_use]
    pub fn reject(&self) -> Reject {
        let shown: String = self.name.chars().take(Self::SHOWN).collect();
        let message = format!(
            "Guardrail '{shown}' is not configured, and the request is not served without it. \
             Name one that is, or leave it out."
        );
        Reject::invalid(message).at("guardrails").code("unknown_guardrail")
    }
}
