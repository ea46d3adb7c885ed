//! Every rule's search, side by side.
//!
//! Words, and what the patterns cannot do without, are found in one pass over the text, and each pattern is
//! searched for only where that lets it match: see `gates`. Words with other letters than ASCII's are patterns,
//! for their case folding.
//!
//! All of it takes time linear in the text, whatever the rules, but for a pattern that tries to reach the text's
//! end from every match: after some matches it may look only so far ahead.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::meta;
use regex_syntax::hir::Hir;

use super::category::{Categories, OfCategory};
use super::findings::MAX_MASKS;
use super::gates::Gates;
use super::near::{Looked, Near};
use super::prebuilt::{self, Prebuilt};
use super::rule::{CompileError, Kind, Rule};
use super::search::{Loose, each_match};
use super::settings::{Decode, Guardrail, Kind as GuardrailKind};
use super::views::folded;

/// Bound of one compiled pattern, in bytes. Memory of each worker.
const PATTERN_BYTES: usize = 1 << 20;
/// Bound of a pattern's cache of states while it searches, in bytes.
const CACHE_BYTES: usize = 2 << 20;
/// Most matches of one pattern in one text: more than may be masked.
const MAX_MATCHES: usize = MAX_MASKS + 1;
/// Longest candidate of a prebuilt pattern within which another one is looked for when it is none, in bytes.
const REJECTED_BYTES: usize = 64;

#[derive(Debug)]
pub(super) struct Matcher {
    gates: Gates,
    /// In the order in which `gates` knows them.
    patterns: Vec<Searched>,
    /// Their words, which have an automaton of their own.
    categories: Categories,
    /// What each rule's guardrail looks through.
    decode: Vec<Decode>,
    /// The rules of those that look through anything, by what that is.
    decodings: Vec<(Decode, Vec<usize>)>,
}

/// A pattern and its rule.
#[derive(Debug)]
struct Searched {
    rule: usize,
    regex: meta::Regex,
    /// For texts beyond ASCII.
    loose: Option<Loose>,
    /// Longest match, in bytes.
    longest: Option<usize>,
    /// Tells which matches are ones.
    prebuilt: Option<&'static Prebuilt>,
    /// What must stand near; the same for all patterns with the same words.
    near: Option<Arc<Near>>,
}

impl Searched {
    fn new(rule: usize, regex: meta::Regex, hir: &Hir) -> Self {
        let longest = hir.properties().maximum_len();
        Self { rule, regex, loose: Loose::of(hir), longest, prebuilt: None, near: None }
    }

    /// Calls `hit` with every match in `ranges` of `text`. Of a short candidate that is none the search goes on at its
    /// second word: groups of digits may begin within others.
    fn find(&self, text: &str, ranges: &[Range<usize>], hit: &mut dyn FnMut(Range<usize>)) {
        if ranges.is_empty() {
            return;
        }
        let narrowed = self.loose.as_ref().filter(|_| !text.is_ascii());
        match narrowed.map(|loose| loose.around(text, ranges, self.longest)) {
            Some(narrowed) => self.find_in(text, &narrowed, hit),
            None => self.find_in(text, ranges, hit),
        }
    }

    fn find_in(&self, text: &str, ranges: &[Range<usize>], hit: &mut dyn FnMut(Range<usize>)) {
        let mut hits = 0;
        let mut looked = Looked::default();
        let mut accept = |found: Range<usize>| {
            if !self.accepts(text, &found, &mut looked) {
                let rejected = text.get(found.clone()).filter(|one| one.len() <= REJECTED_BYTES);
                let word = rejected.and_then(|one| one.find(char::is_whitespace));
                return Some(word.map_or(found.end, |first| found.start + first.max(1)));
            }
            let end = found.end;
            hit(found);
            hits += 1;
            (hits <= MAX_MATCHES).then_some(end)
        };
        each_match(&self.regex, text, ranges, &mut accept);
    }

    fn accepts(&self, text: &str, found: &Range<usize>, looked: &mut Looked) -> bool {
        let of_text = |range: Range<usize>| text.get(range).unwrap_or_default();
        let candidate = of_text(found.clone());
        let is_one = |prebuilt: &Prebuilt| {
            let (before, behind) = (of_text(0..found.start), of_text(found.end..text.len()));
            (prebuilt.check)(candidate) && (prebuilt.stands)(before, candidate, behind)
        };
        self.prebuilt.is_none_or(is_one)
            && self.near.as_ref().is_none_or(|near| near.stands(text, found, looked))
    }
}

impl Matcher {
    /// `rules` as `rule::rules` made them from `settings`.
    pub(super) fn new(settings: &[Guardrail], rules: &[Rule]) -> Result<Self, CompileError> {
        let mut words = Vec::new();
        let mut patterns = Vec::new();
        let mut parsed = Vec::new();
        let mut nears = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let fail = |message: String| error(settings, rule, message);
            let mut add = |expression: &str| {
                let (regex, hir) = compile(expression).map_err(fail)?;
                let searched = Searched::new(index, regex, &hir);
                parsed.push(hir);
                Ok(searched)
            };
            match &rule.kind {
                Kind::Word { .. } if rule.name.trim().is_empty() => {
                    return Err(fail(
                        "the word is blank, and would be found everywhere; remove it".to_owned(),
                    ));
                }
                Kind::Word { .. } if rule.name.is_ascii() => words.push((index, rule.name.as_str())),
                Kind::Word { .. } => patterns.push(add(&either_form(&rule.name))?),
                Kind::Pattern { regex } => patterns.push(add(regex)?),
                Kind::Prebuilt(prebuilt) => {
                    let near = prebuilt.near.as_ref().map(|near| near_of(&mut nears, near)).transpose();
                    let near = near.map_err(fail)?;
                    let found = add(prebuilt.regex)?;
                    patterns.push(Searched { prebuilt: Some(prebuilt), near, ..found });
                }
                Kind::Category(OfCategory { expression: Some(expression), .. }) => {
                    patterns.push(add(expression)?);
                }
                Kind::Category(_) => {}
            }
        }
        let together = |message| {
            let names: Vec<&str> = settings.iter().map(|guardrail| guardrail.name.as_str()).collect();
            CompileError { guardrail: names.join(", "), rule: String::new(), message }
        };
        let gates = Gates::new(&words, &parsed).map_err(together)?;
        let categories = Categories::new(settings, rules).map_err(together)?;
        let decode: Vec<Decode> = rules.iter().map(|rule| decode(settings, rule)).collect();
        let decodings = decodings(&decode);
        Ok(Self { gates, patterns, categories, decode, decodings })
    }

    /// What the rule's guardrail looks through.
    pub(super) fn decode(&self, rule: usize) -> Decode {
        self.decode.get(rule).copied().unwrap_or_default()
    }

    /// What any guardrail looks through, with its rules.
    pub(super) fn decodings(&self) -> impl Iterator<Item = (Decode, &[usize])> {
        self.decodings.iter().map(|(decode, rules)| (*decode, rules.as_slice()))
    }

    /// Calls `hit` with every match in `text` of the rules that `wanted` holds for, in no particular order.
    pub(super) fn scan(
        &self,
        text: &str,
        wanted: impl Fn(usize) -> bool,
        mut hit: impl FnMut(usize, Range<usize>),
    ) {
        let open = self.gates.open(text, |rule, range| {
            if wanted(rule) {
                hit(rule, range);
            }
        });
        let exempt = self.categories.exempt(text);
        self.categories.scan(text, &exempt, &wanted, &mut hit);
        for (index, searched) in self.patterns.iter().enumerate() {
            let rule = searched.rule;
            // Most texts lack what most patterns need.
            if open.may_match(index) && wanted(rule) && !exempt.covers(rule) {
                searched.find(text, &open.of(index), &mut |range| hit(rule, range));
            }
        }
    }
}

#[cfg(test)]
impl Matcher {
    /// Every match of every pattern, without gates and without searching loosely first.
    pub(super) fn scan_everywhere(&self, text: &str, mut hit: impl FnMut(usize, Range<usize>)) {
        let everywhere: Vec<_> = std::iter::once(0..text.len()).collect();
        for searched in &self.patterns {
            searched.find_in(text, &everywhere, &mut |range| hit(searched.rule, range));
        }
    }
}

fn decode(settings: &[Guardrail], rule: &Rule) -> Decode {
    match settings.get(rule.guardrail).map(|guardrail| &guardrail.kind) {
        Some(GuardrailKind::ContentFilter(filter)) => filter.decode,
        _ => Decode::default(),
    }
}

fn decodings(of_rules: &[Decode]) -> Vec<(Decode, Vec<usize>)> {
    let mut decodings: Vec<(Decode, Vec<usize>)> = Vec::new();
    for (rule, decode) in of_rules.iter().enumerate().filter(|(_, decode)| **decode != Decode::default()) {
        match decodings.iter_mut().find(|(known, _)| known == decode) {
            Some((_, rules)) => rules.push(rule),
            None => decodings.push((*decode, vec![rule])),
        }
    }
    decodings
}

/// Compiles an expression, and says what it is made of.
pub(super) fn compile(expression: &str) -> Result<(meta::Regex, Hir), String> {
    let unusable = |reason: &str| format!("not a regular expression that can be used: {reason}");
    let hir = regex_syntax::ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(expression)
        .map_err(|error| unusable(reason(&error.to_string())))?;
    let config = meta::Config::new()
        .nfa_size_limit(Some(PATTERN_BYTES))
        .onepass_size_limit(Some(PATTERN_BYTES))
        .hybrid_cache_capacity(CACHE_BYTES);
    let regex = meta::Builder::new().configure(config).build_from_hir(&hir).map_err(|error| {
        let too_large =
            format!("compiled, it takes more than {PATTERN_BYTES} bytes; lower its repetition counts");
        unusable(&error.size_limit().map_or_else(|| error.to_string(), |_| too_large))
    })?;
    if regex.is_match("") {
        return Err(
            "it matches the empty text, and so would match everywhere; let it need a character".to_owned()
        );
    }
    Ok((regex, hir))
}

/// A word as it is written, and as a folded text has it.
fn either_form(word: &str) -> String {
    let plain = folded(word);
    if plain == word || plain.trim().is_empty() {
        return regex::escape(word);
    }
    format!("{}|{}", regex::escape(word), regex::escape(&plain))
}

/// What stands near, out of those that were compiled already where it is among them.
fn near_of(known: &mut Vec<(prebuilt::Near, Arc<Near>)>, near: &prebuilt::Near) -> Result<Arc<Near>, String> {
    if let Some((_, same)) = known.iter().find(|(other, _)| other == near) {
        return Ok(Arc::clone(same));
    }
    let compiled = Arc::new(Near::new(near)?);
    known.push((*near, Arc::clone(&compiled)));
    Ok(compiled)
}

/// What is wrong with an expression, on one line: the parser draws it over several, and the last one says it.
fn reason(text: &str) -> &str {
    let last = text.lines().last().unwrap_or(text);
    last.strip_prefix("error: ").unwrap_or(last)
}

fn error(settings: &[Guardrail], rule: &Rule, message: String) -> CompileError {
    let guardrail = settings.get(rule.guardrail).map(|guardrail| guardrail.name.clone()).unwrap_or_default();
    CompileError { guardrail, rule: rule.name.clone(), message }
}
