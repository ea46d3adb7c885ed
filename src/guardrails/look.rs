//! One text looked at in all its views.

use std::collections::HashMap;
use std::ops::Range;

use super::findings::MAX_MASKS;
use super::matcher::Matcher;
use super::rule::Rule;
use super::selection::Running;
use super::views::View;

/// Most matches of one rule that are told apart in one text; more of a rule that masks block the request.
const MAX_KEPT: usize = MAX_MASKS + 1;

/// The rules that run, ready to look at texts.
#[derive(Clone, Copy)]
pub(super) struct Look<'c> {
    pub(super) matcher: &'c Matcher,
    pub(super) rules: &'c [Rule],
    pub(super) running: &'c Running,
}

impl Look<'_> {
    /// Calls `hit` with every match in `text`, each once, as a range of `text`: that of the rule, however the
    /// match is written.
    pub(super) fn at(&self, text: &str, hit: &mut dyn FnMut(usize, Range<usize>)) {
        self.among(text, &|_| true, hit);
    }

    /// Calls `hit` as [`Self::at`] does, with matches of some of the rules.
    pub(super) fn among(
        &self,
        text: &str,
        some: &dyn Fn(usize) -> bool,
        hit: &mut dyn FnMut(usize, Range<usize>),
    ) {
        let runs = |rule: &Rule| self.running.contains(rule.guardrail);
        let wanted = |rule: usize| self.rules.get(rule).is_some_and(runs) && some(rule);
        let folded = View::folded(text).map(|view| (None, view));
        let decoded = self.matcher.decodings().filter(|(_, rules)| rules.iter().any(|rule| wanted(*rule)));
        let decoded = decoded.filter_map(|(decode, _)| Some((Some(decode), View::decoded(text, decode)?)));
        let views: Vec<_> = folded.into_iter().chain(decoded).collect();
        if views.is_empty() {
            return self.matcher.scan(text, wanted, hit);
        }
        let mut seen = Seen::default();
        self.matcher.scan(text, wanted, |rule, range| seen.add(rule, &range));
        seen.sort();
        for (decode, view) in views {
            let sees = |rule: usize| decode.is_none_or(|decode| self.matcher.decode(rule) == decode);
            self.in_view(&view, &|rule| wanted(rule) && sees(rule), &mut seen);
        }
        seen.all().for_each(|(rule, range)| hit(rule, range));
    }

    /// Adds the matches in a view. One that reaches farther than what was seen of it stands in its place: as it is
    /// written, a key with something invisible in it may end there, and its rest would go unmasked.
    fn in_view(&self, view: &View<'_>, wanted: &dyn Fn(usize) -> bool, seen: &mut Seen) {
        let mut found = Seen::default();
        self.matcher.scan(view.text(), wanted, |rule, range| found.add(rule, &range));
        let (rules, ranges): (Vec<usize>, Vec<Range<usize>>) = found.all().unzip();
        let mut new = Seen::default();
        for (rule, range) in rules.into_iter().zip(view.sources(ranges)) {
            if !seen.contains(rule, &range) {
                new.add(rule, &seen.joined(rule, range));
            }
        }
        seen.replace(new);
    }
}

/// Matches by rule: those of one in order, and of none more than are bearable.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<usize, Vec<Range<usize>>>);

impl Seen {
    pub(super) fn add(&mut self, rule: usize, range: &Range<usize>) {
        let ranges = self.0.entry(rule).or_default();
        if ranges.len() < MAX_KEPT {
            ranges.push(range.clone());
        }
    }

    /// After matches were added between others. Where one begins later it does not end earlier.
    fn sort(&mut self) {
        self.0.values_mut().for_each(|ranges| ranges.sort_unstable_by_key(|range| (range.start, range.end)));
    }

    /// Adds matches in the place of those that they contain. Of a rule with more than are told apart all stay: fewer
    /// would hide that there are too many.
    fn replace(&mut self, new: Self) {
        if new.is_empty() {
            return;
        }
        for (rule, ranges) in self.0.iter_mut().filter(|(_, ranges)| ranges.len() < MAX_KEPT) {
            ranges.retain(|range| !new.contains(*rule, range));
        }
        new.all().for_each(|(rule, range)| self.add(rule, &range));
        self.sort();
    }

    /// Whether a match overlaps one of the same rule.
    pub(super) fn overlaps(&self, rule: usize, range: &Range<usize>) -> bool {
        !self.overlapped(rule, range).is_empty()
    }

    /// Whether a match is within one of the same rule.
    fn contains(&self, rule: usize, range: &Range<usize>) -> bool {
        let ranges = self.of(rule);
        let behind = ranges.partition_point(|seen| seen.start <= range.start);
        let last = behind.checked_sub(1).and_then(|last| ranges.get(last));
        last.is_some_and(|seen| seen.end >= range.end)
    }

    /// A match and those of the same rule that it overlaps, as one.
    fn joined(&self, rule: usize, range: Range<usize>) -> Range<usize> {
        let overlapped = self.overlapped(rule, &range);
        let start = overlapped.first().map_or(range.start, |first| first.start.min(range.start));
        let end = overlapped.last().map_or(range.end, |last| last.end.max(range.end));
        start..end
    }

    fn overlapped(&self, rule: usize, range: &Range<usize>) -> &[Range<usize>] {
        let ranges = self.of(rule);
        let first = ranges.partition_point(|seen| seen.end <= range.start);
        let behind = ranges.partition_point(|seen| seen.start < range.end);
        ranges.get(first..behind).unwrap_or_default()
    }

    fn of(&self, rule: usize) -> &[Range<usize>] {
        self.0.get(&rule).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, rule: usize) -> bool {
        self.0.contains_key(&rule)
    }

    /// Every match, rules in their order.
    pub(super) fn all(self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let mut by_rule: Vec<_> = self.0.into_iter().collect();
        by_rule.sort_unstable_by_key(|(rule, _)| *rule);
        by_rule.into_iter().flat_map(|(rule, ranges)| ranges.into_iter().map(move |range| (rule, range)))
    }
}
