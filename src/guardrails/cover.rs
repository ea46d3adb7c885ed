//! What a document's masks are to the texts in it.
//!
//! A document is looked at twice: as a whole, so that a pattern may run from a name to its value, and text by
//! text. A mask of the first kind is made in each text that it touches, and never on the quotes and brackets
//! between them: the document stays JSON.

use std::collections::HashMap;
use std::ops::Range;

use super::escape::decoded_ranges;
use super::walk::{Form, Text};

/// A match that is to be masked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) rule: usize,
}

/// A document's masks while its texts come by in the order in which they stand.
pub(super) struct Cover<'h> {
    /// By their start.
    ahead: &'h [Hit],
    /// Masks that begin before the end of the current text, and do not end before its start. Few: a rule's
    /// matches hardly overlap each other.
    open: Vec<&'h Hit>,
}

impl<'h> Cover<'h> {
    /// `hits` in order.
    pub(super) fn new(hits: &'h [Hit]) -> Self {
        Self { ahead: hits, open: Vec::new() }
    }

    /// The masks on a text, as masks of what it means; in order.
    pub(super) fn on(&mut self, text: &Text<'_>) -> Vec<Hit> {
        let range = text.range();
        self.open.retain(|hit| hit.end > range.start);
        while let Some((hit, later)) = self.ahead.split_first().filter(|(hit, _)| hit.start < range.end) {
            if hit.end > range.start {
                self.open.push(hit);
            }
            self.ahead = later;
        }
        let within = |hit: &&Hit| Hit {
            start: hit.start.max(range.start) - range.start,
            end: hit.end.min(range.end) - range.start,
            rule: hit.rule,
        };
        let hits: Vec<Hit> = self.open.iter().map(within).collect();
        if text.form == Form::Scalar { hits } else { moved(hits, |ranges| decoded_ranges(text.raw, ranges)) }
    }
}

/// Hits with their ranges moved all at once; in order.
pub(super) fn moved(hits: Vec<Hit>, to: impl FnOnce(&[Range<usize>]) -> Vec<Range<usize>>) -> Vec<Hit> {
    if hits.is_empty() {
        return hits;
    }
    let ranges: Vec<Range<usize>> = hits.iter().map(|hit| hit.start..hit.end).collect();
    let pairs = hits.into_iter().zip(to(&ranges));
    let mut hits: Vec<Hit> = pairs.map(|(hit, Range { start, end })| Hit { start, end, ..hit }).collect();
    hits.sort_unstable();
    hits
}

/// The masks on a text, by rule, to tell a match from what its document showed already.
///
/// Both are found apart: what stands around a text may make a match longer there.
pub(super) struct Shown(HashMap<usize, Vec<Range<usize>>>);

impl Shown {
    /// `hits` in order. A rule's matches end in the order in which they begin.
    pub(super) fn new(hits: &[Hit]) -> Self {
        let mut by_rule: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
        for hit in hits {
            by_rule.entry(hit.rule).or_default().push(hit.start..hit.end);
        }
        Self(by_rule)
    }

    /// Whether a match touches a mask of the same rule.
    pub(super) fn contains(&self, hit: &Hit) -> bool {
        self.0.get(&hit.rule).is_some_and(|ranges| {
            let first = ranges.partition_point(|range| range.end <= hit.start);
            ranges.get(first).is_some_and(|range| range.start < hit.end)
        })
    }
}
