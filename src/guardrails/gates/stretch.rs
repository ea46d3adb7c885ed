//! Where one pattern is to be searched for.

use std::ops::Range;

use super::alphabet::Alphabet;

/// With room for the ends of characters: ranges closer than this are one.
const APART: usize = 2 * char::MAX.len_utf8();
/// Most bytes that a range is made longer than it has to be, for it to be made longer less often.
const AHEAD: usize = 256;

/// The parts of a text that a pattern may match in, while they are found.
///
/// What is needed has to be noted in the order of its ends. Then no byte is walked over more than twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretch {
    /// In order and apart.
    ranges: Vec<Range<usize>>,
    /// Whatever match holds something needed that begins before, it is in `ranges`.
    settled: usize,
}

impl Stretch {
    /// Notes that the pattern may match wherever a match holds all of `needed`. Returns where the next needed thing must
    /// begin, at least, for it to matter.
    pub(super) fn widen(&mut self, text: &[u8], needed: &Range<usize>, alphabet: &Alphabet) -> usize {
        if needed.start >= self.settled {
            self.settled = self.widened(text, needed, alphabet);
        }
        self.settled
    }

    fn widened(&mut self, text: &[u8], needed: &Range<usize>, alphabet: &Alphabet) -> usize {
        let longest = alphabet.longest;
        let last = self.ranges.last_mut();
        let (begun, known) = last.as_ref().map_or((0, 0), |last| (last.start, last.end));
        let farthest = needed.start.saturating_add(longest).min(text.len());
        let ahead = if needed.start < known { (known - begun).min(AHEAD) } else { 0 };
        let limit = farthest.saturating_add(ahead).min(text.len());
        let end = alphabet.end(text, needed.start.max(known), limit).max(known);
        let run_ends = end < limit || end == text.len();
        if end < needed.end {
            return if run_ends { end } else { needed.start + 1 };
        }
        let first = needed.end.saturating_sub(longest).max(known);
        let start = alphabet.start(text, needed.start, first);
        match last {
            Some(last) if start <= last.end => last.end = end,
            _ if end - start < alphabet.shortest => {}
            Some(last) if start <= last.end + APART => last.end = end,
            _ => self.ranges.push(start..end),
        }
        // No match goes on where a run ends; else what begins later may reach farther.
        if run_ends { end } else { end.saturating_sub(longest).saturating_add(1) }
    }

    /// Whether there are none.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges, of whole characters.
    pub(super) fn of(&self, text: &str) -> Vec<Range<usize>> {
        let whole =
            |range: &Range<usize>| text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        self.ranges.iter().map(whole).collect()
    }
}
