//! How much the model is to think: by a budget, by an effort, or as it likes.
//!
//! OpenAI's efforts become budgets where a model takes only those: LiteLLM's numbers, and two steps above them
//! for the efforts that came later.

use serde_json::value::RawValue;

use super::super::model::{Model, Off, Thinking};
use super::arrange::{Script, Speaker};
use super::tools;
use crate::reject::Reject;
use crate::translate::conversation::{Params, Reasoning, Said};
use crate::translate::losses::{Losses, invalid};
use crate::wire::json::text;
use crate::wire::write::Members;

/// Tokens of thought for OpenAI's efforts. The API's least budget is 1,024.
const BUDGETS: &[(&str, u64)] =
    &[("minimal", 1024), ("low", 1024), ("medium", 2048), ("high", 4096), ("xhigh", 8192), ("max", 16_384)];

/// What is said of thinking.
#[derive(Debug, Default)]
pub(super) struct Plan {
    mode: Mode,
    /// A level of `output_config.effort`.
    pub effort: Option<&'static str>,
    /// Whether a summary of the thoughts is shown where the model's own choice is not to.
    summarized: bool,
    /// Whether the model thinks: because it is told to, or by itself.
    pub thinks: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// As the model does by itself.
    #[default]
    Unsaid,
    Budget(u64),
    Adaptive,
    Off(&'static str),
}

impl Plan {
    /// Takes what the client said of thinking, as far as the model can follow.
    pub(super) fn of(
        params: &mut Params<'_>,
        model: Model,
        script: &Script<'_>,
        tools: &tools::Plan<'_, '_>,
        losses: &mut Losses<'_>,
    ) -> Result<Self, Reject> {
        let by_itself = model.off != Off::Unasked;
        let Some(asked) = params.reasoning.take() else {
            return Ok(Self { thinks: by_itself, ..Self::default() });
        };
        let effort = Effort::of(&asked)?;
        let mode = mode(&asked, &effort, model, losses)?;
        let mut plan = Self { mode, effort: None, summarized: wants_summary(&asked), thinks: by_itself };
        if plan.is_on() && model.off == Off::Unasked && tools.forces_a_tool() {
            // Thinking may not be enabled beside a forced tool.
            losses.param(asked.name)?;
            return Ok(Self { thinks: by_itself, ..Self::default() });
        }
        if matches!(mode, Mode::Budget(_)) && is_in_a_thoughtless_loop(script) {
            losses.hint(asked.name);
            plan.mode = Mode::Unsaid;
        }
        plan.effort = effort.level(model, asked.name, losses);
        plan.thinks = plan.is_on() || (by_itself && !matches!(plan.mode, Mode::Off(_)));
        Ok(plan)
    }

    fn is_on(&self) -> bool {
        matches!(self.mode, Mode::Budget(_) | Mode::Adaptive)
    }

    /// Most tokens of thought, which the answer's bound must exceed.
    pub(super) fn budget(&self) -> Option<u64> {
        match self.mode {
            Mode::Budget(tokens) => Some(tokens),
            _ => None,
        }
    }

    pub(super) fn write(&self, members: &mut Members<'_>) {
        let kind = match self.mode {
            Mode::Unsaid => return,
            Mode::Budget(_) => "enabled",
            Mode::Adaptive => "adaptive",
            Mode::Off(kind) => kind,
        };
        members.object("thinking", |thinking| {
            thinking.value("type", kind);
            if let Some(tokens) = self.budget() {
                thinking.value("budget_tokens", &tokens);
            }
            if self.mode == Mode::Adaptive && self.summarized {
                thinking.value("display", "summarized");
            }
        });
    }
}

/// OpenAI's word for how much.
struct Effort(Option<String>);

impl Effort {
    fn of(asked: &Reasoning<'_>) -> Result<Self, Reject> {
        let Some(effort) = asked.effort else { return Ok(Self(None)) };
        let known = |word: &str| word == "none" || BUDGETS.iter().any(|(known, _)| *known == word);
        match text(effort) {
            Some(word) if known(&word) => Ok(Self(Some(word.into_owned()))),
            _ => {
                Err(invalid(asked.name, "expected an effort: `none`, `minimal`, `low`, `medium`, `high`, …"))
            }
        }
    }

    fn is_none(&self) -> bool {
        self.0.as_deref() == Some("none")
    }

    fn budget(&self) -> Option<u64> {
        let word = self.0.as_deref()?;
        BUDGETS.iter().find(|(known, _)| *known == word).map(|(_, tokens)| *tokens)
    }

    /// The model's level; one that is less than what was asked is named.
    fn level(&self, model: Model, name: &str, losses: &mut Losses<'_>) -> Option<&'static str> {
        let word = self.0.as_deref()?;
        let level = model.effort(word)?;
        if level != word && word != "minimal" {
            losses.hint(name);
        }
        Some(level)
    }
}

fn mode(
    asked: &Reasoning<'_>,
    effort: &Effort,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<Mode, Reject> {
    if asked.off || effort.is_none() {
        return match model.off {
            Off::Unasked => Ok(Mode::Unsaid),
            Off::Disabled => Ok(Mode::Off("disabled")),
            Off::BetweenTools => Ok(Mode::Off("between_tools")),
            Off::Never => losses.param(asked.name).map(|()| Mode::Unsaid),
        };
    }
    let budget = asked.budget.map(|budget| tokens(budget, asked.name)).transpose()?;
    match model.thinking {
        Thinking::Budget | Thinking::Either if budget.is_some() => {
            Ok(budget.map_or(Mode::Unsaid, Mode::Budget))
        }
        // A budget is a bound, and a model that takes none would not keep to it.
        Thinking::Adaptive if budget.is_some() => losses.param(asked.name).map(|()| Mode::Adaptive),
        Thinking::Adaptive | Thinking::Either => Ok(Mode::Adaptive),
        Thinking::Budget if effort.budget().is_some() => {
            Ok(effort.budget().map_or(Mode::Unsaid, Mode::Budget))
        }
        Thinking::Budget if asked.adaptive => losses.param(asked.name).map(|()| Mode::Unsaid),
        // A summary was asked for, of no thoughts.
        Thinking::Budget => Ok(Mode::Unsaid),
        Thinking::Never => losses.param(asked.name).map(|()| Mode::Unsaid),
    }
}

fn tokens(budget: &RawValue, name: &str) -> Result<u64, Reject> {
    budget.get().parse().map_err(|_| invalid(name, "expected a whole number of tokens"))
}

/// The Responses API shows no thoughts unless it is asked to; chat completions have no word for it, and those
/// who ask for reasoning there expect to see it.
fn wants_summary(asked: &Reasoning<'_>) -> bool {
    asked.summary.is_some() || asked.name != "reasoning"
}

/// Whether the model is in the middle of calling tools, and its first words of that turn were no thought: with a
/// budget they would have to be, and clients of OpenAI's do not keep thoughts. What it says between two calls need not
/// begin with one: a model thinks once, and without a budget the API refuses the thought that is there.
fn is_in_a_thoughtless_loop(script: &Script<'_>) -> bool {
    let mut first = None;
    let mut rest = script.messages.as_slice();
    while let [before @ .., called, results] = rest
        && called.speaker == Speaker::Assistant
        && results.parts.first().is_some_and(|part| matches!(part.said, Said::Result(_)))
    {
        first = called.parts.first();
        rest = before;
    }
    first.is_some_and(|first| !matches!(first.said, Said::Thought(_)))
}
