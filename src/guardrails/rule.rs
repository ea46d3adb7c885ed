//! One thing to look for, and what follows from finding it.

use std::fmt;

use super::settings::{Action, BlockedWord, Guardrail, Pattern};

/// How a rule finds its matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word or phrase, anywhere.
    Word { description: Option<String> },
    /// A regular expression.
    Pattern { regex: String },
}

/// One word or pattern of one guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Index of its guardrail.
    pub(super) guardrail: usize,
    pub(super) kind: Kind,
    /// The word itself, or the pattern's name.
    pub(super) name: String,
    pub(super) action: Action,
    /// What stands in a match's place when it is masked.
    pub(super) replacement: String,
}

impl Rule {
    pub(super) fn is_pattern(&self) -> bool {
        matches!(self.kind, Kind::Pattern { .. })
    }
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

/// Every rule of every guardrail, in the order in which LiteLLM looks: patterns, then words.
pub(super) fn rules(settings: &[Guardrail]) -> Result<Vec<Rule>, CompileError> {
    let mut rules = Vec::new();
    for (index, guardrail) in settings.iter().enumerate() {
        if settings.iter().take(index).any(|earlier| earlier.name == guardrail.name) {
            let message = "a guardrail of this name exists already; rename one of them".to_owned();
            return Err(CompileError { guardrail: guardrail.name.clone(), rule: String::new(), message });
        }
        rules.extend(guardrail.patterns.iter().map(|pattern| of_pattern(index, guardrail, pattern)));
        rules.extend(guardrail.blocked_words.iter().map(|word| of_word(index, guardrail, word)));
    }
    Ok(rules)
}

fn of_pattern(index: usize, guardrail: &Guardrail, pattern: &Pattern) -> Rule {
    let format = or(&guardrail.pattern_redaction_format, "[{pattern_name}_REDACTED]");
    Rule {
        guardrail: index,
        kind: Kind::Pattern { regex: pattern.regex.clone() },
        name: pattern.name.clone(),
        action: pattern.action,
        replacement: format.replace("{pattern_name}", &pattern.name.to_uppercase()),
    }
}

fn of_word(index: usize, guardrail: &Guardrail, word: &BlockedWord) -> Rule {
    Rule {
        guardrail: index,
        kind: Kind::Word { description: word.description.clone() },
        name: word.keyword.clone(),
        action: word.action,
        replacement: or(&guardrail.keyword_redaction_tag, "[KEYWORD_REDACTED]").to_owned(),
    }
}

fn or<'t>(text: &'t str, default: &'t str) -> &'t str {
    if text.is_empty() { default } else { text }
}
