//! Every rule's search, side by side.
//!
//! ASCII words are one Aho-Corasick automaton, and patterns one set that says in a single pass which of them
//! match at all; both take time linear in the text, whatever the rules. Words with other letters are
//! patterns, for their case folding. Only a pattern that matches is searched for by itself: each of its matches
//! is linear too, but a pattern that tries to reach the text's end from every match may need the square.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::prebuilt::Prebuilt;
use super::rule::{CompileError, Kind, Rule};
use super::settings::Guardrail;

/// Bound of one compiled pattern, in bytes. Memory of each worker.
const PATTERN_BYTES: usize = 1 << 20;
/// Bound of the set of all patterns, in bytes.
const SET_BYTES: usize = 16 << 20;
/// Longest candidate of a prebuilt pattern within which another one is looked for when it is none, in bytes.
const REJECTED_BYTES: usize = 64;
/// Bound of a pattern's cache of states while it searches, in bytes.
const CACHE_BYTES: usize = 2 << 20;

#[derive(Debug)]
pub(super) struct Matcher {
    words: Option<AhoCorasick>,
    /// The automaton's word → rule.
    word_rules: Vec<usize>,
    set: Option<RegexSet>,
    patterns: Vec<Searched>,
}

/// A pattern and its rule.
#[derive(Debug)]
struct Searched {
    rule: usize,
    regex: Regex,
    /// Tells which matches are ones.
    prebuilt: Option<&'static Prebuilt>,
    /// What must stand how near, in characters.
    near: Option<(Regex, usize)>,
}

impl Searched {
    fn new(rule: usize, regex: Regex) -> Self {
        Self { rule, regex, prebuilt: None, near: None }
    }

    /// Calls `hit` with every match. Of a short candidate that is none the search goes on at its second word: groups
    /// of digits may begin within others.
    fn each(&self, text: &str, mut hit: impl FnMut(Range<usize>)) {
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|_| self.regex.find_at(text, from)) {
            from = found.end();
            if found.is_empty() {
                from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            } else if self.accepts(text, &found.range()) {
                hit(found.range());
            } else if found.len() <= REJECTED_BYTES {
                from = found.as_str().find(char::is_whitespace).map_or(from, |first| found.start() + first);
            }
        }
    }

    fn accepts(&self, text: &str, found: &Range<usize>) -> bool {
        let of_text = |range: Range<usize>| text.get(range).unwrap_or_default();
        let candidate = of_text(found.clone());
        let is_one = |prebuilt: &Prebuilt| {
            let (before, behind) = (of_text(0..found.start), of_text(found.end..text.len()));
            (prebuilt.check)(candidate) && (prebuilt.stands)(before, candidate, behind)
        };
        if !self.prebuilt.is_none_or(is_one) {
            return false;
        }
        let Some((words, within)) = &self.near else { return true };
        let before = text.get(..found.start).unwrap_or_default();
        let from = before.char_indices().rev().take(*within).last().map_or(found.start, |(at, _)| at);
        let behind = text.get(found.end..).unwrap_or_default();
        let to = behind.char_indices().nth(*within).map_or(text.len(), |(at, _)| found.end + at);
        words.is_match(of_text(from..found.start)) || words.is_match(of_text(found.end..to))
    }
}

impl Matcher {
    /// `rules` as `rule::rules` made them from `settings`.
    pub(super) fn new(settings: &[Guardrail], rules: &[Rule]) -> Result<Self, CompileError> {
        let mut words = Vec::new();
        let mut word_rules = Vec::new();
        let mut patterns = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let fail = |message: String| error(settings, rule, message);
            match &rule.kind {
                Kind::Word { .. } if rule.name.trim().is_empty() => {
                    return Err(fail(
                        "the word is blank, and would be found everywhere; remove it".to_owned(),
                    ));
                }
                Kind::Word { .. } if rule.name.is_ascii() => {
                    words.push(rule.name.as_str());
                    word_rules.push(index);
                }
                Kind::Word { .. } => {
                    let regex = compile(&regex::escape(&rule.name)).map_err(fail)?;
                    patterns.push(Searched::new(index, regex));
                }
                Kind::Pattern { regex } => {
                    patterns.push(Searched::new(index, compile(regex).map_err(fail)?));
                }
                Kind::Prebuilt(prebuilt) => {
                    let near = prebuilt.near.as_ref().map(|near| compile(near.words)).transpose();
                    let near = near.map_err(fail)?.zip(prebuilt.near.as_ref().map(|near| near.within));
                    let regex = compile(prebuilt.regex).map_err(fail)?;
                    patterns.push(Searched { rule: index, regex, prebuilt: Some(prebuilt), near });
                }
            }
        }
        let words = automaton(&words).map_err(|message| {
            let names: Vec<&str> = settings.iter().map(|guardrail| guardrail.name.as_str()).collect();
            CompileError { guardrail: names.join(", "), rule: String::new(), message }
        })?;
        let set = set(&patterns);
        Ok(Self { words, word_rules, set, patterns })
    }

    /// Calls `hit` with every match in `text` of the rules that `wanted` holds for, in no particular order.
    pub(super) fn scan(
        &self,
        text: &str,
        wanted: impl Fn(usize) -> bool,
        mut hit: impl FnMut(usize, Range<usize>),
    ) {
        if let Some(words) = &self.words {
            for found in words.find_overlapping_iter(text) {
                if let Some(rule) =
                    self.word_rules.get(found.pattern().as_usize()).filter(|rule| wanted(**rule))
                {
                    hit(*rule, found.range());
                }
            }
        }
        let mut search = |searched: &Searched| {
            if wanted(searched.rule) {
                searched.each(text, |found| hit(searched.rule, found));
            }
        };
        match &self.set {
            Some(set) => set.matches(text).iter().filter_map(|at| self.patterns.get(at)).for_each(search),
            None => self.patterns.iter().for_each(&mut search),
        }
    }
}

fn compile(expression: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(expression)
        .case_insensitive(true)
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(CACHE_BYTES)
        .build()
        .map_err(|error| format!("not a regular expression that can be used: {}", reason(&error)))?;
    if regex.is_match("") {
        return Err(
            "it matches the empty text, and so would match everywhere; let it need a character".to_owned()
        );
    }
    Ok(regex)
}

fn automaton(words: &[&str]) -> Result<Option<AhoCorasick>, String> {
    if words.is_empty() {
        return Ok(None);
    }
    let built =
        AhoCorasickBuilder::new().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(words);
    built.map(Some).map_err(|error| format!("the blocked words together cannot be used: {error}"))
}

/// None where one search is all there is, or where all together are too large: then each looks by itself.
fn set(patterns: &[Searched]) -> Option<RegexSet> {
    if patterns.len() < 2 {
        return None;
    }
    let all = patterns.iter().map(|searched| searched.regex.as_str());
    let mut builder = RegexSetBuilder::new(all);
    builder.case_insensitive(true).size_limit(SET_BYTES).dfa_size_limit(CACHE_BYTES).build().ok()
}

/// What is wrong with an expression, on one line: the parser draws it over several, and the last one says it.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("compiled, it takes more than {limit} bytes; lower its repetition counts")
        }
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or(&text);
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    }
}

fn error(settings: &[Guardrail], rule: &Rule, message: String) -> CompileError {
    let guardrail = settings.get(rule.guardrail).map(|guardrail| guardrail.name.clone()).unwrap_or_default();
    CompileError { guardrail, rule: rule.name.clone(), message }
}
