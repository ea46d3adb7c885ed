//! Rewriting a text piece by piece, and finding the way back.
//!
//! The way back is not kept but walked again: it is asked for few matches, and would be larger than the text.

use std::ops::Range;

use super::Step;

/// `text` after a step; `None` if nothing changed.
pub(super) fn rewritten(step: Step, text: &str) -> Option<String> {
    if step.spares(text) {
        return None;
    }
    let mut new = String::new();
    let (mut at, mut changed) = (0, false);
    step.runs(text, &mut |length, becomes| {
        if becomes.is_some() && !changed {
            changed = true;
            new.reserve(text.len());
            new.push_str(text.get(..at).unwrap_or_default());
        }
        if changed {
            new.push_str(becomes.or_else(|| text.get(at..at + length)).unwrap_or_default());
        }
        at += length;
    });
    changed.then_some(new)
}

/// A point of a rewritten text.
#[derive(Clone, Copy)]
struct Point {
    /// The byte that it is at: the first of a range, or the last.
    byte: usize,
    /// Which range's.
    range: usize,
    is_last: bool,
}

/// Ranges of what `step` made of `source`, as ranges of `source`: whole pieces where a piece was rewritten.
pub(super) fn sources(step: Step, source: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut points: Vec<Point> = ranges.iter().enumerate().flat_map(ends).collect();
    points.sort_unstable_by_key(|point| point.byte);
    let mut points = points.into_iter().peekable();
    let mut found = vec![0..0; ranges.len()];
    let (mut old, mut new) = (0, 0);
    step.runs(source, &mut |length, becomes| {
        let new_length = becomes.map_or(length, str::len);
        while let Some(point) = points.next_if(|point| point.byte < new + new_length) {
            let whole = old..old + length;
            let byte =
                if becomes.is_some() { whole } else { old + point.byte - new..old + point.byte - new + 1 };
            let Some(range) = found.get_mut(point.range) else { continue };
            if point.is_last {
                range.end = byte.end;
            } else {
                range.start = byte.start;
            }
        }
        old += length;
        new += new_length;
    });
    found
}

fn ends((index, range): (usize, &Range<usize>)) -> [Point; 2] {
    let last = range.end.saturating_sub(1).max(range.start);
    [
        Point { byte: range.start, range: index, is_last: false },
        Point { byte: last, range: index, is_last: true },
    ]
}
