//! `guardrails`: content filters that run before a request leaves.
//!
//! A guardrail that cannot run as written is an error, never a warning: what it was written to stop would
//! pass.

use super::cursor::Cursor;
use super::known;
use super::section::Section;
use super::suggest::did_you_mean;
use crate::guardrails::{Action, BlockedWord, Compiled, Guardrail, Pattern};

/// What the section says.
#[derive(Default)]
pub(super) struct Guardrails {
    pub guardrails: Vec<Guardrail>,
    /// Every name, also of guardrails that have an error.
    names: Vec<String>,
}

impl Guardrails {
    /// A guardrail's name; an error at `at` if there is none of that name.
    pub fn named(&self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if !self.names.contains(&name) {
            at.error(format!("no guardrail is named `{name}`"), Some(self.hint(&name)));
            return None;
        }
        Some(name)
    }

    fn hint(&self, name: &str) -> String {
        let names = self.names.iter().map(String::as_str);
        did_you_mean(name, names).unwrap_or_else(|| {
            let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
            match names.is_empty() {
                true => "the file has no `guardrails`".to_owned(),
                false => format!("the guardrails are {}", names.join(", ")),
            }
        })
    }

    /// The name of a guardrail, unless an earlier one has it.
    fn add_name(&mut self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if self.names.contains(&name) {
            at.error(format!("an earlier guardrail is named `{name}`"), "names are unique".to_owned());
            return None;
        }
        self.names.push(name.clone());
        Some(name)
    }
}

/// Reads the whole section.
pub(super) fn read(file: &Section<'_>) -> Guardrails {
    let mut read = Guardrails::default();
    let Some(list) = file.get("guardrails") else { return read };
    for entry in list.list("a list of guardrails") {
        let Some(section) = entry.section() else { continue };
        let name = section.need("guardrail_name", "a unique name");
        let name = name.and_then(|at| read.add_name(&at));
        let guardrail = guardrail(&section);
        if let (Some(name), Some(guardrail)) = (name, guardrail) {
            let id = section.text("guardrail_id").unwrap_or_else(|| name.clone());
            read.guardrails.push(Guardrail { name, id, ..guardrail });
        }
        // Read above unless the guardrail has an error, and free form.
        let _shown_elsewhere = (section.get("guardrail_id"), section.get("guardrail_info"));
        section.close(known::GUARDRAIL);
    }
    check_together(&list, &read.guardrails);
    read
}

/// A guardrail but for its name.
fn guardrail(section: &Section<'_>) -> Option<Guardrail> {
    let params = section.need("litellm_params", "a mapping with `guardrail` and `mode`")?.section()?;
    let kind = params.need("guardrail", "`litellm_content_filter`")?;
    let kind_name = kind.text()?;
    if kind_name != "litellm_content_filter" {
        // Its other keys belong to that kind; they would only add noise.
        kind.error(
            format!("guardrail `{kind_name}` is not supported"),
            "`litellm_content_filter` is; a guardrail that did not run would let everything through"
                .to_owned(),
        );
        return None;
    }
    check_mode(&params);
    let guardrail = Guardrail {
        name: String::new(),
        id: String::new(),
        default_on: params.boolean("default_on").unwrap_or(false),
        blocked_words: rules(&params, "blocked_words", blocked_word),
        patterns: rules(&params, "patterns", pattern),
        pattern_redaction_format: params
            .text("pattern_redaction_format")
            .unwrap_or_else(|| "[{pattern_name}_REDACTED]".to_owned()),
        keyword_redaction_tag: params
            .text("keyword_redaction_tag")
            .unwrap_or_else(|| "[KEYWORD_REDACTED]".to_owned()),
    };
    if !has_entries(&params, "blocked_words") && !has_entries(&params, "patterns") {
        params.at().error("the guardrail has no rule", "write `blocked_words` or `patterns`".to_owned());
    }
    params.close(known::CONTENT_FILTER);
    Some(guardrail)
}

/// Whether anything stands under a key, be it of a wrong type.
fn has_entries(params: &Section<'_>, key: &'static str) -> bool {
    params.get(key).is_some_and(|at| at.value().as_array().is_none_or(|entries| !entries.is_empty()))
}

fn check_mode(params: &Section<'_>) {
    let Some(mode) = params.need("mode", "`pre_call`") else { return };
    let modes = if mode.value().is_array() { mode.list("a list of modes") } else { vec![mode] };
    for at in modes {
        match at.text() {
            Some(mode) if mode != "pre_call" => at.error(
                format!("mode `{mode}` is not supported"),
                "`pre_call` is: it sees a request before it leaves".to_owned(),
            ),
            _ => {}
        }
    }
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
    check_rule(&at, Guardrail { blocked_words: vec![word.clone()], ..Guardrail::default() });
    Some(word)
}

fn pattern(section: &Section<'_>) -> Option<Pattern> {
    let kind = section.need("pattern_type", "`regex`");
    let named = section.sourced_text("name").or(section.sourced_text("pattern_name"));
    let (regex, action) = (section.get("pattern"), action(section));
    let kind = kind?;
    let kind_name = kind.text()?;
    if kind_name != "regex" {
        let which = named.map_or_else(String::new, |name| format!(" (`{}`)", name.value));
        kind.error(
            format!("pattern type `{kind_name}`{which} is not supported yet"),
            "write the expression itself: `pattern_type: regex`, `pattern: …`, `name: …`".to_owned(),
        );
        return None;
    }
    let Some(at) = regex else {
        section.at().missing("pattern", "missing, expected a regular expression", None);
        return None;
    };
    let pattern = Pattern {
        name: named.map_or_else(|| "custom_pattern".to_owned(), |name| name.value),
        regex: at.text()?,
        // Not known for an error, which must not hide one of the expression.
        action: action.unwrap_or_default(),
    };
    check_rule(&at, Guardrail { patterns: vec![pattern.clone()], ..Guardrail::default() });
    action.map(|_| pattern)
}

/// Compiles one rule by itself, as the filter will: what the check accepts cannot fail there.
fn check_rule(at: &Cursor<'_>, rule: Guardrail) {
    if let Err(error) = Compiled::new(&[rule]) {
        at.error(error.message, None);
    }
}

/// Compiles all rules together, which may be too large though none is by itself.
fn check_together(at: &Cursor<'_>, guardrails: &[Guardrail]) {
    match Compiled::new(guardrails) {
        Err(error) if error.rule.is_empty() => at.error(error.message, None),
        // One of them alone fails, which is said at its own place.
        Ok(_) | Err(_) => {}
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
