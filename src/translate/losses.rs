//! What a client said and the provider's API has no words for.
//!
//! Nothing is lost in silence. What would make the answer another one is refused with 400
//! `unsupported_parameter`, or with `drop_params` left out and named; what would not is left out and named.

use super::conversation::{Params, Place};
use crate::reject::Reject;
use crate::wire::Api;
use crate::wire::json::Malformed;

/// Takes note of what an API cannot express.
#[derive(Debug)]
pub(super) struct Losses<'d> {
    /// The API that is written.
    pub api: Api,
    /// Whether parameters may be dropped.
    pub drop: bool,
    /// The client's names of what was.
    pub dropped: &'d mut Vec<String>,
}

impl Losses<'_> {
    /// A parameter that would change the answer.
    ///
    /// # Errors
    /// 400, unless parameters may be dropped.
    pub(super) fn param(&mut self, name: &str) -> Result<(), Reject> {
        if !self.drop {
            return Err(self.refusal(name));
        }
        self.hint(name);
        Ok(())
    }

    /// Something that would not change the answer.
    pub(super) fn hint(&mut self, name: impl Into<String>) {
        let name = name.into();
        if !self.dropped.contains(&name) {
            self.dropped.push(name);
        }
    }

    /// A tool of a kind that the API does not have: it is only offered, so the question stays the same without
    /// it. As [`Losses::param`].
    ///
    /// # Errors
    /// 400, unless parameters may be dropped.
    pub(super) fn offer(&mut self, at: Place) -> Result<(), Reject> {
        self.param(&at.to_string())
    }

    /// A part of the conversation: without it, another question would be answered, so it is refused whatever the
    /// deployment drops.
    #[must_use]
    pub(super) fn part(&self, at: Place) -> Reject {
        self.refusal(&at.to_string())
    }

    /// What of the parameters nobody took.
    ///
    /// # Errors
    /// As [`Losses::param`].
    pub(super) fn rest(&mut self, params: Params<'_>) -> Result<(), Reject> {
        for (alters_the_answer, name) in params.left() {
            if alters_the_answer {
                self.param(name)?;
            } else {
                self.hint(name);
            }
        }
        Ok(())
    }

    /// 400 `unsupported_parameter`.
    #[must_use]
    pub(super) fn refusal(&self, name: &str) -> Reject {
        let api = self.api.name();
        Reject::invalid(format!(
            "`{name}` has no counterpart in {api}, which serves this model. Remove it, or use another model."
        ))
        .at(name)
        .code("unsupported_parameter")
    }
}

/// A refusal of something that is not what the client's dialect defines.
pub(super) fn invalid(name: impl Into<String>, found: impl std::fmt::Display) -> Reject {
    let name = name.into();
    Reject::invalid(format!("`{name}`: {found}.")).at(name).code("invalid_value")
}

/// As [`invalid`], for a value of the wrong type.
pub(super) fn malformed(name: impl Into<String>, error: &Malformed) -> Reject {
    invalid(name, error)
}

/// As [`invalid`], for a member that must be there.
pub(super) fn missing(name: impl Into<String>) -> Reject {
    invalid(name, "missing")
}
