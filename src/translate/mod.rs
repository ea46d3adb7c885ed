//! Between the dialect that a client speaks and the API that a provider defines.
//!
//! Each pair is a module whose name reads as a sentence (`responses_from_chat`: a Responses body from a
//! chat request) with the same four verbs: `request`, `response`, `stream`, `error`. Bodies are *built*
//! from fields that the target API defines; nothing is copied because it was there.

use serde::{Deserialize, Serialize};

use crate::wire::Provider;

/// How one deployment wants its bodies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Whose API.
    pub provider: Provider,
    /// The provider's own name of the model.
    pub model: String,
    /// Whether chat requests go to the Responses API (`mode: responses`).
    pub bridge_to_responses: bool,
    /// Parameters that the target API cannot express are dropped (and named) instead of refused.
    pub drop_params: bool,
    /// `additional_drop_params`: always removed. Paths: `metadata`, `tools[*].function.strict`.
    pub additional_drop_params: Vec<String>,
}
