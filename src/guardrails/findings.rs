//! What was found, rule by rule, within bounds.

use std::collections::BTreeMap;
use std::ops::Range;

use super::media::Media;
use super::place::Place;
use super::rule::Rule;
use super::selection::Running;
use super::settings::Action;

/// Most matches that one request may have masked: each is memory, and a longer body.
pub(super) const MAX_MASKS: usize = 10_000;
/// Most masks that are made again in JSON within JSON: what one match covers may be many texts.
const MAX_REPEATED: usize = 10 * MAX_MASKS;
/// Most places that are recorded of one rule.
const MAX_PLACES: usize = 10;
/// Most places that are recorded of one request.
const MAX_PLACES_TOTAL: usize = 100;
/// Longest path that is recorded, in bytes.
const MAX_PATH: usize = 256;

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
    repeated: usize,
    places: usize,
    /// The first guardrail whose mask was one too many.
    overflow: Option<usize>,
    /// Whatever was noted, and whatever was one too many.
    count: usize,
    /// The first part that no rule can read, and where it is.
    unreadable: Option<(Media, String)>,
}

impl Findings {
    /// Notes a match that blocks.
    pub(super) fn block(&mut self, index: usize, place: &Place<'_>, range: &Range<usize>) {
        self.note(index, place, range, 1);
    }

    /// Notes a match of a guardrail that only tells.
    pub(super) fn tell(&mut self, index: usize, place: &Place<'_>, range: &Range<usize>) {
        self.note(index, place, range, MAX_PLACES);
    }

    /// Notes a match that is to be masked; false if there are too many.
    pub(super) fn mask(
        &mut self,
        index: usize,
        rule: &Rule,
        place: &Place<'_>,
        range: &Range<usize>,
    ) -> bool {
        if self.masks >= MAX_MASKS {
            self.count += 1;
            self.overflow.get_or_insert(rule.guardrail);
            return false;
        }
        self.masks += 1;
        self.note(index, place, range, MAX_PLACES);
        true
    }

    fn note(&mut self, index: usize, place: &Place<'_>, range: &Range<usize>, most: usize) {
        self.count += 1;
        let matches = self.by_rule.entry(index).or_default();
        matches.count += 1;
        if matches.places.len() < most && self.places < MAX_PLACES_TOTAL {
            self.places += 1;
            matches.places.push(Found { path: path(place), range: range.clone() });
        }
    }

    /// Notes that a mask is made once more, for a match that is noted already; false if there are too many.
    pub(super) fn repeat(&mut self, rule: &Rule) -> bool {
        self.count += 1;
        if self.repeated >= MAX_REPEATED {
            self.overflow.get_or_insert(rule.guardrail);
            return false;
        }
        self.repeated += 1;
        true
    }

    /// How much was found in texts so far: the same before and after one in which nothing was.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Notes a part that no rule can read.
    pub(super) fn unreadable(&mut self, at: &Place<'_>, media: Media) {
        self.unreadable.get_or_insert_with(|| (media, path(at)));
    }

    /// The first part that no rule can read, and where it is.
    pub(super) fn first_unreadable(&self) -> Option<&(Media, String)> {
        self.unreadable.as_ref()
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
    pub(super) fn blocking_guardrail(&self, rules: &[Rule], running: &Running) -> Option<usize> {
        let found = self.by_rule.keys().filter_map(|index| rules.get(*index));
        let enforced = found.filter(|rule| !running.only_tells(rule.guardrail));
        let blocking = enforced.filter(|rule| rule.action == Action::Block).map(|rule| rule.guardrail);
        blocking.chain(self.overflow).min()
    }
}

fn path(place: &Place<'_>) -> String {
    let mut path = place.to_string();
    if path.len() > MAX_PATH {
        path.truncate(MAX_PATH);
        path.push('…');
    }
    path
}
