//! What one request wants of one scope.

use super::Limits;
use super::window::Sums;

/// What one request wants, and the limits that it has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) limits: Limits,
    /// Zero where tokens are not limited.
    pub(super) tokens: u64,
}

impl Demand {
    pub(super) fn new(limits: &Limits, tokens: u64) -> Self {
        Self { limits: *limits, tokens: if limits.tokens.is_some() { tokens } else { 0 } }
    }

    /// What it adds to the window's requests: zero where they are not limited.
    pub(super) fn requests(&self) -> u32 {
        u32::from(self.limits.requests.is_some())
    }

    /// Whether the window has room for one request.
    pub(super) fn request_fits(&self, sums: Sums) -> bool {
        self.limits.requests.is_none_or(|limit| sums.requests < limit)
    }

    /// Whether the window has room for its tokens. A limit of 0 has none, even for no tokens.
    pub(super) fn tokens_fit(&self, sums: Sums) -> bool {
        self.limits.tokens.is_none_or(|limit| limit > 0 && sums.tokens.saturating_add(self.tokens) <= limit)
    }

    /// Whether one request more may run beside those that do.
    pub(super) fn parallel_fits(&self, running: u64) -> bool {
        self.limits.parallel.is_none_or(|limit| running < limit)
    }
}
