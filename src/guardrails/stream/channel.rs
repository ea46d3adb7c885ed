//! One text that grows, piece by piece.
//!
//! A match is decided on when all is there that may belong to it, and not before: its end, and what stands around
//! it. So the last characters are held back, as many as the longest match has. What is decided on and gone stays
//! for a while as the context of what comes.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Range;

use super::checks::Checks;
use super::document::Json;
use super::joint::Joint;
use super::reach::before_last;
use crate::guardrails::cover::Hit;
use crate::guardrails::edit::Edit;

/// Most of a text that is kept, in bytes: a match that has not ended by then cannot be waited for.
pub(super) const MAX_KEPT: usize = 64 * 1024;
/// Context that is always kept, in characters.
const CONTEXT: usize = 64;

/// Why a stream cannot be looked at any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

/// Where a piece stands in the channel's text.
#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) range: Range<usize>,
    /// Bytes at the piece's start that are not in the range: half of a character whose other half came before.
    pub(super) lost: usize,
}

/// A text that grows. All offsets are in bytes, from its beginning.
#[derive(Debug)]
pub(super) struct Channel {
    /// As the path of that text in a whole answer.
    path: String,
    /// What is kept, from `base` on.
    text: String,
    base: usize,
    /// What is before may go.
    settled: usize,
    /// How long `text` must be for another look: looks cost in proportion to the text, not to its square.
    next_look: usize,
    /// Matches that are decided on and reach into `text`, by their beginning.
    known: Vec<Hit>,
    /// Apart, and in order; of pieces that are not gone yet.
    edits: VecDeque<Edit>,
    /// Where the last edit ends.
    edited: usize,
    joint: Joint,
    json: Json,
}

impl Channel {
    pub(super) fn new(path: &str, json: Json) -> Self {
        Self {
            path: path.to_owned(),
            text: String::new(),
            base: 0,
            settled: 0,
            next_look: 0,
            known: Vec::new(),
            edits: VecDeque::new(),
            edited: 0,
            joint: Joint::default(),
            json,
        }
    }

    /// Whether everything before `offset` may go.
    pub(super) fn is_settled(&self, offset: usize) -> bool {
        self.settled >= offset
    }

    /// Whether there is text that is held back.
    pub(super) fn holds(&self) -> bool {
        self.settled < self.end()
    }

    /// Whether it is held to its end, however long that takes.
    pub(super) fn is_arguments(&self) -> bool {
        self.json.is_arguments()
    }

    /// What the paths of its choice's texts begin with, where there are choices.
    pub(super) fn choice(&self) -> Option<&str> {
        let end = self.path.strip_prefix("choices[").and_then(|rest| rest.find("]."))?;
        self.path.get(.."choices[".len() + end + "].".len())
    }

    fn end(&self) -> usize {
        self.base + self.text.len()
    }

    /// Adds a piece.
    pub(super) fn append(&mut self, raw: &str, meant: &str) -> Share {
        let start = self.end();
        let lost = self.joint.append(&mut self.text, raw, meant);
        Share { range: start..self.end(), lost }
    }

    /// Decides on what can be decided on.
    pub(super) fn grow(&mut self, checks: &mut Checks<'_>) -> Result<(), Refusal> {
        if self.json.holds(&self.text)? || self.text.len() < self.next_look {
            return Ok(());
        }
        let line = self.base + before_last(&self.text, checks.reach.ahead.max(1));
        if line > self.settled {
            return self.settle(checks, line, false);
        }
        self.keep()
    }

    /// Waits for more, up to a bound.
    fn keep(&mut self) -> Result<(), Refusal> {
        self.next_look = self.text.len() + self.text.len() / 16;
        if self.text.len() > MAX_KEPT {
            return Err(Refusal(format!("{} holds a match of more than {MAX_KEPT} bytes", self.path)));
        }
        Ok(())
    }

    /// Decides on everything: nothing more is expected.
    pub(super) fn end_here(&mut self, checks: &mut Checks<'_>) -> Result<(), Refusal> {
        self.joint = Joint::default();
        if !self.holds() {
            return Ok(());
        }
        let (path, base) = (&self.path, self.base);
        let document = self.json.whole(&self.text, base).map(|document| checks.text(path, &document));
        if let Some(edits) = document {
            for Edit { range, with } in edits {
                self.edit(base + range.start..base + range.end, with);
            }
            self.settled = self.end();
            self.base = self.settled;
            self.text.clear();
            return Ok(());
        }
        self.settle(checks, self.end(), true)
    }

    /// Decides on every match that begins before `line`.
    fn settle(&mut self, checks: &mut Checks<'_>, line: usize, is_end: bool) -> Result<(), Refusal> {
        let mut hits = Vec::new();
        let base = self.base;
        checks.find(&self.text, &mut |rule, range| {
            hits.push(Hit { start: base + range.start, end: base + range.end, rule });
        });
        let mut line = line;
        if !is_end {
            // A mask that reaches the end may reach farther.
            let growing = hits.iter().filter(|hit| hit.end == self.end() && hit.start >= self.settled);
            let first = growing.filter(|hit| checks.masks(hit.rule)).map(|hit| hit.start).min();
            line = first.map_or(line, |first| first.min(line));
        }
        hits.retain(|hit| hit.end > self.settled && hit.start < line);
        hits.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end), hit.rule));
        hits.dedup();
        for hit in hits {
            self.decide(checks, hit);
        }
        self.settled = self.settled.max(line);
        self.forget(checks.reach.behind.max(CONTEXT));
        self.keep()
    }

    fn decide(&mut self, checks: &mut Checks<'_>, hit: Hit) {
        let start = hit.start.max(self.settled);
        let is_late = hit.start < self.settled;
        let touches =
            |known: &&mut Hit| known.rule == hit.rule && known.start < hit.end && hit.start < known.end;
        if let Some(known) = self.known.iter_mut().filter(|_| is_late).find(touches) {
            // Decided on before; what has come since may have made it longer.
            known.end = known.end.max(hit.end);
            if checks.masks(hit.rule) {
                self.edit(start..hit.end, String::new());
            }
            return;
        }
        if let Some(with) = checks.note(hit.rule, &self.path, &(start..hit.end)) {
            self.edit(start..hit.end, with);
        }
        self.known.push(Hit { start, ..hit });
    }

    /// All bytes of edits that overlap go; what stands there is of the one that begins first.
    fn edit(&mut self, range: Range<usize>, with: String) {
        if range.end > self.edited {
            let is_first = range.start >= self.edited;
            let range = range.start.max(self.edited)..range.end;
            self.edited = range.end;
            self.edits.push_back(Edit { range, with: if is_first { with } else { String::new() } });
        }
    }

    /// Drops what is no context of anything to come. A cut within a match could make two others of its rest.
    fn forget(&mut self, context: usize) {
        let settled = self.text.get(..self.settled - self.base).unwrap_or_default();
        let mut cut = self.base + before_last(settled, context);
        for hit in self.known.iter().rev() {
            if hit.start < cut && cut < hit.end {
                cut = hit.start;
            }
        }
        self.known.retain(|hit| hit.end > cut);
        self.text.drain(..cut - self.base);
        self.base = cut;
    }

    /// The edits of a piece's part of the text, as edits of what the piece means. Pieces come in order.
    pub(super) fn edits_of(&mut self, share: &Share) -> Vec<Edit> {
        let Share { range, lost } = share;
        let local = |offset: usize| match offset.clamp(range.start, range.end) - range.start {
            0 => 0,
            at => at + lost,
        };
        let touching =
            self.edits.iter().filter(|edit| edit.range.start < range.end && edit.range.end > range.start);
        let edits = touching.map(|edit| Edit {
            range: local(edit.range.start)..local(edit.range.end),
            with: if edit.range.start >= range.start { edit.with.clone() } else { String::new() },
        });
        let edits = edits.collect();
        while self.edits.front().is_some_and(|edit| edit.range.end <= range.end) {
            self.edits.pop_front();
        }
        edits
    }
}
