//! How a limit stands, and how OpenAI's rate limit headers say it.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::fixed;

/// How one limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The limit per 60 s.
    pub limit: u64,
    /// What is left of it now.
    pub remaining: u64,
    /// Milliseconds until all of it is left again, if nothing more is taken.
    pub reset_ms: u64,
}

impl Quota {
    pub(super) fn new(limit: u64, taken: u64, reset_ms: u64) -> Self {
        Self { limit, remaining: limit.saturating_sub(taken), reset_ms }
    }

    /// The one with less left; of two with as much, the one that takes longer to be whole.
    fn tighter(self, other: Self) -> Self {
        let tightness = |quota: &Self| (quota.remaining, Reverse(quota.reset_ms), quota.limit);
        if tightness(&other) < tightness(&self) { other } else { self }
    }
}

/// How the limits of one or more scopes stand; `None` where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotas {
    /// `rpm_limit`
    pub requests: Option<Quota>,
    /// `tpm_limit`
    pub tokens: Option<Quota>,
}

impl Quotas {
    /// Of each kind, the tighter one.
    pub(super) fn tightest(self, other: Self) -> Self {
        let tighter = |a: Option<Quota>, b: Option<Quota>| match (a, b) {
            (Some(a), Some(b)) => Some(a.tighter(b)),
            (one, none) => one.or(none),
        };
        Self { requests: tighter(self.requests, other.requests), tokens: tighter(self.tokens, other.tokens) }
    }

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` of the limits that there are:
    /// <https://platform.openai.com/docs/guides/rate-limits>.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::with_capacity(REQUESTS.len() + TOKENS.len());
        self.add_headers(&mut headers);
        headers
    }

    /// Adds [`Quotas::headers`] to others.
    pub fn add_headers(&self, headers: &mut Vec<(&'static str, String)>) {
        for (names, quota) in [(REQUESTS, self.requests), (TOKENS, self.tokens)] {
            let Some(quota) = quota else { continue };
            let values = [quota.limit.to_string(), quota.remaining.to_string(), duration(quota.reset_ms)];
            headers.extend(names.into_iter().zip(values));
        }
    }
}

const REQUESTS: [&str; 3] =
    ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"];
const TOKENS: [&str; 3] =
    ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"];

/// A duration as OpenAI writes it: `0s`, `120ms`, `1.5s`, `6m0s`, `1h0m0s`.
fn duration(ms: u64) -> String {
    let hours = || (ms / 3_600_000).to_string();
    let minutes = || (ms / 60_000 % 60).to_string();
    let seconds = || fixed::trimmed(ms % 60_000, 3);
    match ms {
        1..1_000 => ms.to_string() + "ms",
        0 | 1_000..60_000 => seconds() + "s",
        60_000..3_600_000 => [&minutes(), "m", &seconds(), "s"].concat(),
        _ => [&hours(), "h", &minutes(), "m", &seconds(), "s"].concat(),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn durations_read_as_openai_writes_them() {
        for (ms, text) in [
            (0, "0s"),
            (7, "7ms"),
            (999, "999ms"),
            (1_000, "1s"),
            (1_500, "1.5s"),
            (8_640, "8.64s"),
            (59_999, "59.999s"),
            (60_000, "1m0s"),
            (360_000, "6m0s"),
            (3_600_000, "1h0m0s"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn the_tightest_of_each_kind() {
        let quota = |limit, remaining, reset_ms| Some(Quota { limit, remaining, reset_ms });
        let of = |requests, tokens| Quotas { requests, tokens };
        let key = of(quota(10, 3, 100), None);
        let team = of(quota(5, 4, 900), quota(70, 7, 7));
        let user = of(quota(20, 3, 101), quota(60, 7, 7));
        let all = key.tightest(team).tightest(user);
        assert_eq!(all, of(user.requests, user.tokens));
        assert_eq!(all, user.tightest(Quotas::default()).tightest(key).tightest(team));
    }

    #[test]
    fn a_limit_that_is_not_set_has_no_headers() {
        assert_eq!(Quotas::default().headers(), []);
        let quota = Quota { limit: 100, remaining: 0, reset_ms: 60_000 };
        let expected = [
            ("x-ratelimit-limit-tokens", "100".to_owned()),
            ("x-ratelimit-remaining-tokens", "0".to_owned()),
            ("x-ratelimit-reset-tokens", "1m0s".to_owned()),
        ];
        assert_eq!(Quotas { requests: None, tokens: Some(quota) }.headers(), expected);
    }
}
