//! One request's body, looked through.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::cover::{Cover, Hit, Shown, moved};
use super::edit::{self, Edit};
use super::escape;
use super::findings::Findings;
use super::look::Look;
use super::matcher::Matcher;
use super::place::Place;
use super::reader::Malformed;
use super::rule::Rule;
use super::seams::{Crossing, Seams};
use super::selection::Running;
use super::settings::Action;
use super::walk::{Form, Text, is_json, walk};
use super::zone::Zone;
use crate::wire::Dialect;

/// How deep JSON within strings is looked into: a tool's arguments, a document in them, one in that.
const MAX_NESTED: usize = 3;

pub(super) struct Scan<'c> {
    look: Look<'c>,
    dialect: Dialect,
    findings: Findings,
}

impl<'c> Scan<'c> {
    pub(super) fn new(
        matcher: &'c Matcher,
        rules: &'c [Rule],
        running: &'c Running,
        dialect: Dialect,
    ) -> Self {
        Self { look: Look { matcher, rules, running }, dialect, findings: Findings::default() }
    }

    /// What was found in the body, and the body with the masks, if there are any.
    pub(super) fn body(mut self, body: &[u8]) -> Result<(Findings, Option<Vec<u8>>), Malformed> {
        let not_utf8 = |error: std::str::Utf8Error| Malformed { at: error.valid_up_to(), expected: "UTF-8" };
        let document = std::str::from_utf8(body).map_err(not_utf8)?;
        let mut seams = Seams::new(self.look, document);
        let root = (&Place::ROOT, Zone::Root);
        let mut edits = self.document(document, root, &[], 0, Some(&mut seams))?;
        let crossings = seams.end();
        if !crossings.is_empty() {
            edits.extend(self.crossings(document, crossings)?);
            edits = edit::merge(edits);
        }
        let masked = (!edits.is_empty()).then(|| edit::splice(document, &edits).into_bytes());
        Ok((self.findings, masked))
    }

    /// Scans the texts of a document, and returns its merged edits. `hits` are its own masks, in order.
    fn document(
        &mut self,
        document: &str,
        at: (&Place<'_>, Zone),
        hits: &[Hit],
        nesting: usize,
        mut seams: Option<&mut Seams<'_, '_>>,
    ) -> Result<Vec<Edit>, Malformed> {
        let mut edits = Vec::new();
        let mut cover = Cover::new(hits);
        let mut names = Names::default();
        walk(document, self.dialect, at, &mut |place, text| {
            if text.meant.is_empty() {
                return;
            }
            let is_document = is_document(text, nesting);
            if let Some(seams) = &mut seams {
                join(seams, place, text, is_document);
            }
            let mut of_text = self.text(place, text, cover.on(text), is_document.then_some(nesting));
            if !of_text.is_empty() {
                names.keep_apart(text, &mut of_text);
                edits.extend(written(text, of_text));
            }
        })?;
        Ok(edit::merge(edits))
    }

    /// Notes the matches over seams, and returns the edits of their masks: the replacement in the first text, and
    /// nothing in the others.
    fn crossings(&mut self, document: &str, crossings: Vec<Crossing>) -> Result<Vec<Edit>, Malformed> {
        let mut by_text: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (index, crossing) in crossings.iter().enumerate() {
            for (nth, share) in crossing.shares.iter().enumerate() {
                by_text.entry(share.text).or_default().push((index, nth));
            }
        }
        let mut edits = Vec::new();
        walk(document, self.dialect, (&Place::ROOT, Zone::Root), &mut |place, text| {
            let mut of_text = Vec::new();
            for (crossing, nth) in by_text.get(&text.start).into_iter().flatten() {
                let Some(Crossing { rule, shares }) = crossings.get(*crossing) else { continue };
                let Some(share) = shares.get(*nth) else { continue };
                of_text.extend(self.share(place, *rule, share.of(&text.meant), *nth == 0));
            }
            if !of_text.is_empty() {
                edits.extend(written(text, edit::merge(of_text)));
            }
        })?;
        Ok(edits)
    }

    /// Notes one text's share of a match over a seam.
    fn share(
        &mut self,
        place: &Place<'_>,
        index: usize,
        range: Range<usize>,
        is_first: bool,
    ) -> Option<Edit> {
        let rule = self.look.rules.get(index)?;
        if is_first {
            let masks = self.note(index, rule, place, &range);
            return masks.then(|| Edit { range, with: rule.replacement.clone() });
        }
        let masks = self.enforces(rule) && rule.action == Action::Mask && self.findings.repeat(rule);
        masks.then(|| Edit { range, with: String::new() })
    }

    /// Notes a match, and returns whether it is to be masked.
    fn note(&mut self, index: usize, rule: &Rule, place: &Place<'_>, range: &Range<usize>) -> bool {
        if !self.enforces(rule) {
            self.findings.tell(index, place, range);
            false
        } else if rule.action == Action::Block {
            self.findings.block(index, place, range);
            false
        } else {
            self.findings.mask(index, rule, place, range)
        }
    }

    fn enforces(&self, rule: &Rule) -> bool {
        !self.look.running.only_tells(rule.guardrail)
    }

    /// Scans a text, and the JSON that it may be, and returns merged edits of what it means. `shown` are the
    /// masks that its document has on it already; `document` is how deep it is nested if it is one itself.
    fn text(
        &mut self,
        place: &Place<'_>,
        text: &Text<'_>,
        shown: Vec<Hit>,
        document: Option<usize>,
    ) -> Vec<Edit> {
        if let Some(nesting) = document {
            let deeper = nesting + usize::from(text.form == Form::String);
            let hits = self.whole(place, &text.meant, shown);
            return self.document(&text.meant, (place, Zone::Free), &hits, deeper, None).unwrap_or_default();
        }
        let rules = self.look.rules;
        let replacement = |rule: usize| rules.get(rule).map(|rule| rule.replacement.clone());
        let edit = |hit: Hit| Some(Edit { range: hit.start..hit.end, with: replacement(hit.rule)? });
        edit::merge(self.hits(place, &text.meant, shown).into_iter().filter_map(edit).collect())
    }

    /// The masks of a JSON document as a whole, in order.
    ///
    /// It is looked at with its escapes decoded, which stand in strings only: the `n` of `\n` begins no word.
    fn whole(&mut self, place: &Place<'_>, document: &str, shown: Vec<Hit>) -> Vec<Hit> {
        if !document.contains('\\') {
            return self.hits(place, document, shown);
        }
        let shown = moved(shown, |ranges| escape::decoded_ranges(document, ranges));
        let hits = self.hits(place, &escape::decode(document), shown);
        moved(hits, |ranges| escape::raw_ranges(document, ranges))
    }

    /// The masks of a text, in order: `shown` ones and those that are found in it.
    fn hits(&mut self, place: &Place<'_>, meant: &str, mut hits: Vec<Hit>) -> Vec<Hit> {
        let look = self.look;
        hits.retain(|hit| look.rules.get(hit.rule).is_some_and(|rule| self.findings.repeat(rule)));
        let shown = Shown::new(&hits);
        look.at(meant, &mut |index, range| {
            let Some(rule) = look.rules.get(index) else { return };
            let hit = Hit { start: range.start, end: range.end, rule: index };
            let masks = if shown.contains(&hit) {
                self.enforces(rule) && rule.action == Action::Mask && self.findings.repeat(rule)
            } else {
                self.note(index, rule, place, &range)
            };
            if masks {
                hits.push(hit);
            }
        });
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

/// Hands a text to the seams that it may be at.
fn join(seams: &mut Seams<'_, '_>, place: &Place<'_>, text: &Text<'_>, is_document: bool) {
    match text.form {
        Form::String if is_document => seams.cut(),
        Form::String => seams.text(place, text.start, &text.meant),
        _ => {}
    }
}

/// Whether a text is JSON that is looked into, at this depth.
fn is_document(text: &Text<'_>, nesting: usize) -> bool {
    match text.form {
        Form::Document => true,
        Form::String => nesting < MAX_NESTED && looks_like_json(&text.meant) && is_json(&text.meant),
        Form::Name { .. } | Form::Scalar => false,
    }
}

/// Merged edits of what a text means, as edits of its document.
fn written(text: &Text<'_>, edits: Vec<Edit>) -> Vec<Edit> {
    match text.form {
        Form::String | Form::Name { .. } => escape::edits_of_raw(text.raw, text.start, edits),
        Form::Scalar => {
            let masked = edit::splice(&text.meant, &edits);
            vec![Edit { range: text.range(), with: format!("\"{}\"", escape::encode(&masked)) }]
        }
        Form::Document => {
            let moved = |Range { start, end }: Range<usize>| start + text.start..end + text.start;
            edits.into_iter().map(|edit| Edit { range: moved(edit.range), with: edit.with }).collect()
        }
    }
}

/// The masked names of a document, by object. Two names of one object may be masked to the same, and then
/// one of the members would be lost.
#[derive(Default)]
struct Names(HashMap<(usize, String), usize>);

impl Names {
    /// Numbers the second and later of equal names.
    fn keep_apart(&mut self, text: &Text<'_>, edits: &mut Vec<Edit>) {
        let Form::Name { object } = text.form else { return };
        let count = self.0.entry((object, edit::splice(&text.meant, edits))).or_default();
        *count += 1;
        if *count > 1 {
            let end = text.meant.len();
            edits.push(Edit { range: end..end, with: format!("_{count}") });
        }
    }
}

/// Whether it may be an object, an array or a string.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    [('{', '}'), ('[', ']'), ('"', '"')]
        .iter()
        .any(|(first, last)| text.starts_with(*first) && text.ends_with(*last))
}
