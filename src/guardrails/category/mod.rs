//! Categories: lists of words about one subject, as LiteLLM's category files have them.
//!
//! Three ways to be found, in this order: a pair (an identifier and one of its companions in the same sentence), a
//! phrase (a regular expression), a keyword. Pairs and keywords are words, and one automaton finds those of all
//! categories; phrases, and keywords with a `*`, are searched for with the other patterns. A text that holds one
//! of a category's exceptions is not matched by that category.

mod sentences;
#[cfg(test)]
mod tests;
mod word;
mod words;

use super::rule::{self, CompileError, Kind, Rule};
use super::settings::{Action, Category, ContentFilter, Guardrail, Severity};

pub(super) use words::Categories;

/// Most pairs of one category: each is a rule, and so memory of each worker.
const MAX_PAIRS: usize = 20_000;

/// What one rule of a category looks for.
#[derive(Clone, Debug)]
pub(super) struct OfCategory {
    /// The category's name.
    pub(super) category: String,
    /// The category's number, counted over all guardrails.
    pub(super) id: usize,
    pub(super) severity: Severity,
    pub(super) by: By,
    /// A regular expression that finds it, where a plain word does not.
    pub(super) expression: Option<String>,
}

/// The ways to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Pair,
    Phrase,
    Keyword,
}

impl By {
    /// As messages name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pair => "conditional match",
            Self::Phrase => "category phrase",
            Self::Keyword => "category keyword",
        }
    }
}

/// The rules of one content filter's categories, of which the first has the number `first_id`. The rules of a
/// category's pairs stand side by side, by identifier and then by companion.
pub(super) fn rules(
    guardrail: usize,
    settings: &Guardrail,
    filter: &ContentFilter,
    first_id: usize,
) -> Result<Vec<Rule>, CompileError> {
    for category in &filter.categories {
        check(category).map_err(|message| CompileError {
            guardrail: settings.name.clone(),
            rule: category.name.clone(),
            message,
        })?;
    }
    let mut rules = Vec::new();
    for find in [pairs, phrases, keywords] {
        for (id, category) in (first_id..).zip(&filter.categories) {
            rules.extend(find(category).into_iter().map(|found| Rule {
                guardrail,
                kind: Kind::Category(OfCategory {
                    category: category.name.clone(),
                    id,
                    severity: found.severity,
                    by: found.by,
                    expression: found.expression,
                }),
                name: found.name,
                action: category.action,
                replacement: rule::keyword_tag(filter).to_owned(),
            }));
        }
    }
    Ok(rules)
}

/// What makes a category unusable as a whole.
fn check(category: &Category) -> Result<(), String> {
    let Category { keywords, phrases, identifiers, companions, exceptions, .. } = category;
    let texts = keywords.iter().map(|keyword| &keyword.keyword);
    let mut texts = texts.chain(phrases).chain(identifiers).chain(companions).chain(exceptions);
    if texts.any(|text| text.trim().is_empty())
        || keywords.iter().any(|keyword| word::is_any(&keyword.keyword))
    {
        return Err(
            "one of the category's words is blank, and would be found everywhere; remove it".to_owned()
        );
    }
    if identifiers.is_empty() != companions.is_empty() {
        return Err(
            "identifier words are looked for together with block words, and one of the two lists is \
                    empty; fill it, or write the words as keywords"
                .to_owned(),
        );
    }
    if !identifiers.is_empty() && category.action == Action::Mask {
        return Err(
            "an identifier word and a block word in one sentence can be blocked, and not masked; let the \
                    category's action be `BLOCK`"
                .to_owned(),
        );
    }
    if identifiers.len().saturating_mul(companions.len()) > MAX_PAIRS {
        return Err(format!(
            "its identifier words and block words make {} × {} pairs, and {MAX_PAIRS} are the most; divide the \
             category",
            identifiers.len(),
            companions.len()
        ));
    }
    Ok(())
}

/// A rule but for what all of its category have in common.
struct Sought {
    name: String,
    severity: Severity,
    by: By,
    expression: Option<String>,
}

fn pairs(category: &Category) -> Vec<Sought> {
    let pair = |identifier: &String, companion: &String| Sought {
        name: format!("{identifier} + {companion}"),
        severity: Severity::High,
        by: By::Pair,
        expression: None,
    };
    let with_all = |identifier| category.companions.iter().map(move |companion| pair(identifier, companion));
    category.identifiers.iter().flat_map(with_all).collect()
}

fn phrases(category: &Category) -> Vec<Sought> {
    let phrase = |expression: &String| Sought {
        name: expression.clone(),
        severity: Severity::High,
        by: By::Phrase,
        expression: Some(expression.clone()),
    };
    category.phrases.iter().map(phrase).collect()
}

fn keywords(category: &Category) -> Vec<Sought> {
    let grave = category.keywords.iter().filter(|keyword| keyword.severity >= category.threshold);
    let sought = grave.map(|keyword| Sought {
        name: keyword.keyword.clone(),
        severity: keyword.severity,
        by: By::Keyword,
        expression: word::expression(&keyword.keyword),
    });
    sought.collect()
}
