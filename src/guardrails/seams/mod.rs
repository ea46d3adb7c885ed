//! What is written over several texts.
//!
//! The content parts of one message are one text to a model, and so are messages of one role in a row, which
//! providers join. So the ends of such neighbours are joined, folded, with nothing between them, and looked at
//! once more: only what runs over a seam counts, and only where neither side alone has a match of the same rule
//! there; of one that a side has, what goes on with it in the texts behind is masked if it is no word ([`rest`]). A
//! word's end and the next text's first letters make words too, so whatever a model reads as separate stays apart:
//! messages of different roles, results of tools, names, labels, schemas, the caller's own JSON.
//! Else half of all long conversations would be stopped sooner or later (`yes` and `exactly`), and that for one
//! trick among many that need the model's help to be undone.
//!
//! [`WIDTH`] bytes on either side of a seam are looked at. Of texts that are shorter, as many are joined as it
//! takes. Time is linear in the body, and memory is bounded: see [`LONGEST`].
//!
//! Masks can be made after the walk only, when what follows a text is known: so [`Seams::end`] says what to mask
//! by where in the document a text begins, and the document is walked again where there is anything.

mod ends;
mod rest;
mod roles;
mod spot;

use std::ops::Range;

use super::decode::decode;
use super::look::{Look, Seen};
use super::place::Place;
use ends::Ends;
use rest::Probes;
use roles::Roles;
use spot::Spot;

/// How much of a text is looked at beside a seam, in bytes of the folded text.
const WIDTH: usize = 256;
/// When as much is joined, it is looked at, and all but its end forgotten; in bytes.
const LONGEST: usize = 64 << 10;

/// Part of a text that is joined with others.
#[derive(Clone, Debug)]
struct Piece {
    /// Where in the document the text begins.
    text: usize,
    /// Which part of what the text means.
    of: Range<usize>,
    /// Where its folded form stands in the joined text.
    at: Range<usize>,
}

impl Piece {
    /// Which part of a range of the joined text is in this one.
    fn part_of(&self, range: &Range<usize>) -> Range<usize> {
        range.start.max(self.at.start)..range.end.min(self.at.end)
    }

    fn share_of(&self, range: &Range<usize>) -> Share {
        let Range { start, end } = self.part_of(range);
        Share { text: self.text, of: self.of.clone(), folded: start - self.at.start..end - self.at.start }
    }
}

/// What of a text belongs to a match that runs over a seam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    /// Where in the document the text begins.
    pub(super) text: usize,
    /// A part of what the text means.
    of: Range<usize>,
    /// Which part of that, folded.
    folded: Range<usize>,
}

/// A match that runs over a seam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crossing {
    pub(super) rule: usize,
    /// In the order of the texts: two or more, or of one that is noted those behind, in texts without a match of their own.
    pub(super) shares: Vec<Share>,
    /// Whether a text of its own has a match of the rule there, which is noted already.
    pub(super) is_noted: bool,
}

/// The seams of one body, while its texts come by.
pub(super) struct Seams<'c, 'd> {
    look: Look<'c>,
    roles: Roles<'d>,
    last: Option<Spot>,
    /// The text at `last`, as it is written and where it begins, if it is joined with none before it, and is not decoded
    /// before it is with one behind it.
    waiting: Option<(usize, &'d str)>,
    pieces: Vec<Piece>,
    /// How many of the pieces were looked at together already.
    known: usize,
    joined: String,
    found: Vec<Crossing>,
}

impl<'c, 'd> Seams<'c, 'd> {
    /// `long_strings` are all those of the document, if they are known.
    pub(super) fn new(look: Look<'c>, document: &'d str, long_strings: Option<&'d [Range<usize>]>) -> Self {
        let (pieces, joined, roles) = (Vec::new(), String::new(), Roles::of(document, long_strings));
        Self { look, roles, last: None, waiting: None, pieces, known: 0, joined, found: Vec::new() }
    }

    /// Notes a text that is no JSON, which means `meant` and begins at `start` of the document.
    pub(super) fn text(&mut self, place: &Place<'_>, start: usize, meant: &str) {
        if self.go_to(place).is_some() {
            self.join(start, meant);
        }
    }

    /// Notes a text in which nothing is found, by how it is written.
    pub(super) fn known_text(&mut self, place: &Place<'_>, start: usize, raw: &'d str) {
        match self.go_to(place) {
            Some(true) => self.join(start, &decode(raw)),
            Some(false) => self.waiting = Some((start, raw)),
            None => {}
        }
    }

    /// Where the next text stands, if it is prose: whether it is joined with the one before it.
    fn go_to(&mut self, place: &Place<'_>) -> Option<bool> {
        let spot = Spot::of(place)?;
        let is_joined = self.last.as_ref().is_some_and(|last| self.roles.are_joined(last, &spot));
        if !is_joined {
            self.cut();
        } else if let Some((start, raw)) = self.waiting.take() {
            self.join(start, &decode(raw));
        }
        self.last = Some(spot);
        Some(is_joined)
    }

    fn join(&mut self, start: usize, meant: &str) {
        match Ends::of(meant) {
            Ends::Whole(folded) => self.add(start, 0..meant.len(), &folded),
            Ends::Apart { head, tail } => {
                if !self.pieces.is_empty() {
                    self.add(start, head.0, &head.1);
                }
                self.look();
                self.add(start, tail.0, &tail.1);
            }
        }
        if self.joined.len() > LONGEST {
            self.look_and_carry();
        }
    }

    /// Where a string of the document ends, if the roles were found out already, and it is a long one. To be asked in
    /// ascending order.
    pub(super) fn string_end(&mut self, start: usize) -> Option<usize> {
        self.roles.string_end(start)
    }

    /// Notes that what comes next is not joined with what came before.
    pub(super) fn cut(&mut self) {
        self.look();
        (self.last, self.waiting) = (None, None);
    }

    /// Every match over a seam.
    pub(super) fn end(mut self) -> Vec<Crossing> {
        self.look();
        self.found
    }

    fn add(&mut self, text: usize, of: Range<usize>, folded: &str) {
        let at = self.joined.len();
        self.joined.push_str(folded);
        self.pieces.push(Piece { text, of, at: at..self.joined.len() });
    }

    /// Looks at what is joined, and forgets it.
    fn look(&mut self) {
        if self.pieces.len() > self.known.max(1) {
            let crossing = self.crossing();
            self.found.extend(crossing);
        }
        self.pieces.clear();
        self.known = 0;
        self.joined.clear();
    }

    /// Looks at what is joined, and forgets it but for the last pieces.
    fn look_and_carry(&mut self) {
        let far = |piece: &Piece| self.joined.len() - piece.at.start > WIDTH;
        let from = self.pieces.iter().rposition(far).unwrap_or_default();
        let carried = self.pieces.split_off(from);
        let joined = carried.first().and_then(|first| self.joined.get(first.at.start..)).unwrap_or_default();
        let joined = joined.to_owned();
        // What was carried is looked at now, with what came before it.
        self.pieces.extend(carried.iter().cloned());
        self.look();
        for Piece { text, of, at } in carried {
            let start = self.pieces.last().map_or(0, |last| last.at.end);
            self.pieces.push(Piece { text, of, at: start..start + at.len() });
        }
        self.known = self.pieces.len();
        self.joined = joined;
    }

    fn crossing(&self) -> Vec<Crossing> {
        let mut over = Seen::default();
        self.look.at(&self.joined, &mut |rule, range| {
            let touched = self.touched(&range);
            if touched.len() > 1 && touched.end > self.known {
                over.add(rule, &range);
            }
        });
        if over.is_empty() {
            return Vec::new();
        }
        let alone = self.alone(&over);
        let mut probes = Probes::default();
        over.all().filter_map(|(rule, range)| self.crossing_of(rule, &range, &alone, &mut probes)).collect()
    }

    /// The matches of the same rules in each piece by itself.
    fn alone(&self, over: &Seen) -> Seen {
        let mut alone = Seen::default();
        for Piece { at, .. } in &self.pieces {
            let piece = self.joined.get(at.clone()).unwrap_or_default();
            self.look.among(piece, &|rule| over.has(rule), &mut |rule, range| {
                alone.add(rule, &(at.start + range.start..at.start + range.end));
            });
        }
        alone
    }

    /// Which pieces a range of the joined text touches.
    fn touched(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.pieces.partition_point(|piece| piece.at.end <= range.start);
        let behind = self.pieces.partition_point(|piece| piece.at.start < range.end);
        first..behind
    }
}

impl Share {
    /// Whether it has nothing of the text.
    fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Which part of what the text means is to be masked.
    pub(super) fn of(&self, meant: &str) -> Range<usize> {
        let part = meant.get(self.of.clone()).unwrap_or_default();
        let Range { start, end } = ends::source(part, self.folded.clone());
        self.of.start + start..self.of.start + end
    }
}
