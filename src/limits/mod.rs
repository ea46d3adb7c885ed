//! Request and token limits over a sliding window, in memory shared by every worker.

use serde::{Deserialize, Serialize};

/// Limits of one scope, per 60 s; `None` for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// `rpm_limit`
    pub requests: Option<u64>,
    /// `tpm_limit`
    pub tokens: Option<u64>,
}
