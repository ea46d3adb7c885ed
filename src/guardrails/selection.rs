//! Which guardrails run on a request.

use crate::reject::Reject;

/// The guardrails that run on one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(Vec<bool>);

impl Selection {
    pub(super) fn new(runs: impl Iterator<Item = bool>) -> Self {
        Self(runs.collect())
    }

    pub(super) fn add(&mut self, guardrail: usize) {
        if let Some(runs) = self.0.get_mut(guardrail) {
            *runs = true;
        }
    }

    pub(super) fn contains(&self, guardrail: usize) -> bool {
        self.0.get(guardrail).copied().unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter_map(|(index, runs)| runs.then_some(index))
    }

    /// Whether none runs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.0.contains(&true)
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
