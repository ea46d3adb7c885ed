//! `categories` of a content filter, each with the file that lists its words.

use super::content_filter::{action_at, check_rule, rules};
use super::contents::contents;
use crate::config::cursor::Cursor;
use crate::config::format;
use crate::config::section::Section;
use crate::guardrails::{Action, Category, ContentFilter, Keyword, Severity};

/// Reads the key, and the threshold that holds for categories without one. What is not enabled is checked, and left
/// out.
pub(super) fn read(params: &Section<'_>) -> Vec<Category> {
    let threshold = severity(params, "severity_threshold").unwrap_or_default();
    let read = rules(params, ("categories", &format::CATEGORY), |section| category(section, threshold));
    read.into_iter().flatten().collect()
}

/// A category; nothing of one that is not enabled.
fn category(section: &Section<'_>, threshold: Severity) -> Option<Option<Category>> {
    let name = section.need("category", "the category's name").and_then(|at| at.text());
    let is_enabled = section.boolean("enabled").unwrap_or(true);
    let own_action = section.get("action").map(|at| action_at(&at));
    let threshold = severity(section, "severity_threshold").unwrap_or(threshold);
    let file = section.get("category_file");
    if file.is_none() && is_enabled {
        section.at().missing(
            "category_file",
            "missing, expected the name of a file: no category's words come with the gateway",
            "write the category's keywords to a file and name it as `category_file`".to_owned(),
        );
    }
    let file = contents(&file?)?;
    let words = words(&file);
    let category = Category { name: name?, threshold, action: own_action.unwrap_or(words.1)?, ..words.0 };
    check_together(&file, &category);
    Some(is_enabled.then_some(category))
}

/// The words of a category's file, and its `default_action`: `None` if that is wrong.
fn words(file: &Section<'_>) -> (Category, Option<Action>) {
    // For those who read the file.
    let _told_elsewhere = (file.get("category_name"), file.get("description"));
    let action = file.get("default_action").map_or(Some(Action::Block), |at| action_at(&at));
    let mut keywords =
        rules(file, ("keywords", &format::CATEGORY_KEYWORD), |section| keyword(section, Severity::Medium));
    keywords.extend(rules(file, ("always_block_keywords", &format::CATEGORY_KEYWORD), |section| {
        keyword(section, Severity::High)
    }));
    let words = Category {
        keywords,
        phrases: texts(file, "phrase_patterns", |at, text| {
            check_alone(at, Category { phrases: vec![text], ..Category::default() });
        }),
        identifiers: texts(file, "identifier_words", |_, _| {}),
        companions: texts(file, "additional_block_words", |_, _| {}),
        exceptions: texts(file, "exceptions", |_, _| {}),
        ..Category::default()
    };
    file.close(&format::CATEGORY_FILE);
    (words, action)
}

fn keyword(section: &Section<'_>, otherwise: Severity) -> Option<Keyword> {
    let at = section.need("keyword", "the word or phrase");
    let severity = severity(section, "severity").unwrap_or(otherwise);
    let at = at?;
    let keyword = Keyword { keyword: at.text()?, severity };
    let alone = Category { keywords: vec![keyword.clone()], threshold: Severity::Low, ..Category::default() };
    check_alone(&at, alone);
    Some(keyword)
}

fn texts(file: &Section<'_>, key: &'static str, check: impl Fn(&Cursor<'_>, String)) -> Vec<String> {
    let entries = file.get(key).map(|at| at.list("a list of texts")).unwrap_or_default();
    let text = |at: &Cursor<'_>| at.text().inspect(|text| check(at, text.clone()));
    entries.iter().filter_map(text).collect()
}

fn severity(section: &Section<'_>, key: &'static str) -> Option<Severity> {
    let at = section.get(key)?;
    let severity = Severity::named(&at.text()?.to_ascii_lowercase());
    if severity.is_none() {
        at.unexpected("`high`, `medium` or `low`");
    }
    severity
}

fn check_alone(at: &Cursor<'_>, category: Category) {
    check_rule(at, ContentFilter { categories: vec![category], ..ContentFilter::default() });
}

/// What no word shows by itself.
fn check_together(file: &Section<'_>, category: &Category) {
    let Category { keywords, phrases, identifiers, threshold, .. } = category;
    let at = file.at();
    if keywords.is_empty() && phrases.is_empty() && identifiers.is_empty() {
        at.error(
            "the category has no word",
            "write `keywords`, `phrase_patterns`, or `identifier_words` with `additional_block_words`"
                .to_owned(),
        );
    } else if !keywords.is_empty() && keywords.iter().all(|keyword| keyword.severity < *threshold) {
        at.warning(
            format!("no keyword has the severity `{}`, and so none is looked for", threshold.name()),
            "lower the `severity_threshold`".to_owned(),
        );
    }
    // Those have been looked at where they stand.
    let rest = Category { keywords: Vec::new(), phrases: Vec::new(), ..category.clone() };
    check_alone(at, rest);
}
