//! Why a limit refused a request, and when it will not.

use super::demand::Demand;
use super::entry::Entry;
use super::quota::Quotas;
use super::reserve::Ask;
use crate::reject::Reject;

/// How long to wait for a request that runs to end. Nobody knows when that is, and the end of its lease is only
/// for the dead: so the shortest time that `retry-after` can say.
const PARALLEL_WAIT_MS: u64 = 1_000;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// `rpm_limit`
    Requests,
    /// `tpm_limit`
    Tokens,
    /// `max_parallel_requests`
    Parallel,
}

impl Counted {
    const ALL: [Self; 3] = [Self::Requests, Self::Tokens, Self::Parallel];

    /// `LiteLLM`'s name of it, in its header `rate_limit_type`.
    #[must_use]
    pub fn rate_limit_type(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::Parallel => "max_parallel_requests",
        }
    }

    fn limit_and_wanted(self, demand: &Demand) -> (u64, u64) {
        let (limit, wanted) = match self {
            Self::Requests => (demand.limits.requests, 1),
            Self::Tokens => (demand.limits.tokens, demand.tokens),
            Self::Parallel => (demand.limits.parallel, 1),
        };
        (limit.unwrap_or_default(), wanted)
    }

    /// Milliseconds until the demand fits if nothing more is taken: 0 where it does, `None` where it never will.
    fn wait_ms(self, demand: &Demand, entry: &Entry) -> Option<u64> {
        let wait_ms = match self {
            Self::Requests => entry.window.wait_ms(|sums| demand.request_fits(sums))?,
            Self::Tokens => entry.window.wait_ms(|sums| demand.tokens_fit(sums))?,
            Self::Parallel if demand.parallel_fits(entry.leases.running()) => 0,
            Self::Parallel if demand.parallel_fits(0) => return Some(PARALLEL_WAIT_MS),
            Self::Parallel => return None,
        };
        // The wait is one of the entry's clock, and the caller's has to get there first.
        Some(if wait_ms > 0 { wait_ms.saturating_add(entry.late_ms) } else { 0 })
    }
}

/// A request that a limit refused. Nothing was taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which of the scopes that were asked: of those that refuse, the one with the longest wait.
    pub index: usize,
    /// That scope's label.
    pub label: String,
    /// Which of its limits; the one with the longest wait where several refuse.
    pub counted: Counted,
    /// That limit: per 60 s, or at one time.
    pub limit: u64,
    /// What the request wanted of it.
    pub wanted: u64,
    /// Seconds until the same request fits if nothing more is taken, rounded up; `None` if it never will.
    pub retry_after_s: Option<u64>,
    /// How the limits stand: of each kind, the one with the least left.
    pub quotas: Quotas,
}

impl Refusal {
    /// None where every scope has room.
    pub(super) fn new<'v>(views: impl Iterator<Item = (&'v Ask<'v>, &'v Entry)>) -> Option<Self> {
        let mut quotas = Quotas::default();
        // `None` is for ever, the longest wait of all. 0 is no refusal.
        let mut longest = Some(0);
        let mut refusing = None;
        for (ask, entry) in views {
            quotas = quotas.tightest(entry.window.quotas(&ask.demand.limits));
            for counted in Counted::ALL {
                let wait = counted.wait_ms(&ask.demand, entry);
                if wait.unwrap_or(u64::MAX) > longest.unwrap_or(u64::MAX) {
                    (longest, refusing) = (wait, Some((ask, counted)));
                }
            }
        }
        let (ask, counted) = refusing?;
        let (limit, wanted) = counted.limit_and_wanted(&ask.demand);
        Some(Self {
            index: ask.index,
            label: ask.label.to_owned(),
            counted,
            limit,
            wanted,
            retry_after_s: longest.map(|ms| ms.div_ceil(1_000)),
            quotas,
        })
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
            Counted::Parallel => "requests at one time (max_parallel_requests)",
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

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as of the refusal, none for what is not limited;
    /// and `LiteLLM`'s `rate_limit_type`.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.quotas.headers();
        headers.push(("rate_limit_type", self.counted.rate_limit_type().to_owned()));
        headers
    }
}
