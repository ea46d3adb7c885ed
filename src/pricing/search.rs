//! What a provider charges for the searches on the web that it makes for an answer.

use serde::{Deserialize, Serialize};

use crate::usage::Usage;

/// A price of searches, in femto-dollars, and what it is the price of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// Of every search.
    Each(u64),
    /// Of an answer that was searched for, however often.
    Once(u64),
    /// Of every search, by the tool that made it.
    EachByTool {
        /// By the current tool (`web_search`).
        current: u64,
        /// By the older one (`web_search_preview`).
        preview: u64,
    },
}

impl Search {
    /// What the searches for one answer cost, in 10⁻¹⁵ US dollars.
    pub(super) fn femto(self, usage: &Usage) -> u128 {
        let (price, times) = match self {
            Self::EachByTool { preview, .. } if usage.by_preview => (preview, usage.searches),
            Self::Each(price) | Self::EachByTool { current: price, .. } => (price, usage.searches),
            Self::Once(price) => (price, usage.searches.min(1)),
        };
        u128::from(price).saturating_mul(u128::from(times))
    }

    /// The price of one, by the current tool.
    #[must_use]
    pub fn price(self) -> u64 {
        match self {
            Self::Each(price) | Self::Once(price) | Self::EachByTool { current: price, .. } => price,
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Search;
    use crate::pricing::{Prices, Rates, Service, Written};
    use crate::usage::{Beside, Usage};

    /// A cent.
    const CENT: u64 = 10_000_000_000_000;

    fn prices(search: Option<Search>) -> Prices {
        Prices { input: 1_000_000, search, ..Prices::default() }
    }

    #[test]
    fn searches_are_charged_beside_the_tokens() {
        for (search, searches, nano) in [
            (None, 3, 100),
            (Some(Search::Each(CENT)), 0, 100),
            (Some(Search::Each(CENT)), 3, 30_000_100),
            (Some(Search::Once(CENT)), 0, 100),
            (Some(Search::Once(CENT)), 1, 10_000_100),
            (Some(Search::Once(CENT)), 3, 10_000_100),
            (Some(Search::Each(u64::MAX)), u64::MAX, u64::MAX),
            (Some(Search::EachByTool { current: CENT, preview: 2 * CENT }), 3, 30_000_100),
        ] {
            let usage = Usage { input: 100, searches, ..Usage::default() };
            assert_eq!(prices(search).cost(&usage), nano, "{search:?} {searches}");
        }
    }

    #[test]
    fn a_search_costs_what_its_tool_does() {
        let by_tool = Search::EachByTool { current: CENT, preview: 2 * CENT };
        for (search, searches, nano) in
            [(by_tool, 3, 60_000_100), (by_tool, 0, 100), (Search::Each(CENT), 3, 30_000_100)]
        {
            let usage = Usage { input: 100, searches, by_preview: true, ..Usage::default() };
            assert_eq!(prices(Some(search)).cost(&usage), nano, "{search:?} {searches}");
        }
    }

    #[test]
    fn searches_are_charged_once_whatever_was_sampled_beside() {
        let usage = Usage { input: 100, searches: 2, service: Service::Fast, ..Usage::default() };
        let beside = Beside { input: 50, ..Beside::default() };
        assert_eq!(prices(Some(Search::Each(CENT))).cost(&usage.with(beside)), 20_000_150);
    }

    #[test]
    fn what_is_written_counts_before_what_is_known() {
        let known = prices(Some(Search::Each(CENT)));
        let written = Written { search: Some(Search::Once(7)), ..Written::default() };
        assert_eq!(written.over(&known).search, Some(Search::Once(7)));
        assert_eq!(Written::default().over(&known).search, known.search);
        assert!(!written.is_empty());
        let costing = |input, output| Written {
            base: Rates { input, output, ..Rates::default() },
            ..Written::default()
        };
        for (input, output, is_known) in [
            (Some(0), Some(0), false),
            (Some(0), Some(1), true),
            (Some(0), None, true),
            (Some(2), Some(2), true),
        ] {
            assert_eq!(costing(input, output).over(&known).search, known.search.filter(|_| is_known));
        }
    }
}
