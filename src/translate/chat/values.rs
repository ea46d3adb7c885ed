//! Values that a server knows by other words than the reference, or not at all.
//!
//! How much a model thinks is a matter of degree: where a server has fewer degrees, it is asked for the nearest
//! one that its maker takes for what was said, and the parameter is named. Not to think at all is no degree: where
//! a server cannot be told so, that is a loss.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::flavours::{Flavour, Logprobs, Thinking};
use crate::reject::Reject;
use crate::translate::losses::Losses;
use crate::wire::write::Members;

/// The reference's words for a field's values, each with the server's.
pub(super) type Words = &'static [(&'static str, &'static str)];

/// How a server says a value.
enum Spelling {
    Same,
    Other(&'static str),
    /// It has no word for it.
    None,
}

impl Flavour {
    fn spelling(&self, field: &str, value: &RawValue) -> Spelling {
        let Some((_, words)) = self.words.iter().find(|(name, _)| *name == field) else {
            return Spelling::Same;
        };
        let value = value.get().trim_matches('"');
        match words.iter().find(|(reference, _)| *reference == value) {
            _ if value == "null" => Spelling::Same,
            Some((reference, own)) if reference == own => Spelling::Same,
            Some((_, own)) => Spelling::Other(own),
            None => Spelling::None,
        }
    }

    /// Whether values of a field are known by the server's own words.
    pub(in crate::translate) fn has_words_for(&self, field: &str) -> bool {
        self.words.iter().any(|(name, _)| *name == field)
    }

    /// Writes a parameter whose value passes, in the server's words. `given`: the client's name for it.
    ///
    /// # Errors
    /// 400 for a value that the server has no word for, unless the deployment drops.
    pub(in crate::translate) fn parameter(
        &self,
        members: &mut Members<'_>,
        name: &str,
        given: &str,
        value: &RawValue,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        let own_name = self.renamed(name).unwrap_or(name);
        match self.spelling(name, value) {
            Spelling::Same => members.raw(own_name, value),
            Spelling::Other(own) => members.value(own_name, own),
            Spelling::None => losses.param(given)?,
        }
        Ok(())
    }

    /// Writes `reasoning_effort`, in the degrees that the server has.
    ///
    /// # Errors
    /// As [`Flavour::parameter`].
    pub(in crate::translate) fn effort(
        &self,
        members: &mut Members<'_>,
        given: &str,
        effort: &RawValue,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        if matches!(self.spelling(EFFORT, effort), Spelling::Other(_)) {
            losses.hint(given);
        }
        self.parameter(members, EFFORT, given, effort, losses)
    }

    /// The member by which the server is told not to think, where that is none of the degrees.
    pub(in crate::translate) fn thinking_switch(&self) -> Option<&'static str> {
        match self.thinking {
            Thinking::Effort | Thinking::Object => None,
            Thinking::Switch => Some("thinking"),
            Thinking::EffortOrOff => Some("reasoning"),
        }
    }

    /// Writes that the model is not to think, where there is a [switch](Flavour::thinking_switch).
    pub(in crate::translate) fn write_off(&self, members: &mut Members<'_>) {
        match self.thinking {
            Thinking::Effort | Thinking::Object => {}
            Thinking::Switch => members.object("thinking", |thinking| thinking.value("type", "disabled")),
            Thinking::EffortOrOff => {
                members.object("reasoning", |reasoning| reasoning.value("enabled", &false));
            }
        }
    }

    /// Whether `logprobs` is a number there.
    pub(in crate::translate) fn counts_logprobs(&self) -> bool {
        self.logprobs == Logprobs::Count
    }
}

/// The reference's name for how much the model is to think.
pub(in crate::translate) const EFFORT: &str = "reasoning_effort";

/// How many log probabilities are wanted for each token, from the reference's `logprobs` and `top_logprobs`: at
/// least that of the token itself. A number is in the server's own words. `None` for none.
pub(in crate::translate) fn logprobs_count<'v>(
    logprobs: &'v RawValue,
    top: Option<&'v RawValue>,
) -> Option<Cow<'v, RawValue>> {
    let one = || serde_json::from_str::<Box<RawValue>>("1").ok().map(Cow::Owned);
    match (logprobs.get(), top) {
        ("false" | "null", _) => None,
        ("true", Some(top)) if !matches!(top.get(), "0" | "null") => Some(Cow::Borrowed(top)),
        ("true", _) => one(),
        _ => Some(Cow::Borrowed(logprobs)),
    }
}
