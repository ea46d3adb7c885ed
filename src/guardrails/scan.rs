//! One request's body, looked through.

use std::collections::HashMap;
use std::ops::Range;

use super::cover::{Cover, Hit, Shown, moved};
use super::edit::{self, Edit};
use super::escape;
use super::findings::Findings;
use super::matcher::Matcher;
use super::place::Place;
use super::reader::Malformed;
use super::rule::Rule;
use super::selection::Running;
use super::settings::Action;
use super::walk::{Form, Text, is_json, walk};
use super::zone::Zone;
use crate::wire::Dialect;

/// How deep JSON within strings is looked into: a tool's arguments, a document in them, one in that.
const MAX_NESTED: usize = 3;

pub(super) struct Scan<'c> {
    matcher: &'c Matcher,
    rules: &'c [Rule],
    running: &'c Running,
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
        Self { matcher, rules, running, dialect, findings: Findings::default() }
    }

    /// What was found in the body, and the body with the masks, if there are any.
    pub(super) fn body(mut self, body: &[u8]) -> Result<(Findings, Option<Vec<u8>>), Malformed> {
        let not_utf8 = |error: std::str::Utf8Error| Malformed { at: error.valid_up_to(), expected: "UTF-8" };
        let document = std::str::from_utf8(body).map_err(not_utf8)?;
        let edits = self.document(document, (&Place::ROOT, Zone::Root), &[], 0)?;
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
    ) -> Result<Vec<Edit>, Malformed> {
        let mut edits = Vec::new();
        let mut cover = Cover::new(hits);
        let mut names = Names::default();
        walk(document, self.dialect, at, &mut |place, text| {
            if text.meant.is_empty() {
                return;
            }
            let mut of_text = self.text(place, text, cover.on(text), nesting);
            if !of_text.is_empty() {
                names.keep_apart(text, &mut of_text);
                edits.extend(written(text, of_text));
            }
        })?;
        Ok(edit::merge(edits))
    }

    /// Scans a text, and the JSON that it may be, and returns merged edits of what it means. `shown` are the
    /// masks that its document has on it already.
    fn text(&mut self, place: &Place<'_>, text: &Text<'_>, shown: Vec<Hit>, nesting: usize) -> Vec<Edit> {
        let deeper = nesting + usize::from(text.form == Form::String);
        let is_document = match text.form {
            Form::Document => true,
            Form::String => deeper <= MAX_NESTED && looks_like_json(&text.meant) && is_json(&text.meant),
            Form::Name { .. } | Form::Scalar => false,
        };
        if is_document {
            let hits = self.whole(place, &text.meant, shown);
            return self.document(&text.meant, (place, Zone::Free), &hits, deeper).unwrap_or_default();
        }
        let rules = self.rules;
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
        let (rules, running, findings) = (self.rules, self.running, &mut self.findings);
        let wanted = |rule: usize| rules.get(rule).is_some_and(|rule| running.contains(rule.guardrail));
        hits.retain(|hit| rules.get(hit.rule).is_some_and(|rule| findings.repeat(rule)));
        let shown = Shown::new(&hits);
        self.matcher.scan(meant, wanted, |index, range| {
            let Some(rule) = rules.get(index) else { return };
            let hit = Hit { start: range.start, end: range.end, rule: index };
            if running.only_tells(rule.guardrail) {
                findings.tell(index, place, &range);
            } else if rule.action == Action::Block {
                findings.block(index, place, &range);
            } else if shown.contains(&hit) {
                if findings.repeat(rule) {
                    hits.push(hit);
                }
            } else if findings.mask(index, rule, place, &range) {
                hits.push(hit);
            }
        });
        hits.sort_unstable();
        hits.dedup();
        hits
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
