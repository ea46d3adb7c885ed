//! Pages that say why there is no other.

use maud::{Markup, html};

use crate::store::StoreError;
use crate::ui::asked::Wrong;

/// Why a page is not shown.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ui) enum Failure {
    /// The address asks for what there is not.
    Wrong(Wrong),
    /// There is no such page.
    NoPage,
    /// There is no such request.
    NoRequest(String),
    /// The page has no such method.
    Method,
    /// A form that was not ours, or is too old.
    NotOurs,
    /// The database does not answer.
    Store(StoreError),
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// The status of the answer.
    pub(in crate::ui) fn status(&self) -> u16 {
        match self {
            Self::Wrong(_) => 400,
            Self::NotOurs => 403,
            Self::NoPage | Self::NoRequest(_) => 404,
            Self::Method => 405,
            Self::Store(_) => 503,
        }
    }

    /// The headline.
    pub(in crate::ui) fn title(&self) -> &'static str {
        match self {
            Self::Wrong(_) => "This address asks for something that is not there",
            Self::NotOurs => "This form cannot be used any more",
            Self::NoPage => "There is no such page",
            Self::NoRequest(_) => "There is no such request",
            Self::Method => "This page cannot be used like that",
            Self::Store(StoreError::TooLong) => "This took too long",
            Self::Store(_) => "The database does not answer",
        }
    }

    /// What is below it: what was found, and what to do.
    pub(super) fn text(&self) -> Markup {
        match self {
            Self::Wrong(wrong) => html! { p { (wrong) } },
            Self::NotOurs => html! { p { "Go back, reload the page, and try again." } },
            Self::NoPage => html! { p { "Choose one of the pages above." } },
            Self::NoRequest(id) => html! {
                p { "The ledger has no row for " code { (id) } "." }
                p {
                    "A request is here a few seconds after it ended; rows that are older than the ledger’s "
                    "retention are gone."
                }
            },
            Self::Method => html! { p { "Open it in a browser." } },
            Self::Store(error) => store(error),
        }
    }
}

/// The database's own words help who can do something about it, and everybody here is let in.
fn store(error: &StoreError) -> Markup {
    html! {
        p { "The ledger says: " q { (error) } "." }
        @match error {
            StoreError::TooLong | StoreError::PageTooLarge | StoreError::TooManyGroups => {
                p { "Choose a shorter time, or filter for less." }
            }
            StoreError::Busy => p { "Reload the page in a moment." },
            StoreError::Closed | StoreError::Database(_) => {
                p {
                    "Requests go on being served meanwhile, and gateways keep their events until the ledger takes them "
                    "again. Its log and " code { "/health" } " tell more."
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do() {
        for (failure, status, words) in [
            (Failure::Wrong(Wrong("No <b>.".to_owned())), 400, "No &lt;b&gt;."),
            (Failure::NoRequest("a\"b".to_owned()), 404, "a&quot;b"),
            (Failure::Store(StoreError::TooLong), 503, "shorter time"),
            (Failure::Store(StoreError::Database("disk full".to_owned())), 503, "disk full"),
        ] {
            assert_eq!(failure.status(), status);
            let text = failure.text().into_string();
            assert!(text.contains(words), "{text}");
        }
    }
}
