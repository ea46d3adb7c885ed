//! `guardrails`: content filters that run before a request leaves.
//!
//! A guardrail that cannot run as written is an error, never a warning: what it was written to stop would
//! pass.

use regex::RegexBuilder;

use super::cursor::Cursor;
use super::known;
use super::section::Section;
use super::suggest::did_you_mean;
use crate::guardrails::{Action, BlockedWord, Guardrail, Pattern};

/// Largest compiled form of one pattern, in bytes: every worker holds all of them.
const PATTERN_SIZE: usize = 1 << 20;

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
            let hint = did_you_mean(&name, self.names.iter().map(String::as_str));
            at.error(format!("no guardrail is named `{name}`"), hint);
            return None;
        }
        Some(name)
    }
}

/// Reads the whole section.
pub(super) fn read(file: &Section<'_>) -> Guardrails {
    let mut read = Guardrails::default();
    let entries = file.get("guardrails").map(|at| at.list("a list of guardrails"));
    for entry in entries.into_iter().flatten() {
        let Some(section) = entry.section() else { continue };
        let name = section.need("guardrail_name", "a unique name");
        let name = name.and_then(|at| Some((at.clone(), at.text()?)));
        if let Some((at, name)) = &name {
            if read.names.contains(name) {
                at.error(format!("an earlier guardrail is named `{name}`"), "names are unique".to_owned());
            }
            read.names.push(name.clone());
        }
        let guardrail = guardrail(&section);
        if let (Some((_, name)), Some(guardrail)) = (name, guardrail) {
            let id = section.text("guardrail_id").unwrap_or_else(|| name.clone());
            read.guardrails.push(Guardrail { name, id, ..guardrail });
        }
        // Read above unless the guardrail has an error, and free form.
        let _shown_elsewhere = (section.get("guardrail_id"), section.get("guardrail_info"));
        section.close(known::GUARDRAIL);
    }
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
    if params.get("blocked_words").is_none() && params.get("patterns").is_none() {
        params.at().error("the guardrail has no rule", "write `blocked_words` or `patterns`".to_owned());
    }
    params.close(known::CONTENT_FILTER);
    Some(guardrail)
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
    let keyword = section.need("keyword", "the word or phrase")?.text();
    let (action, description) = (action(section), section.text("description"));
    Some(BlockedWord { keyword: keyword?, action: action?, description })
}

fn pattern(section: &Section<'_>) -> Option<Pattern> {
    let kind = section.need("pattern_type", "`regex`")?;
    let named = section.sourced_text("name").or(section.sourced_text("pattern_name"));
    let (regex, action) = (section.get("pattern"), action(section));
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
    let regex = at.text()?;
    check_regex(&at, &regex);
    Some(Pattern {
        name: named.map_or_else(|| "custom_pattern".to_owned(), |name| name.value),
        regex,
        action: action?,
    })
}

fn check_regex(at: &Cursor<'_>, regex: &str) {
    match RegexBuilder::new(regex).case_insensitive(true).size_limit(PATTERN_SIZE).build() {
        Ok(regex) if regex.is_match("") => at.error(
            "the expression matches the empty text, and so every request",
            "ask for at least one character: `+` instead of `*`".to_owned(),
        ),
        Ok(_) => {}
        Err(regex::Error::CompiledTooBig(limit)) => at.error(
            format!("the compiled expression is larger than {limit} bytes"),
            "use smaller repetition counts".to_owned(),
        ),
        Err(error) => at.error(
            format!("not a regular expression: {}", last_line(&error.to_string())),
            "the syntax is that of Rust's regex crate: no look-around, no back-references".to_owned(),
        ),
    }
}

/// The parser draws the expression over several lines; the last one says what is wrong.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
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
