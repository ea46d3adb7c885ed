//! How much to think, in the words of Responses.

use crate::translate::conversation::{Params, Reasoning};
use crate::translate::losses::Losses;
use crate::wire::write::Members;

/// Budgets of thinking tokens up to which an effort is meant. Of what coding agents send: Claude Code's `think`
/// has 4,000, its `megathink` 10,000 and its `ultrathink` 31,999.
const EFFORTS: &[(u64, &str)] = &[(4_096, "low"), (16_384, "medium")];

/// Writes `reasoning`. Says whether reasoning is asked for.
///
/// A client of Messages that turns thinking on wants to read the thoughts: a summary is what Responses have of
/// them. One that turns it off leaves the model to its default, because the models that can do without have
/// that as a default, and the others refuse to be told.
pub(super) fn write(members: &mut Members<'_>, params: &mut Params<'_>, losses: &mut Losses<'_>) -> bool {
    let Some(asked) = params.reasoning.take() else { return false };
    if asked.off {
        losses.hint(asked.name);
        return false;
    }
    let from_budget = asked.budget.filter(|_| asked.effort.is_none()).map(|budget| effort(budget.get()));
    let shown = asked.budget.is_some() || asked.adaptive;
    if asked.effort.is_none() && from_budget.is_none() && asked.summary.is_none() && !shown {
        return false;
    }
    members.object("reasoning", |reasoning| {
        match (asked.effort, from_budget) {
            (Some(effort), _) => reasoning.raw("effort", effort),
            (None, Some(effort)) => reasoning.value("effort", effort),
            (None, None) => {}
        }
        match asked.summary {
            Some(summary) => reasoning.raw("summary", summary),
            None if shown => reasoning.value("summary", "auto"),
            None => {}
        }
    });
    !says_none(&asked)
}

fn effort(budget: &str) -> &'static str {
    let budget = budget.parse().unwrap_or(u64::MAX);
    EFFORTS.iter().find(|(most, _)| budget <= *most).map_or("high", |(_, effort)| effort)
}

fn says_none(asked: &Reasoning<'_>) -> bool {
    asked.effort.is_some_and(|effort| effort.get() == "\"none\"")
}
