//! `guardrail: litellm_content_filter`: words and patterns.

use crate::config::cursor::Cursor;
use crate::config::known;
use crate::config::section::Section;
use crate::config::suggest::did_you_mean;
use crate::guardrails::{Action, BlockedWord, Compiled, ContentFilter, Guardrail, Kind, Pattern, prebuilt};

/// Reads the filter's own keys.
pub(super) fn read(params: &Section<'_>) -> ContentFilter {
    let filter = ContentFilter {
        blocked_words: rules(params, "blocked_words", blocked_word),
        patterns: rules(params, "patterns", pattern),
        pattern_redaction_format: params
            .text("pattern_redaction_format")
            .unwrap_or_else(|| "[{pattern_name}_REDACTED]".to_owned()),
        keyword_redaction_tag: params
            .text("keyword_redaction_tag")
            .unwrap_or_else(|| "[KEYWORD_REDACTED]".to_owned()),
        ..ContentFilter::default()
    };
    if !has_entries(params, "blocked_words") && !has_entries(params, "patterns") {
        params.at().error("the guardrail has no rule", "write `blocked_words` or `patterns`".to_owned());
    }
    filter
}

/// Whether anything stands under a key, be it of a wrong type.
fn has_entries(params: &Section<'_>, key: &'static str) -> bool {
    params.get(key).is_some_and(|at| at.value().as_array().is_none_or(|entries| !entries.is_empty()))
}

fn rules<T>(params: &Section<'_>, key: &'static str, read: fn(&Section<'_>) -> Option<T>) -> Vec<T> {
    let entries = params.get(key).map(|at| at.list("a list of rules"));
    let mut rules = Vec::new();
    for section in entries.into_iter().flatten().filter_map(|entry| entry.section()) {
        rules.extend(read(&section));
        section.close(known::OWN);
    }
    rules
}

fn blocked_word(section: &Section<'_>) -> Option<BlockedWord> {
    let at = section.need("keyword", "the word or phrase");
    let (action, description) = (action(section), section.text("description"));
    let at = at?;
    let word = BlockedWord { keyword: at.text()?, action: action?, description };
    check_rule(&at, ContentFilter { blocked_words: vec![word.clone()], ..ContentFilter::default() });
    Some(word)
}

fn pattern(section: &Section<'_>) -> Option<Pattern> {
    let kind = section.need("pattern_type", "`prebuilt` or `regex`");
    let (named, prebuilt) = (section.sourced_text("name"), section.get("pattern_name"));
    let (regex, action) = (section.get("pattern"), action(section));
    let kind = kind?;
    match kind.text()?.as_str() {
        "regex" => {
            let name = named.map(|name| name.value).or_else(|| prebuilt.and_then(|at| at.text()));
            of_regex(section, name, regex.as_ref(), action)
        }
        "prebuilt" => of_prebuilt(section, prebuilt.as_ref(), action),
        _ => {
            kind.unexpected("`prebuilt` or `regex`");
            None
        }
    }
}

fn of_regex(
    section: &Section<'_>,
    name: Option<String>,
    regex: Option<&Cursor<'_>>,
    action: Option<Action>,
) -> Option<Pattern> {
    let Some(at) = regex else {
        section.at().missing("pattern", "missing, expected a regular expression", None);
        return None;
    };
    let pattern = Pattern {
        name: name.unwrap_or_else(|| "custom_pattern".to_owned()),
        regex: Some(at.text()?),
        // Not known for an error, which must not hide one of the expression.
        action: action.unwrap_or_default(),
    };
    check_rule(at, ContentFilter { patterns: vec![pattern.clone()], ..ContentFilter::default() });
    action.map(|_| pattern)
}

fn of_prebuilt(section: &Section<'_>, name: Option<&Cursor<'_>>, action: Option<Action>) -> Option<Pattern> {
    let Some(at) = name else {
        section.at().missing("pattern_name", "missing, expected the name of a prebuilt pattern", None);
        return None;
    };
    let name = at.text()?;
    if prebuilt::named(&name).is_none() {
        let known = prebuilt::all().map(|prebuilt| prebuilt.name);
        at.error(format!("no prebuilt pattern is named `{name}`"), did_you_mean(&name, known));
        return None;
    }
    Some(Pattern { name, regex: None, action: action? })
}

/// Compiles one rule by itself, as the filter will: what the check accepts cannot fail there.
fn check_rule(at: &Cursor<'_>, rule: ContentFilter) {
    let alone = Guardrail { kind: Kind::ContentFilter(rule), ..Guardrail::default() };
    if let Err(error) = Compiled::new(&[alone]) {
        at.error(error.message, None);
    }
}

/// `BLOCK` or `MASK`.
fn action(section: &Section<'_>) -> Option<Action> {
    let at = section.need("action", "`BLOCK` or `MASK`")?;
    match at.text()?.to_ascii_uppercase().as_str() {
        "BLOCK" => Some(Action::Block),
        "MASK" => Some(Action::Mask),
        _ => {
            at.unexpected("`BLOCK` or `MASK`");
            None
        }
    }
}
