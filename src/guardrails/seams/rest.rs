//! What a match over seams has in which text.
//!
//! An expression may go on over white space, to the end of a line or of the text, and texts are joined with nothing
//! between them: such a match would take whatever somebody wrote next. So behind the texts that show a match, only what
//! can be no word of the next text's own goes on with it: a token of [`REST`] bytes or more, and the lines of a key
//! behind it, as long as each is one token. Tokens are of ASCII's letters and signs, as keys are: words of scripts without
//! spaces are not told from each other, and what is no word is not told from a word in any other.

use std::ops::Range;

use super::{Crossing, Piece, Seams, Share};
use crate::guardrails::look::Seen;
use crate::guardrails::rule::Kind;

/// The least that a match of one text has in those behind to be more than their own words, in bytes of the folded text. A
/// key may end with its text, and a sentence begin the next one: letters of one word go on with the key. A shorter rest of a
/// key that is masked is of no use to anybody.
const REST: usize = 24;

/// How many more matches may be looked at to find the text that makes each whole. Of more, all is masked.
pub(super) struct Probes(usize);

impl Default for Probes {
    fn default() -> Self {
        Self(16)
    }
}

impl Seams<'_, '_> {
    /// A match over seams beside those that single texts have `alone`: all of it, or what goes on behind those. `None` if
    /// nothing does.
    pub(super) fn crossing_of(
        &self,
        rule: usize,
        range: &Range<usize>,
        alone: &Seen,
        probes: &mut Probes,
    ) -> Option<Crossing> {
        let is_noted = alone.overlaps(rule, range);
        let pieces = self.pieces.get(self.touched(range)).unwrap_or_default().iter();
        let pieces: Vec<&Piece> = pieces.filter(|piece| !piece.at.is_empty()).collect();
        let shares = if is_noted {
            self.behind(&pieces, range, |piece| alone.overlaps(rule, &piece.part_of(range)))
        } else {
            let whole = range.start..self.whole_end(rule, &pieces, range, probes);
            let pieces = pieces.iter().take_while(|piece| piece.at.start < whole.end);
            pieces.map(|piece| piece.share_of(&whole)).collect()
        };
        let shares: Vec<Share> = shares.into_iter().filter(|share| !share.is_empty()).collect();
        (!shares.is_empty()).then_some(Crossing { rule, shares, is_noted })
    }

    /// What goes on behind each text that shows a match by itself.
    fn behind(&self, pieces: &[&Piece], range: &Range<usize>, shows: impl Fn(&Piece) -> bool) -> Vec<Share> {
        let mut shares = Vec::new();
        // Before the first of them nothing is.
        let mut masked = 0;
        for (index, piece) in pieces.iter().enumerate() {
            if shows(piece) {
                let mut others = pieces.iter().skip(index + 1);
                let next = others.find(|piece| shows(piece)).map_or(range.end, |next| next.at.start);
                masked = self.rest_end(range.start..next, piece.at.end);
            } else if piece.at.start < masked {
                shares.push(piece.share_of(&(range.start..masked)));
            }
        }
        shares
    }

    /// Where a match ends that only several texts show: with the one that makes it whole, and what goes on behind that.
    fn whole_end(
        &self,
        rule: usize,
        pieces: &[&Piece],
        range: &Range<usize>,
        Probes(left): &mut Probes,
    ) -> usize {
        let [first, second, _, ..] = pieces else { return range.end };
        let kind = self.look.rules.get(rule).map(|rule| &rule.kind);
        let behind = self.joined.get(second.at.end..range.end).unwrap_or_default();
        // Words and what comes with the gateway take nobody else's words.
        if *left == 0 || !matches!(kind, Some(Kind::Pattern { .. })) || !behind.contains(char::is_whitespace)
        {
            return range.end;
        }
        *left -= 1;
        let (mut least, mut most) = (1, pieces.len() - 1);
        while least < most {
            let middle = usize::midpoint(least, most);
            let end = pieces.get(middle).map_or(range.end, |piece| piece.at.end);
            if self.shows(rule, first.at.start..end, range) { most = middle } else { least = middle + 1 }
        }
        let seam = pieces.get(most).map_or(range.end, |piece| piece.at.end);
        if seam >= range.end {
            return range.end;
        }
        // Texts within the token are pieces of it; the one with its end may have it for its first word.
        let token = seam + token(self.joined.get(seam..range.end).unwrap_or_default());
        let before = pieces.iter().take_while(|piece| piece.at.end <= token).last();
        let pieces_end = before.map_or(seam, |piece| piece.at.end);
        self.rest_end(range.clone(), seam).max(pieces_end)
    }

    /// Whether a part of the joined text has a match of the rule that overlaps this one.
    fn shows(&self, rule: usize, part: Range<usize>, range: &Range<usize>) -> bool {
        let mut shows = false;
        let text = self.joined.get(part.clone()).unwrap_or_default();
        let overlaps = |hit: &Range<usize>| part.start + hit.end > range.start;
        self.look.among(text, &|other| other == rule, &mut |_, hit| shows |= overlaps(&hit));
        shows
    }

    /// Where that ends that goes on with a match behind `seam`: there, if nothing does.
    fn rest_end(&self, range: Range<usize>, seam: usize) -> usize {
        let before = self.joined.get(range.start..seam).unwrap_or_default();
        let behind = self.joined.get(seam..range.end).unwrap_or_default();
        seam + rest(before, behind)
    }
}

/// How much of the text `behind` goes on with what is `before` it, in bytes.
fn rest(before: &str, behind: &str) -> usize {
    let start = before.bytes().rev().take(REST).take_while(u8::is_ascii_graphic).count();
    let mut end = token(behind);
    if end > 0 && start + end < REST {
        return 0;
    }
    while let Some(line) = next_line(behind.get(end..).unwrap_or_default()) {
        end += line;
    }
    if end < REST { 0 } else { end }
}

/// How long a line break and a line of a key are that a text begins with. In a program each line is a string.
fn next_line(text: &str) -> Option<usize> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'+' | b',');
    let start = text.bytes().take_while(is_between).count();
    let (between, line) = text.split_at_checked(start)?;
    let length = line.bytes().take_while(is_of_a_key).count();
    (between.contains(['\n', '\r']) && length >= REST).then_some(start + token(line))
}

/// Whether it is of base64 (<https://www.rfc-editor.org/rfc/rfc4648#section-5>), in either alphabet.
fn is_of_a_key(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

/// How long the token is that a text begins with.
fn token(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_graphic).count()
}
