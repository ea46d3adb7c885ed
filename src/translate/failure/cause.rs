//! Why a failure happened, for fallbacks.

use super::{CUT_OFF, Failure, MALFORMED, TOO_LARGE};
use crate::cause::{Cause, Symptoms, classify};

impl Failure {
    /// The cause, from the provider's own words; see [`classify`].
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self.code.as_deref() {
            Some(CUT_OFF) => Cause::StreamCut,
            Some(MALFORMED) => Cause::MalformedAnswer,
            Some(TOO_LARGE) => Cause::AnswerTooLarge,
            code => classify(&Symptoms {
                status: self.status,
                kind: &self.kind,
                code: code.unwrap_or_default(),
                message: &self.message,
            }),
        }
    }
}
