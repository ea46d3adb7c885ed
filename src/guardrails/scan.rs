//! One request's body, looked through.

use std::collections::HashSet;
use std::ops::Range;

use super::edit::{self, Edit};
use super::escape;
use super::findings::Findings;
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

/// A mask: which rule, and where in the document that is scanned.
type Mask = (usize, usize, usize);

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
        let edits = self.document(document, (&Place::ROOT, Zone::Root), &HashSet::new(), 0)?;
        let masked = (!edits.is_empty()).then(|| edit::splice(document, &edits).into_bytes());
        Ok((self.findings, masked))
    }

    /// Scans a document, and returns the masks as merged edits of it. `known` masks are not counted again.
    fn document(
        &mut self,
        document: &str,
        at: (&Place<'_>, Zone),
        known: &HashSet<Mask>,
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
    fn text(
        &mut self,
        place: &Place<'_>,
        text: &Text<'_>,
        known: &HashSet<Mask>,
        nesting: usize,
    ) -> Vec<Edit> {
        let (rules, selection, findings) = (self.rules, self.selection, &mut self.findings);
        let wanted = |rule: usize| rules.get(rule).is_some_and(|rule| selection.contains(rule.guardrail));
        let mut edits = Vec::new();
        let mut masks = HashSet::new();
        self.matcher.scan(&text.meant, wanted, |index, range| {
            let Some(rule) = rules.get(index) else { return };
            let is_known = !known.is_empty() && known.contains(&mask_of(index, text, &range));
            if !(is_known || findings.add(index, rule, place, &range)) || rule.action != Action::Mask {
                return;
            }
            masks.insert((index, range.start, range.end));
            edits.push(Edit { range, with: rule.replacement.clone() });
        });
        if nesting < MAX_NESTED && looks_like_json(&text.meant) {
            // Its edits go first: they keep the inner document JSON, and win over the same mask found in the text.
            let nested = self.document(&text.meant, (place, Zone::Free), &masks, nesting + 1);
            edits.splice(0..0, nested.unwrap_or_default());
        }
        edit::merge(edits)
    }
}

/// A mask of what `text` means, as one of the document that it stands in.
fn mask_of(rule: usize, text: &Text<'_>, range: &Range<usize>) -> Mask {
    let edit = vec![Edit { range: range.clone(), with: String::new() }];
    let mapped = escape::edits_of_raw(text.raw, text.start, edit);
    let range = mapped.first().map_or(range.clone(), |edit| edit.range.clone());
    (rule, range.start, range.end)
}

/// Whether it may be an object or an array. If it is none after all, reading it fails and changes nothing but that
/// what was found until there counts.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
}
