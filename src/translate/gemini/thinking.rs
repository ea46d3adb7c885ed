//! How much the model is to think: `thinkingConfig`.
//!
//! Efforts become budgets and levels as Google's own layer for OpenAI's clients has them:
//! <https://ai.google.dev/gemini-api/docs/openai#thinking>. Thoughts are asked for (`includeThoughts`) wherever
//! the client asked for reasoning, because a client that did not wants none to see.

use super::model::{Model, Thinking};
use crate::reject::Reject;
use crate::translate::conversation::Reasoning;
use crate::translate::losses::{Losses, invalid};
use crate::wire::json::text;
use crate::wire::write::Members;

/// How much is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    None,
    /// Nothing is said of it; the thoughts are asked for.
    Unsaid,
    /// As the model likes.
    Any,
    Minimal,
    Low,
    Medium,
    High,
    /// All that it can: `xhigh`, `max`.
    Most,
    /// Tokens.
    Budget(u64),
}

/// Writes `thinkingConfig`, where there is something to say.
pub(super) fn write(
    config: &mut Members<'_>,
    reasoning: &Reasoning<'_>,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let amount = amount(reasoning)?;
    let name = reasoning.name;
    match model.thinking() {
        Thinking::Never if amount == Amount::None => {}
        Thinking::Never => losses.param(name)?,
        Thinking::Budget { least, most, may_stop } => {
            let budget = budget(amount, least, most, may_stop);
            if budget.is_other_than_asked {
                losses.hint(name);
            }
            config.object("thinkingConfig", |thinking| {
                if let Some(tokens) = budget.tokens {
                    thinking.value("thinkingBudget", &tokens);
                }
                include_thoughts(thinking, amount);
            });
        }
        Thinking::Level { minimal, medium } => {
            if amount == Amount::None {
                // These models think a little even at their lowest level.
                losses.hint(name);
            }
            config.object("thinkingConfig", |thinking| {
                if let Some(level) = level(amount, minimal, medium) {
                    thinking.value("thinkingLevel", level);
                }
                include_thoughts(thinking, amount);
            });
        }
    }
    Ok(())
}

fn include_thoughts(thinking: &mut Members<'_>, amount: Amount) {
    if amount != Amount::None {
        thinking.value("includeThoughts", &true);
    }
}

fn amount(reasoning: &Reasoning<'_>) -> Result<Amount, Reject> {
    let name = reasoning.name;
    if reasoning.off {
        return Ok(Amount::None);
    }
    if let Some(budget) = reasoning.budget {
        let tokens = serde_json::from_str(budget.get());
        return match tokens.map_err(|_| invalid(name, "expected a whole number of tokens"))? {
            0 => Ok(Amount::None),
            tokens => Ok(Amount::Budget(tokens)),
        };
    }
    let Some(effort) = reasoning.effort else {
        return Ok(if reasoning.adaptive { Amount::Any } else { Amount::Unsaid });
    };
    Ok(match text(effort).as_deref() {
        Some("none") => Amount::None,
        Some("minimal") => Amount::Minimal,
        Some("low") => Amount::Low,
        Some("medium") => Amount::Medium,
        Some("high") => Amount::High,
        Some("xhigh" | "max") => Amount::Most,
        _ => return Err(invalid(name, "found no effort that Gemini has a budget or a level for")),
    })
}

struct Budget {
    /// -1: as the model likes.
    tokens: Option<i64>,
    is_other_than_asked: bool,
}

fn budget(amount: Amount, least: u64, most: u64, may_stop: bool) -> Budget {
    let asked = match amount {
        Amount::None if may_stop => return Budget { tokens: Some(0), is_other_than_asked: false },
        Amount::None => 0,
        Amount::Unsaid => return Budget { tokens: None, is_other_than_asked: false },
        Amount::Any => return Budget { tokens: Some(-1), is_other_than_asked: false },
        Amount::Minimal | Amount::Low => 1024,
        Amount::Medium => 8192,
        Amount::High => 24_576,
        Amount::Most => most,
        Amount::Budget(tokens) => tokens,
    };
    let tokens = asked.clamp(least, most);
    Budget { tokens: i64::try_from(tokens).ok(), is_other_than_asked: tokens != asked }
}

fn level(amount: Amount, minimal: bool, medium: bool) -> Option<&'static str> {
    Some(match amount {
        Amount::Unsaid | Amount::Any => return None,
        Amount::None | Amount::Minimal if minimal => "MINIMAL",
        Amount::None | Amount::Minimal | Amount::Low | Amount::Budget(..=1024) => "LOW",
        Amount::Medium | Amount::Budget(..=8192) if medium => "MEDIUM",
        Amount::Medium | Amount::High | Amount::Most | Amount::Budget(_) => "HIGH",
    })
}
