//! One thing to look for, and what follows from finding it.

use std::fmt;

use super::category::{self, OfCategory};
use super::prebuilt::{self, Prebuilt};
use super::settings::{Action, BlockedWord, ContentFilter, Guardrail, Kind as GuardrailKind, Pattern};

/// How a rule finds its matches.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A word or phrase, anywhere.
    Word { description: Option<String> },
    /// A regular expression of the user's.
    Pattern { regex: String },
    /// A pattern that comes with the gateway.
    Prebuilt(&'static Prebuilt),
    /// What a category of keywords looks for.
    Category(OfCategory),
}

/// One word or pattern of one guardrail.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Index of its guardrail.
    pub(super) guardrail: usize,
    pub(super) kind: Kind,
    /// The word itself, or the pattern's name; of two words, `a + b`; of a category's phrase, its expression.
    pub(super) name: String,
    pub(super) action: Action,
    /// What stands in a match's place when it is masked.
    pub(super) replacement: String,
}

/// Why a configuration's guardrails cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// The guardrail's name.
    pub guardrail: String,
    /// The word, or the pattern's name; empty where the guardrail itself is at fault.
    pub rule: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guardrail, rule, message } = self;
        if rule.is_empty() {
            write!(f, "guardrail '{guardrail}': {message}")
        } else {
            write!(f, "guardrail '{guardrail}', rule '{rule}': {message}")
        }
    }
}

impl std::error::Error for CompileError {}

/// Every rule of every guardrail, in the order in which LiteLLM looks: categories, patterns, then words.
pub(super) fn rules(settings: &[Guardrail]) -> Result<Vec<Rule>, CompileError> {
    let mut rules = Vec::new();
    let mut categories = 0;
    for (index, guardrail) in settings.iter().enumerate() {
        if settings.iter().take(index).any(|earlier| earlier.name == guardrail.name) {
            let message = "a guardrail of this name exists already; rename one of them".to_owned();
            return Err(CompileError { guardrail: guardrail.name.clone(), rule: String::new(), message });
        }
        let GuardrailKind::ContentFilter(filter) = &guardrail.kind else { continue };
        rules.extend(category::rules(index, guardrail, filter, categories)?);
        categories += filter.categories.len();
        for pattern in &filter.patterns {
            rules.push(of_pattern(index, guardrail, filter, pattern)?);
        }
        rules.extend(filter.blocked_words.iter().map(|word| of_word(index, filter, word)));
    }
    Ok(rules)
}

fn of_pattern(
    index: usize,
    guardrail: &Guardrail,
    filter: &ContentFilter,
    pattern: &Pattern,
) -> Result<Rule, CompileError> {
    let format = or(&filter.pattern_redaction_format, "[{pattern_name}_REDACTED]");
    let kind = match &pattern.regex {
        Some(regex) => Kind::Pattern { regex: regex.clone() },
        None => Kind::Prebuilt(prebuilt::named(&pattern.name).ok_or_else(|| CompileError {
            guardrail: guardrail.name.clone(),
            rule: pattern.name.clone(),
            message: "no prebuilt pattern has this name".to_owned(),
        })?),
    };
    Ok(Rule {
        guardrail: index,
        kind,
        name: pattern.name.clone(),
        action: pattern.action,
        replacement: format.replace("{pattern_name}", &pattern.name.to_uppercase()),
    })
}

fn of_word(index: usize, filter: &ContentFilter, word: &BlockedWord) -> Rule {
    Rule {
        guardrail: index,
        kind: Kind::Word { description: word.description.clone() },
        name: word.keyword.clone(),
        action: word.action,
        replacement: keyword_tag(filter).to_owned(),
    }
}

/// What stands in a masked word's place.
pub(super) fn keyword_tag(filter: &ContentFilter) -> &str {
    or(&filter.keyword_redaction_tag, "[KEYWORD_REDACTED]")
}

fn or<'t>(text: &'t str, default: &'t str) -> &'t str {
    if text.is_empty() { default } else { text }
}
