//! What was found, rule by rule, within bounds.

use std::collections::BTreeMap;
use std::ops::Range;

use super::place::Place;
use super::rule::Rule;
use super::settings::Action;

/// Most matches that one request may have masked: each is memory, and a longer body.
pub(super) const MAX_MASKS: usize = 10_000;
/// Most places that are recorded of one rule.
const MAX_PLACES: usize = 10;

/// Where a match was: a path, and offsets in bytes of the text there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) range: Range<usize>,
}

/// The matches of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    pub(super) count: usize,
    /// The first ones; of a rule that blocks, the first.
    pub(super) places: Vec<Found>,
}

/// The matches of every rule that had any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    by_rule: BTreeMap<usize, Matches>,
    masks: usize,
    /// The guardrail whose mask was one too many.
    overflow: Option<usize>,
}

impl Findings {
    /// Notes a match; false if it is to be masked and there are too many.
    pub(super) fn add(&mut self, index: usize, rule: &Rule, place: &Place<'_>, range: &Range<usize>) -> bool {
        let masks = rule.action == Action::Mask;
        if masks && self.masks >= MAX_MASKS {
            self.overflow.get_or_insert(rule.guardrail);
            return false;
        }
        self.masks += usize::from(masks);
        let matches = self.by_rule.entry(index).or_default();
        matches.count += 1;
        if matches.places.len() < if masks { MAX_PLACES } else { 1 } {
            matches.places.push(Found { path: place.to_string(), range: range.clone() });
        }
        true
    }

    /// The matches of one guardrail's rules, in the order of the rules.
    pub(super) fn of<'f>(
        &'f self,
        rules: &'f [Rule],
        guardrail: usize,
    ) -> impl Iterator<Item = (&'f Rule, &'f Matches)> {
        let found = self.by_rule.iter().filter_map(|(index, matches)| Some((rules.get(*index)?, matches)));
        found.filter(move |(rule, _)| rule.guardrail == guardrail)
    }

    /// Whether this guardrail has more to mask than may be masked.
    pub(super) fn overflows(&self, guardrail: usize) -> bool {
        self.overflow == Some(guardrail)
    }

    /// The first guardrail that does not let the request pass. Blocking wins over masking.
    pub(super) fn blocking_guardrail(&self, rules: &[Rule]) -> Option<usize> {
        let found = self.by_rule.keys().filter_map(|index| rules.get(*index));
        let blocking = found.filter(|rule| rule.action == Action::Block).map(|rule| rule.guardrail);
        blocking.chain(self.overflow).min()
    }
}
