//! What this gateway counts for a request by itself: limits and budgets, in the memory that its workers share.

use super::Admission;
use super::scopes::Scope;
use crate::budgets::{self, Budget};
use crate::limits::{self, Limits};

/// A scope in which something holds, by names that outlive the look at the request.
pub(super) struct Counted {
    name: String,
    /// For a refusal of a limit.
    label: String,
    /// For a refusal of a budget.
    bare: String,
    pub limits: Limits,
    budget: Budget,
    pub of_a_model: bool,
    named_by_caller: bool,
}

impl Admission {
    pub(super) fn counted(&self) -> Vec<Counted> {
        self.scopes().iter().filter(|scope| scope.is_bounded()).map(Counted::from).collect()
    }
}

impl From<&Scope<'_>> for Counted {
    fn from(scope: &Scope<'_>) -> Self {
        Self {
            name: scope.name(),
            label: scope.label(),
            bare: scope.bare(),
            limits: scope.limits,
            budget: scope.budget.cloned().unwrap_or_default(),
            of_a_model: scope.of_a_model(),
            named_by_caller: scope.named_by_caller(),
        }
    }
}

impl Counted {
    /// Whether what an answer takes is bounded in it.
    pub fn bounds_answers(&self) -> bool {
        self.limits.tokens.is_some() || self.budget.max_nanodollars.is_some()
    }

    /// As the limiter takes it.
    pub fn limited(&self) -> limits::Scope<'_> {
        limits::Scope {
            name: &self.name,
            named_by_caller: self.named_by_caller,
            label: &self.label,
            limits: &self.limits,
        }
    }

    pub fn has_budget(&self) -> bool {
        self.budget.is_some()
    }

    /// As the budgets take it.
    pub fn budgeted(&self) -> budgets::Scope<'_> {
        budgets::Scope { name: &self.name, label: &self.bare, budget: &self.budget }
    }
}
