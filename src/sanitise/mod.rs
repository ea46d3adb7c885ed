//! A client's body, checked and parted: what is addressed to the model stays, what steers the gateway is
//! taken out.

use serde::{Deserialize, Serialize};

/// What is done with parameters that the dialect does not define.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Dropped and named in `x-spillway-dropped-params`, instead of a 400.
    pub drop_params: bool,
    /// `general_settings.dangerously_allow_mock_testing_request_params`
    pub allow_mock_testing: bool,
}
