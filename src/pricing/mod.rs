//! What an answer costs: integers in, integer nano-dollars out, rounded once.

use serde::{Deserialize, Serialize};

/// Rates of one deployment, in 10⁻¹⁵ US dollars (femto-dollars) per token, so that LiteLLM's
/// `input_cost_per_token: 7.5e-08` is a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    /// `input_cost_per_token`
    pub input: u64,
    /// `output_cost_per_token`
    pub output: u64,
    /// `cache_read_input_token_cost`; the input rate where unset.
    pub cache_read: Option<u64>,
    /// `cache_creation_input_token_cost`; the input rate where unset.
    pub cache_write: Option<u64>,
    /// `output_cost_per_reasoning_token`; the output rate where unset.
    pub reasoning: Option<u64>,
}
