//! The rules that look at a stream, and what they found in it.

use std::ops::Range;

use super::Reach;
use crate::guardrails::Compiled;
use crate::guardrails::edit::Edit;
use crate::guardrails::findings::Findings;
use crate::guardrails::place::{Place, Step};
use crate::guardrails::scan::{Scan, written};
use crate::guardrails::selection::Running;
use crate::guardrails::settings::Action;
use crate::guardrails::walk::Text;
use crate::guardrails::zone::Side;

/// What looks at one stream.
pub(super) struct Checks<'c> {
    pub(super) compiled: &'c Compiled,
    pub(super) running: &'c Running,
    pub(super) side: Side,
    pub(super) reach: Reach,
    pub(super) findings: &'c mut Findings,
}

impl Checks<'_> {
    /// Calls `hit` with every match in `text` of a rule that runs.
    pub(super) fn find(&self, text: &str, hit: &mut dyn FnMut(usize, Range<usize>)) {
        self.compiled.look(self.running).at(text, hit);
    }

    /// Notes a match, and returns what is to stand in its place if it is to be masked.
    pub(super) fn note(&mut self, index: usize, path: &str, range: &Range<usize>) -> Option<String> {
        let rule = self.compiled.rules.get(index)?;
        let root = Place::ROOT;
        let place = root.step(Step::Path(path));
        if self.running.only_tells(rule.guardrail) {
            self.findings.tell(index, &place, range);
            None
        } else if rule.action == Action::Block {
            self.findings.block(index, &place, range);
            None
        } else {
            self.findings.mask(index, rule, &place, range).then(|| rule.replacement.clone())
        }
    }

    /// Whether the rule's matches are replaced.
    pub(super) fn masks(&self, index: usize) -> bool {
        let rule = self.compiled.rules.get(index);
        rule.is_some_and(|rule| rule.action == Action::Mask && !self.running.only_tells(rule.guardrail))
    }

    /// Looks at a text that does not grow, and returns merged edits of what it means.
    pub(super) fn text(&mut self, path: &str, text: &Text<'_>) -> Vec<Edit> {
        let findings = std::mem::take(self.findings);
        let (edits, findings) = self.look(path, text, findings);
        *self.findings = findings;
        edits
    }

    /// Looks at a text that does not grow, and returns edits of its event. A text that was `seen` before shows
    /// the same matches again, which count once.
    pub(super) fn whole(&mut self, path: &str, text: &Text<'_>, seen: bool) -> Vec<Edit> {
        if seen {
            let (edits, findings) = self.look(path, text, Findings::default());
            if findings.blocking_guardrail(&self.compiled.rules, self.running).is_none() {
                return written(text, edits);
            }
        }
        let edits = self.text(path, text);
        written(text, edits)
    }

    fn look(&self, path: &str, text: &Text<'_>, findings: Findings) -> (Vec<Edit>, Findings) {
        let mut scan = Scan::new(self.compiled.look(self.running), self.side).with(findings);
        let edits = scan.one(&Place::ROOT.step(Step::Path(path)), text);
        (edits, scan.into_findings())
    }
}
