//! Why a budget refused a request, and until when.

use crate::calendar::iso;
use crate::reject::Reject;

/// A request that a budget refused. Nothing was taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which of the scopes refused.
    pub index: usize,
    /// What the scope is: `Key`, `Team`, `User`, `End user` or, of another name, `Scope`.
    pub kind: &'static str,
    /// The scope's label.
    pub label: String,
    /// What is spent, in 10⁻⁹ US dollars.
    pub spent_nanodollars: u64,
    /// The budget, in 10⁻⁹ US dollars.
    pub max_nanodollars: u64,
    /// What requests under way are expected to cost, this one among them; 0 where the budget is spent already.
    pub expected_nanodollars: u64,
    /// When the budget begins anew, in milliseconds since the Unix epoch; `None`: never.
    pub begins_anew_ms: Option<u64>,
}

impl Refusal {
    /// The answer: 422 `budget_exceeded`, in LiteLLM's words and a few more.
    #[must_use]
    pub fn reject(&self) -> Reject {
        let Self { kind, label, spent_nanodollars: spent, max_nanodollars: max, .. } = self;
        let message = format!(
            "Budget has been exceeded! {kind}={label} Current cost: {}, Max budget: {}{} (US dollars). {}",
            dollars(*spent),
            dollars(*max),
            self.expectation(),
            self.outlook()
        );
        Reject::new(422, "budget_exceeded", message)
    }

    fn expectation(&self) -> String {
        match self.expected_nanodollars {
            0 => String::new(),
            expected => {
                format!(", Expected cost of requests under way and this one: {}", dollars(expected))
            }
        }
    }

    fn outlook(&self) -> String {
        match self.begins_anew_ms {
            _ if self.max_nanodollars == 0 => {
                "The budget is 0, so that no request can pass. Ask for a higher budget.".to_owned()
            }
            Some(ms) => format!("The budget begins anew at {}.", iso(ms)),
            None => "The budget does not begin anew. Ask for a higher budget.".to_owned(),
        }
    }

    /// `x-should-retry: false`, which the official SDKs obey: trying again does not help.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("x-should-retry", "false".to_owned())]
    }
}

/// What kind of scope a name is of.
pub(super) fn kind(name: &str) -> &'static str {
    match name.split('/').next() {
        Some("key") => "Key",
        Some("team") => "Team",
        Some("user") => "User",
        Some("end_user") => "End user",
        _ => "Scope",
    }
}

/// Nano-dollars as a decimal number of dollars, with one decimal at least, as LiteLLM writes whole ones.
fn dollars(nanodollars: u64) -> String {
    let decimals = format!("{:09}", nanodollars % 1_000_000_000);
    let decimals = Some(decimals.trim_end_matches('0')).filter(|decimals| !decimals.is_empty());
    format!("{}.{}", nanodollars / 1_000_000_000, decimals.unwrap_or("0"))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn dollars_are_plain_decimals() {
        for (nanodollars, text) in [
            (0, "0.0"),
            (1, "0.000000001"),
            (100, "0.0000001"),
            (1_000_000_000, "1.0"),
            (12_500_000_000, "12.5"),
            (u64::MAX, "18446744073.709551615"),
        ] {
            assert_eq!(dollars(nanodollars), text);
        }
    }

    #[test]
    fn kinds() {
        for (name, text) in [
            ("key/4f2c", "Key"),
            ("key/4f2c/model/gpt-4.1", "Key"),
            ("team/search", "Team"),
            ("user/ann", "User"),
            ("end_user/4f2c/bob", "End user"),
            ("tag/x", "Scope"),
            ("", "Scope"),
        ] {
            assert_eq!(kind(name), text);
        }
    }

    #[test]
    fn texts() {
        let refusal = Refusal {
            index: 0,
            kind: "Key",
            label: "batch".to_owned(),
            spent_nanodollars: 1_000_000_000,
            max_nanodollars: 100,
            expected_nanodollars: 0,
            begins_anew_ms: Some(1_796_083_200_000),
        };
        let zero = Refusal { spent_nanodollars: 0, max_nanodollars: 0, ..refusal.clone() };
        let for_ever =
            Refusal { kind: "Team", label: "search".to_owned(), begins_anew_ms: None, ..refusal.clone() };
        let expected = Refusal {
            spent_nanodollars: 990_000_000,
            max_nanodollars: 1_000_000_000,
            expected_nanodollars: 20_000_000,
            ..refusal.clone()
        };
        for (refusal, text) in [
            (
                refusal,
                "Key=batch Current cost: 1.0, Max budget: 0.0000001 (US dollars). The budget begins anew at \
                 2026-12-01T00:00:00Z.",
            ),
            (
                zero,
                "Key=batch Current cost: 0.0, Max budget: 0.0 (US dollars). The budget is 0, so that no request \
                 can pass. Ask for a higher budget.",
            ),
            (
                for_ever,
                "Team=search Current cost: 1.0, Max budget: 0.0000001 (US dollars). The budget does not begin \
                 anew. Ask for a higher budget.",
            ),
            (
                expected,
                "Key=batch Current cost: 0.99, Max budget: 1.0, Expected cost of requests under way and this \
                 one: 0.02 (US dollars). The budget begins anew at 2026-12-01T00:00:00Z.",
            ),
        ] {
            let reject = refusal.reject();
            assert_eq!(reject.message, format!("Budget has been exceeded! {text}"));
            assert_eq!((reject.status, reject.kind), (422, "budget_exceeded"));
            assert_eq!((reject.code, reject.retry_after), (None, None));
            assert_eq!(refusal.headers(), [("x-should-retry", "false".to_owned())]);
        }
    }
}
