//! One request's body, or one answer's, looked through.

use std::collections::HashMap;
use std::ops::Range;

use super::cover::{Cover, Hit, Shown, moved};
use super::edit::{self, Edit};
use super::escape;
use super::findings::Findings;
use super::matcher::Matcher;
use super::media::Media;
use super::place::Place;
use super::reader::Malformed;
use super::rule::Rule;
use super::selection::Running;
use super::settings::Action;
use super::walk::{Form, Text, Visit, is_json, walk};
use super::zone::{Side, Zone};

/// How deep JSON within strings is looked into: a tool's arguments, a document in them, one in that.
const MAX_NESTED: usize = 3;

pub(super) struct Scan<'c> {
    matcher: &'c Matcher,
    rules: &'c [Rule],
    running: &'c Running,
    side: Side,
    findings: Findings,
}

impl<'c> Scan<'c> {
    pub(super) fn new(matcher: &'c Matcher, rules: &'c [Rule], running: &'c Running, side: Side) -> Self {
        Self { matcher, rules, running, side, findings: Findings::default() }
    }

    /// Goes on where another scan left off.
    pub(super) fn with(self, findings: Findings) -> Self {
        Self { findings, ..self }
    }

    /// What was found so far.
    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }

    /// Scans one text of a document, and returns merged edits of what it means.
    pub(super) fn one(&mut self, place: &Place<'_>, text: &Text<'_>) -> Vec<Edit> {
        self.text(place, text, Vec::new(), 0)
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
        let (side, cover) = (self.side, Cover::new(hits));
        let (names, edits, logprobs) = (Names::default(), Vec::new(), Vec::new());
        let mut texts = Texts { scan: self, nesting, cover, names, edits, logprobs };
        walk(document, side, at, &mut texts)?;
        Ok(texts.into_edits(document))
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

/// The texts of one document, scanned as the walk comes by them.
struct Texts<'s, 'c, 'h> {
    scan: &'s mut Scan<'c>,
    nesting: usize,
    cover: Cover<'h>,
    names: Names,
    edits: Vec<Edit>,
    /// Of each object that has them: where the object stands, and where their value.
    logprobs: Vec<(Range<usize>, Range<usize>)>,
}

impl<'d> Visit<'d> for Texts<'_, '_, '_> {
    fn text(&mut self, place: &Place<'_>, text: &Text<'d>) {
        if text.meant.is_empty() {
            return;
        }
        let mut of_text = self.scan.text(place, text, self.cover.on(text), self.nesting);
        if !of_text.is_empty() {
            self.names.keep_apart(text, &mut of_text);
            self.edits.extend(written(text, of_text));
        }
    }

    fn unreadable(&mut self, place: &Place<'_>, media: Media) {
        self.scan.findings.unreadable(place, media);
    }

    fn logprobs(&mut self, object: Range<usize>, value: Range<usize>) {
        self.logprobs.push((object, value));
    }
}

impl Texts<'_, '_, '_> {
    /// Merged. Where a text was masked, so are the tokens that repeat it.
    fn into_edits(self, document: &str) -> Vec<Edit> {
        let mut edits = edit::merge(self.edits);
        let is_masked = |object: &Range<usize>| {
            let first = edits.partition_point(|edit| edit.range.start < object.start);
            edits.get(first).is_some_and(|edit| edit.range.end <= object.end)
        };
        let masked = self.logprobs.into_iter().filter(|(object, _)| is_masked(object));
        let blank: Vec<Edit> = masked.map(|(_, value)| without_logprobs(document, value)).collect();
        if blank.is_empty() {
            return edits;
        }
        edits.extend(blank);
        edit::merge(edits)
    }
}

/// `logprobs` without any: a list in the Responses API, and an object or `null` in the others.
pub(super) fn without_logprobs(document: &str, value: Range<usize>) -> Edit {
    let is_list = document.get(value.clone()).is_some_and(|written| written.starts_with('['));
    Edit { range: value, with: if is_list { "[]" } else { "null" }.to_owned() }
}

/// Merged edits of what a text means, as edits of its document.
pub(super) fn written(text: &Text<'_>, edits: Vec<Edit>) -> Vec<Edit> {
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
