//! What a provider charges for searches: `search_context_cost_per_query`, and what that is the price of.

use super::cursor::Cursor;
use super::format;
use super::section::Section;
use crate::pricing::Search;
use crate::wire::Provider;

/// The sizes of what a search may bring in, the usual one first.
const SIZES: [&str; 3] =
    ["search_context_size_medium", "search_context_size_high", "search_context_size_low"];

/// Reads the price of a search. Which size was asked for is not looked at: the price is that of `medium`, which is what
/// a request has that asks for none; where it has none, that of `high`.
///
/// It is the price of each search, and of Gemini's answers (before Gemini 3) that of an answer that was searched for,
/// unless `web_search_billing_unit` says which: <https://ai.google.dev/gemini-api/docs/google-search#pricing>.
pub(super) fn read(section: &Section<'_>, provider: Provider) -> Option<Search> {
    let unit = section.get("web_search_billing_unit").and_then(|at| unit(&at));
    let sizes = section.section("search_context_cost_per_query")?;
    let prices = SIZES.map(|size| sizes.get(size).and_then(|at| femto(&at)));
    sizes.close(&format::SEARCH);
    let price = prices.into_iter().flatten().next()?;
    let by_prompt = matches!(provider, Provider::Gemini | Provider::VertexAi);
    Some(unit.unwrap_or(if by_prompt { Search::Once } else { Search::Each })(price))
}

/// What the price is the price of.
fn unit(at: &Cursor<'_>) -> Option<fn(u64) -> Search> {
    match at.text()?.as_str() {
        "per_query" => Some(Search::Each),
        "per_prompt" => Some(Search::Once),
        _ => {
            at.unexpected("`per_query` or `per_prompt`");
            None
        }
    }
}

/// US dollars per search, in femto-dollars.
fn femto(at: &Cursor<'_>) -> Option<u64> {
    at.number("US dollars per search as a number from 0 to 100, e.g. `0.01`", |decimal| {
        decimal.rounded(15).filter(|femto| *femto <= 100_000_000_000_000_000)
    })
}
