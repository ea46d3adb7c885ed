//! `guardrail: litellm_content_filter`: words, patterns and categories.

use super::categories;
use super::contents::contents;
use crate::config::cursor::Cursor;
use crate::config::format::{self, Format};
use crate::config::section::Section;
use crate::config::suggest::did_you_mean;
use crate::guardrails::{
    Action, BlockedWord, Compiled, ContentFilter, Decode, Guardrail, Kind, Pattern, prebuilt,
};

/// Keys of which each gives the filter something to look for.
const RULES: [&str; 4] = ["blocked_words", "blocked_words_file", "patterns", "categories"];

/// Reads the filter's own keys.
pub(super) fn read(params: &Section<'_>) -> ContentFilter {
    let filter = ContentFilter {
        blocked_words: blocked_words(params),
        patterns: rules(params, ("patterns", &format::PATTERN), pattern),
        categories: categories::read(params),
        pattern_redaction_format: params
            .text("pattern_redaction_format")
            .unwrap_or_else(|| "[{pattern_name}_REDACTED]".to_owned()),
        keyword_redaction_tag: params
            .text("keyword_redaction_tag")
            .unwrap_or_else(|| "[KEYWORD_REDACTED]".to_owned()),
        decode: params.get("decode").map(|at| decode(&at)).unwrap_or_default(),
        refuse_unscanned: params.boolean("refuse_unscanned").unwrap_or(false),
    };
    if !filter.refuse_unscanned && !RULES.iter().any(|key| has_entries(params, key)) {
        params.at().error(
            "the guardrail has no rule",
            "write `patterns`, `blocked_words`, `blocked_words_file` or `categories`".to_owned(),
        );
    }
    filter
}

/// Whether anything stands under a key, be it of a wrong type.
fn has_entries(params: &Section<'_>, key: &'static str) -> bool {
    params.get(key).is_some_and(|at| at.value().as_array().is_none_or(|entries| !entries.is_empty()))
}

/// The blocked words of the configuration, then those of the file that it names.
fn blocked_words(params: &Section<'_>) -> Vec<BlockedWord> {
    let mut words = rules(params, ("blocked_words", &format::BLOCKED_WORD), blocked_word);
    if let Some(file) = params.get("blocked_words_file").and_then(|at| contents(&at)) {
        if !has_entries(&file, "blocked_words") {
            file.at().error(
                "the file has no word",
                "write them as `blocked_words: [{keyword, action}]`".to_owned(),
            );
        }
        words.extend(rules(&file, ("blocked_words", &format::BLOCKED_WORD), blocked_word));
        file.close(&format::BLOCKED_WORDS_FILE);
    }
    words
}

/// Encodings that are looked through: one, or a list of them.
fn decode(at: &Cursor<'_>) -> Decode {
    let each = if at.value().is_array() { at.list("a list of encodings") } else { vec![at.clone()] };
    let mut decode = Decode::default();
    for encoding in each {
        match encoding.text().as_deref() {
            Some("html") => decode.html = true,
            Some("base64") => decode.base64 = true,
            Some(_) => encoding.unexpected("`html` or `base64`"),
            None => {}
        }
    }
    decode
}

/// The rules of a list, each of a format.
pub(super) fn rules<T>(
    section: &Section<'_>,
    (key, format): (&'static str, &'static Format),
    read: impl Fn(&Section<'_>) -> Option<T>,
) -> Vec<T> {
    let entries = section.get(key).map(|at| at.list("a list of rules"));
    let mut rules = Vec::new();
    for section in entries.into_iter().flatten().filter_map(|entry| entry.section()) {
        rules.extend(read(&section));
        section.close(format);
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
pub(super) fn check_rule(at: &Cursor<'_>, rule: ContentFilter) {
    let alone = Guardrail { kind: Kind::ContentFilter(rule), ..Guardrail::default() };
    if let Err(error) = Compiled::new(&[alone]) {
        at.error(error.message, None);
    }
}

/// `action`: `BLOCK` or `MASK`.
fn action(section: &Section<'_>) -> Option<Action> {
    action_at(&section.need("action", "`BLOCK` or `MASK`")?)
}

/// `BLOCK` or `MASK`.
pub(super) fn action_at(at: &Cursor<'_>) -> Option<Action> {
    match at.text()?.to_ascii_uppercase().as_str() {
        "BLOCK" => Some(Action::Block),
        "MASK" => Some(Action::Mask),
        _ => {
            at.unexpected("`BLOCK` or `MASK`");
            None
        }
    }
}
