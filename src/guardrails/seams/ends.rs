//! The ends of a text, folded.

use std::borrow::Cow;
use std::ops::Range;

use super::WIDTH;
use crate::guardrails::views::{View, folded};

/// A part of a text, and its folded form.
type End<'t> = (Range<usize>, Cow<'t, str>);

/// What of a text is looked at beside its seams.
pub(super) enum Ends<'t> {
    /// It is short.
    Whole(Cow<'t, str>),
    /// Its first and its last bytes.
    Apart { head: End<'t>, tail: End<'t> },
}

impl<'t> Ends<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        // Neither end is any shorter then.
        if text.len() <= WIDTH {
            return Self::Whole(folded(text));
        }
        let head = end(text, |length| 0..text.ceil_char_boundary(length));
        let tail = end(text, |length| text.floor_char_boundary(text.len() - length)..text.len());
        if head.0.end < tail.0.start { Self::Apart { head, tail } } else { Self::Whole(folded(text)) }
    }
}

/// As much of a text as it takes for [`WIDTH`] bytes when folded. `part` says which, by its length.
fn end(text: &str, part: impl Fn(usize) -> Range<usize>) -> End<'_> {
    let mut length = WIDTH;
    loop {
        let range = part(length.min(text.len()));
        let folded = folded(text.get(range.clone()).unwrap_or_default());
        if folded.len() >= WIDTH || range.len() == text.len() {
            return (range, folded);
        }
        length *= 2;
    }
}

/// The range of `part` that a range of its folded form was written with.
pub(super) fn source(part: &str, range: Range<usize>) -> Range<usize> {
    let Some(view) = View::folded(part) else { return range };
    view.sources(vec![range]).pop().unwrap_or_default()
}
