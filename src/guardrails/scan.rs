//! One request's body, looked through.

use std::collections::BTreeSet;
use std::ops::Range;

use super::edit::{self, Edit};
use super::escape::{self, Offsets};
use super::findings::{Findings, MAX_MASKS};
use super::matcher::Matcher;
use super::place::Place;
use super::reader::Malformed;
use super::rule::Rule;
use super::selection::Selection;
use super::settings::Action;
use super::walk::{Text, walk};
use super::zone::Zone;
use crate::wire::Dialect;

/// How deep JSON within strings is looked into: a tool's arguments, a document in them, one in that.
const MAX_NESTED: usize = 3;

/// Matches to be masked: which rule, and where it begins in the document that is scanned.
type Masks = BTreeSet<(usize, usize)>;

pub(super) struct Scan<'c> {
    matcher: &'c Matcher,
    rules: &'c [Rule],
    selection: &'c Selection,
    dialect: Dialect,
    findings: Findings,
}

impl<'c> Scan<'c> {
    pub(super) fn new(
        matcher: &'c Matcher,
        rules: &'c [Rule],
        selection: &'c Selection,
        dialect: Dialect,
    ) -> Self {
        Self { matcher, rules, selection, dialect, findings: Findings::default() }
    }

    /// What was found in the body, and the body with the masks, if there are any.
    pub(super) fn body(mut self, body: &[u8]) -> Result<(Findings, Option<Vec<u8>>), Malformed> {
        let not_utf8 = |error: std::str::Utf8Error| Malformed { at: error.valid_up_to(), expected: "UTF-8" };
        let document = std::str::from_utf8(body).map_err(not_utf8)?;
        let edits = self.document(document, (&Place::ROOT, Zone::Root), &Masks::new(), 0)?;
        let masked = (!edits.is_empty()).then(|| edit::splice(document, &edits).into_bytes());
        Ok((self.findings, masked))
    }

    /// Scans a document, and returns the masks as merged edits of it. `known` masks are not counted again.
    fn document(
        &mut self,
        document: &str,
        at: (&Place<'_>, Zone),
        known: &Masks,
        nesting: usize,
    ) -> Result<Vec<Edit>, Malformed> {
        let mut edits = Vec::new();
        let dialect = self.dialect;
        walk(document, dialect, at, &mut |place, text| {
            let found = self.text(place, text, known, nesting);
            if found.is_empty() {
                return;
            }
            if text.is_number {
                let masked = edit::splice(&text.meant, &found);
                edits.push(Edit { range: text.range(), with: format!("\"{}\"", escape::encode(&masked)) });
            } else {
                edits.extend(escape::edits_of_raw(text.raw, text.start, found));
            }
        })?;
        Ok(edits)
    }

    /// Scans a text, and the JSON that it may be, and returns the masks as merged edits of what it means.
    fn text(&mut self, place: &Place<'_>, text: &Text<'_>, known: &Masks, nesting: usize) -> Vec<Edit> {
        let mut offsets = Offsets::new(text.raw, text.start);
        let mut masks = Masks::new();
        let mut edits = Vec::new();
        for (index, range) in self.matches(place, &text.meant) {
            let Some(rule) = self.rules.get(index) else { continue };
            let is_known = !known.is_empty() && known.contains(&(index, offsets.raw_of(range.start)));
            if is_known || self.findings.add(index, rule, place, &range) {
                masks.insert((index, range.start));
                edits.push(Edit { range, with: rule.replacement.clone() });
            }
        }
        if nesting < MAX_NESTED && is_json(&text.meant, self.dialect) {
            // Its edits go first: they keep the inner document JSON, and win over the same mask of the text.
            let nested = self.document(&text.meant, (place, Zone::Free), &masks, nesting + 1);
            edits.splice(0..0, nested.unwrap_or_default());
        }
        edit::merge(edits)
    }

    /// Notes matches that block, and returns those to be masked, in the order of the text; at most one more than
    /// may be.
    fn matches(&mut self, place: &Place<'_>, text: &str) -> Vec<(usize, Range<usize>)> {
        let (rules, selection, findings) = (self.rules, self.selection, &mut self.findings);
        let wanted = |rule: usize| rules.get(rule).is_some_and(|rule| selection.contains(rule.guardrail));
        let mut masks = Vec::new();
        self.matcher.scan(text, wanted, |index, range| match rules.get(index) {
            Some(rule) if rule.action == Action::Block => {
                findings.add(index, rule, place, &range);
            }
            Some(_) if masks.len() <= MAX_MASKS => masks.push((index, range)),
            _ => {}
        });
        masks.sort_unstable_by_key(|(index, range)| (range.start, *index));
        masks
    }
}

/// Whether a text is a JSON object or array.
fn is_json(text: &str, dialect: Dialect) -> bool {
    let trimmed = text.trim();
    let brackets = (trimmed.as_bytes().first(), trimmed.as_bytes().last());
    matches!(brackets, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
        && walk(text, dialect, (&Place::ROOT, Zone::Unread), &mut |_, _| {}).is_ok()
}
