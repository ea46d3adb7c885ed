//! The words of all categories, found in one pass.

use std::cell::OnceCell;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::super::gates::automaton;
use super::super::rule::{Kind, Rule};
use super::super::settings::{Category, Guardrail, Kind as GuardrailKind};
use super::sentences::{Half, Pairs, Sentence, Sentences};
use super::word::{Ends, spellings};
use super::{By, OfCategory};

/// The categories of all guardrails, by their numbers.
#[derive(Debug)]
pub(in crate::guardrails) struct Categories {
    words: List<Role>,
    exceptions: List<usize>,
    /// The rules of each category's pairs; empty if no category has any.
    pairs: Vec<Pairs>,
    has_exceptions: Vec<bool>,
    /// Each rule's category.
    of_rules: Vec<Option<usize>>,
}

/// What a word is there for.
#[derive(Clone, Copy, Debug)]
enum Role {
    Keyword { rule: usize },
    Half { category: usize, half: Half },
}

impl Categories {
    /// `rules` as `rule::rules` made them from `settings`.
    pub(in crate::guardrails) fn new(settings: &[Guardrail], rules: &[Rule]) -> Result<Self, String> {
        let categories: Vec<&Category> = settings.iter().flat_map(of_guardrail).collect();
        let mut words = Words::default();
        let mut exceptions = Words::default();
        for (rule, OfCategory { by, expression, .. }, name) in of_categories(rules) {
            if *by == By::Keyword && expression.is_none() {
                words.add(name, Role::Keyword { rule });
            }
        }
        for (id, category) in categories.iter().enumerate() {
            let half = |half| Role::Half { category: id, half };
            words.add_all(&category.identifiers, |index| half(Half::Identifier(index)));
            words.add_all(&category.companions, |index| half(Half::Companion(index)));
            exceptions.add_all(&category.exceptions, |_| id);
        }
        let of_rule = |rule: &Rule| match &rule.kind {
            Kind::Category(of) => Some(of.id),
            _ => None,
        };
        Ok(Self {
            words: words.list()?,
            exceptions: exceptions.list()?,
            pairs: pairs(&categories, rules),
            has_exceptions: categories.iter().map(|category| !category.exceptions.is_empty()).collect(),
            of_rules: rules.iter().map(of_rule).collect(),
        })
    }

    /// Which categories have an exception in this text; looked up when the first match asks.
    pub(in crate::guardrails) fn exempt<'c>(&'c self, text: &'c str) -> Exempt<'c> {
        Exempt { categories: self, text, found: OnceCell::new() }
    }

    /// Calls `hit` with every keyword, and with the first pair of every sentence, of the rules that `wanted` holds for.
    pub(in crate::guardrails) fn scan(
        &self,
        text: &str,
        exempt: &Exempt<'_>,
        wanted: &dyn Fn(usize) -> bool,
        hit: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let mut sentences = Sentences::new(text);
        let mut of_categories = vec![Sentence::default(); self.pairs.len()];
        for (role, found) in self.words.find(text) {
            let rule = match role {
                Role::Keyword { rule } => Some((rule, found)),
                Role::Half { category, half } => {
                    let number = sentences.before(found.end);
                    let sentence = of_categories.get_mut(category).zip(self.pairs.get(category));
                    sentence.and_then(|(sentence, pairs)| sentence.take(number, *pairs, half, &found))
                }
            };
            if let Some((rule, found)) = rule.filter(|(rule, _)| wanted(*rule) && !exempt.covers(*rule)) {
                hit(rule, found);
            }
        }
    }
}

/// The categories that do not match one text, for the exceptions in it.
pub(in crate::guardrails) struct Exempt<'c> {
    categories: &'c Categories,
    text: &'c str,
    found: OnceCell<Vec<bool>>,
}

impl Exempt<'_> {
    /// Whether the rule is of such a category.
    pub(in crate::guardrails) fn covers(&self, rule: usize) -> bool {
        let Categories { of_rules, has_exceptions, exceptions, .. } = self.categories;
        let of = |list: &[bool], category: usize| list.get(category).copied().unwrap_or(false);
        let Some(category) = of_rules.get(rule).copied().flatten() else { return false };
        let search = || {
            let mut found = vec![false; has_exceptions.len()];
            for (category, _) in exceptions.find(self.text) {
                if let Some(found) = found.get_mut(category) {
                    *found = true;
                }
            }
            found
        };
        of(has_exceptions, category) && of(self.found.get_or_init(search), category)
    }
}

/// Words with what each is there for, ready to be found.
#[derive(Debug)]
struct List<T> {
    automaton: Option<AhoCorasick>,
    meanings: Vec<(T, Ends)>,
}

impl<T: Copy> List<T> {
    /// Every word that stands in the text as it must, by where it ends.
    fn find(&self, text: &str) -> impl Iterator<Item = (T, Range<usize>)> {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(text));
        found.filter_map(move |found| {
            let (meaning, ends) = self.meanings.get(found.pattern().as_usize())?;
            ends.hold(text, &found.range()).then(|| (*meaning, found.range()))
        })
    }
}

/// A list while it is made.
struct Words<T> {
    spellings: Vec<String>,
    meanings: Vec<(T, Ends)>,
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self { spellings: Vec::new(), meanings: Vec::new() }
    }
}

impl<T: Copy> Words<T> {
    fn add(&mut self, word: &str, meaning: T) {
        for spelling in spellings(word) {
            self.meanings.push((meaning, Ends::of(&spelling)));
            self.spellings.push(spelling);
        }
    }

    fn add_all(&mut self, words: &[String], meaning: impl Fn(usize) -> T) {
        for (index, word) in words.iter().enumerate() {
            self.add(word, meaning(index));
        }
    }

    fn list(self) -> Result<List<T>, String> {
        Ok(List { automaton: automaton(&self.spellings)?, meanings: self.meanings })
    }
}

fn of_guardrail(guardrail: &Guardrail) -> &[Category] {
    match &guardrail.kind {
        GuardrailKind::ContentFilter(filter) => &filter.categories,
        GuardrailKind::Callout(_) => &[],
    }
}

/// The rules of categories, with their indices and names.
fn of_categories(rules: &[Rule]) -> impl Iterator<Item = (usize, &OfCategory, &str)> {
    rules.iter().enumerate().filter_map(|(index, rule)| match &rule.kind {
        Kind::Category(of) => Some((index, of, rule.name.as_str())),
        _ => None,
    })
}

fn pairs(categories: &[&Category], rules: &[Rule]) -> Vec<Pairs> {
    if categories.iter().all(|category| category.identifiers.is_empty()) {
        return Vec::new();
    }
    let mut first_rules = vec![usize::MAX; categories.len()];
    for (rule, of, _) in of_categories(rules).filter(|(_, of, _)| of.by == By::Pair) {
        if let Some(first) = first_rules.get_mut(of.id) {
            *first = rule.min(*first);
        }
    }
    categories.iter().zip(first_rules).map(|(category, first)| Pairs::of(category, first)).collect()
}
