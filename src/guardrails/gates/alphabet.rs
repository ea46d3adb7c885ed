//! What the matches of a pattern are made of.

use std::ops::Range;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Matches shorter than this, in bytes, are not worth looking for by their letters alone.
const SHORTEST_RUN: usize = 4;

/// Which bytes a pattern's matches can hold, and how many. A match stands within a *run*: bytes of the alphabet, with
/// others around them.
#[derive(Clone, Debug)]
pub(super) struct Alphabet {
    members: [bool; 256],
    /// Shortest match, in bytes.
    pub(super) shortest: usize,
    /// Longest match, in bytes; the largest number if that is not bounded.
    pub(super) longest: usize,
}

impl Alphabet {
    pub(super) fn of(hir: &Hir) -> Self {
        let mut members = [false; 256];
        collect(hir, &mut members);
        let properties = hir.properties();
        let shortest = properties.minimum_len().unwrap_or_default();
        Self { members, shortest, longest: properties.maximum_len().unwrap_or(usize::MAX) }
    }

    fn has(&self, byte: u8) -> bool {
        self.members.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// How far a run goes on behind `from`, before `limit`.
    pub(super) fn end(&self, text: &[u8], from: usize, limit: usize) -> usize {
        let ahead = text.get(from..limit).unwrap_or_default();
        from + ahead.iter().take_while(|byte| self.has(**byte)).count()
    }

    /// How far a run that ends before `from` goes back, not before `limit`.
    pub(super) fn start(&self, text: &[u8], from: usize, limit: usize) -> usize {
        let before = text.get(limit..from).unwrap_or_default();
        from - before.iter().rev().take_while(|byte| self.has(**byte)).count()
    }

    /// Whether most texts hold few runs that are long enough for a match.
    pub(super) fn is_telling(&self) -> bool {
        self.shortest >= SHORTEST_RUN && !self.has(b' ')
    }

    /// The runs that are long enough for a match, in order.
    ///
    /// Looked for from the end of the shortest match that may begin somewhere: where that is no member, so many bytes
    /// are passed over at once. None is looked at twice.
    pub(super) fn runs(&self, text: &str) -> Vec<Range<usize>> {
        let text = text.as_bytes();
        let mut runs = Vec::new();
        // A run may begin at `start`; up to `known` it has been looked at.
        let (mut start, mut known) = (0_usize, 0);
        while let Some(needed) = start.checked_add(self.shortest.max(1)).filter(|end| *end <= text.len()) {
            let first = self.start(text, needed, known.max(start));
            if first > known.max(start) {
                (start, known) = (first, needed);
                continue;
            }
            let end = self.end(text, needed, text.len());
            runs.push(start..end);
            (start, known) = (end + 1, end + 1);
        }
        runs
    }
}

fn collect(hir: &Hir, members: &mut [bool; 256]) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| add(members, *byte, *byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().for_each(|range| add(members, range.start(), range.end()));
        }
        HirKind::Class(Class::Unicode(class)) => {
            let byte = |char: char| u8::try_from(char).unwrap_or(u8::MAX);
            class.iter().for_each(|range| add(members, byte(range.start()), byte(range.end())));
        }
        HirKind::Repetition(repetition) => collect(&repetition.sub, members),
        HirKind::Capture(capture) => collect(&capture.sub, members),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect(part, members));
        }
    }
}

fn add(members: &mut [bool; 256], first: u8, last: u8) {
    // What is not ASCII is told by no byte alone: so a run ends where a character does.
    let last = if last.is_ascii() { last } else { u8::MAX };
    let range = usize::from(first.min(0x80))..=usize::from(last);
    members.get_mut(range).into_iter().flatten().for_each(|member| *member = true);
}
