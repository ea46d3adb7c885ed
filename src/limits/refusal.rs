//! Why a limit refused a request, and when it will not.

use super::Limits;
use super::quota::Quotas;
use super::window::{Demand, Window};
use crate::reject::Reject;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// `rpm_limit`
    Requests,
    /// `tpm_limit`
    Tokens,
}

/// A request that a limit refused. Nothing was taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The scope's label.
    pub label: String,
    /// Which limit; the one with the longer wait where both refuse.
    pub counted: Counted,
    /// That limit, per 60 s.
    pub limit: u64,
    /// What the request wanted of it.
    pub wanted: u64,
    /// Seconds until the same request fits if nothing more is taken, rounded up; `None` if it never will.
    pub retry_after_s: Option<u64>,
    /// How the limits stand.
    pub quotas: Quotas,
}

impl Refusal {
    pub(super) fn new(label: &str, limits: &Limits, demand: &Demand, window: &Window) -> Self {
        let by_requests = window.wait_ms(|sums| demand.request_fits(sums));
        let by_tokens = window.wait_ms(|sums| demand.tokens_fit(sums));
        // `None` is for ever, the longest wait of all.
        let tokens_longer = by_tokens.unwrap_or(u64::MAX) > by_requests.unwrap_or(u64::MAX);
        let (counted, limit, wanted, wait) = if tokens_longer {
            (Counted::Tokens, limits.tokens, demand.tokens, by_tokens)
        } else {
            (Counted::Requests, limits.requests, 1, by_requests)
        };
        Self {
            label: label.to_owned(),
            counted,
            limit: limit.unwrap_or_default(),
            wanted,
            retry_after_s: wait.map(|ms| ms.div_ceil(1_000)),
            quotas: window.quotas(limits),
        }
    }

    /// The answer: 429 `throttling_error`, `rate_limit_exceeded`, with `retry-after` where waiting helps.
    #[must_use]
    pub fn reject(&self) -> Reject {
        let message = format!("Rate limit exceeded for {}: {}", self.label, self.reason());
        let mut reject = Reject::new(429, "throttling_error", message).code("rate_limit_exceeded");
        reject.retry_after = self.retry_after_s;
        reject
    }

    fn reason(&self) -> String {
        let Self { limit, wanted, .. } = self;
        let unit = match self.counted {
            Counted::Requests => "requests per minute (rpm_limit)",
            Counted::Tokens => "tokens per minute (tpm_limit)",
        };
        match self.retry_after_s {
            Some(seconds) => format!("the limit of {limit} {unit} is used up. Try again in {seconds} s."),
            None if *limit == 0 => {
                format!("the limit is 0 {unit}, so that no request can pass. Ask for a higher limit.")
            }
            None => format!(
                "this request may take {wanted} tokens (input and longest answer), more than the whole limit of \
                 {limit} {unit}, so that it can never pass. Shorten the input, bound the answer with a lower \
                 max_tokens, or ask for a higher limit."
            ),
        }
    }

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as of the refusal; none for what is not limited.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        self.quotas.headers()
    }
}
