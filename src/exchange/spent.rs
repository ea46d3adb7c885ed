//! What a request has spent so far, tries that came to nothing included.

use serde::{Deserialize, Serialize};

use super::context::Report;
use crate::event::Attempt;
use crate::usage::{MOST_TOLD, Usage};

/// Tokens and their price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Tokens.
    pub usage: Usage,
    /// Their price, in 10⁻⁹ US dollars.
    pub cost_nanodollars: u64,
    /// Whether some of it is the gateway's guess, because no provider counted it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl Report {
    /// What all tries together have spent; `None` where nobody has counted or guessed anything.
    #[must_use]
    pub fn spent(&self) -> Option<Spent> {
        let (_, earlier) = self.attempts.split_last()?;
        let billed = earlier.iter().filter_map(Attempt::spent);
        let answer = self.answer.usage.map(|usage| Spent {
            usage,
            cost_nanodollars: self.answer.cost_nanodollars,
            estimated: self.answer.estimated,
        });
        billed.chain(answer).reduce(|all, one| all.plus(&one))
    }

    /// Charges what the last try owes, where the request ended before that try could tell what it spent. `owed`: the
    /// try's own last word on it; what it owed when it began, where there is none.
    pub fn end_early(&mut self, last_word: Option<Spent>) {
        let answer = &mut self.answer;
        let Some(owed) = last_word.or(answer.owed).filter(|_| answer.usage.is_none()) else { return };
        let Some(last) = self.attempts.last_mut() else { return };
        last.charge(&owed);
        answer.usage = Some(owed.usage);
        answer.cost_nanodollars = owed.cost_nanodollars;
        answer.estimated = owed.estimated;
    }
}

impl Spent {
    /// Out of filter state, as [`Effect::KeepOwed`](super::Effect::KeepOwed) left it; `None` where it cannot be read.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            usage: self.usage.plus(&other.usage),
            cost_nanodollars: self.cost_nanodollars.saturating_add(other.cost_nanodollars).min(MOST_TOLD),
            estimated: self.estimated || other.estimated,
        }
    }
}

impl Attempt {
    fn spent(&self) -> Option<Spent> {
        let (cost_nanodollars, estimated) = (self.cost_nanodollars, self.usage_estimated);
        self.usage.map(|usage| Spent { usage, cost_nanodollars, estimated })
    }

    /// Notes what a try spent.
    pub(super) fn charge(&mut self, spent: &Spent) {
        self.usage = Some(spent.usage);
        self.cost_nanodollars = spent.cost_nanodollars;
        self.usage_estimated = spent.estimated;
    }
}
