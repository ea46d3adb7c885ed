//! One request's body, or one answer's, looked through.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::Body;
use super::cover::{Cover, Hit, Shown, moved};
use super::decode::decode;
use super::edit::{self, Edit};
use super::escape;
use super::findings::Findings;
use super::known::{New, Recall, Sight, Written};
use super::look::Look;
use super::media::Media;
use super::place::Place;
use super::reader::Malformed;
use super::rule::Rule;
use super::seams::{Crossing, Seams};
use super::settings::Action;
use super::walk::{Form, Text, Visit, is_json, walk};
use super::zone::{Side, Zone};

/// How deep JSON within strings is looked into: a tool's arguments, a document in them, one in that.
const MAX_NESTED: usize = 3;

pub(super) struct Scan<'c> {
    look: Look<'c>,
    side: Side,
    findings: Findings,
    /// What is known of a body's texts.
    recall: Option<Recall<'c>>,
}

impl<'c> Scan<'c> {
    pub(super) fn new(look: Look<'c>, side: Side) -> Self {
        Self { look, side, findings: Findings::default(), recall: None }
    }

    /// Passes over texts that are known.
    pub(super) fn recalling(self, recall: Option<Recall<'c>>) -> Self {
        Self { recall, ..self }
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
        self.text(place, text, Vec::new(), is_document(text, 0).then_some(0))
    }

    /// What was found in the body, and the body with the masks, if there are any.
    pub(super) fn body(mut self, body: &Body<'_>) -> Result<(Findings, Option<Vec<u8>>), Malformed> {
        let (document, long_strings) = match body {
            Body::Bytes(bytes) => (utf8(bytes)?, None),
            Body::Walked(walked) => (walked.text, Some(walked.long_strings.as_slice())),
        };
        let mut seams = Seams::new(self.look, document, long_strings);
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
    fn document<'d>(
        &mut self,
        document: &'d str,
        at: (&Place<'_>, Zone),
        hits: &[Hit],
        nesting: usize,
        seams: Option<&mut Seams<'_, 'd>>,
    ) -> Result<Vec<Edit>, Malformed> {
        let (side, cover) = (self.side, Cover::new(hits));
        let (names, edits, logprobs) = (Names::default(), Vec::new(), Vec::new());
        let mut texts = Texts { scan: self, nesting, cover, seams, new: None, names, edits, logprobs };
        walk(document, side, at, &mut texts)?;
        Ok(texts.into_edits(document))
    }

    /// Notes the matches over seams, and returns the edits of their masks: the replacement in the first text, if none
    /// is there already, and nothing in the others.
    fn crossings(&mut self, document: &str, crossings: Vec<Crossing>) -> Result<Vec<Edit>, Malformed> {
        let mut by_text: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for (index, crossing) in crossings.iter().enumerate() {
            for (nth, share) in crossing.shares.iter().enumerate() {
                by_text.entry(share.text).or_default().push((index, nth));
            }
        }
        let side = self.side;
        let mut crossed = Crossed { scan: self, crossings: &crossings, by_text, edits: Vec::new() };
        walk(document, side, (&Place::ROOT, Zone::Root), &mut crossed)?;
        Ok(crossed.edits)
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
        let hits = self.hits(place, &decode(document), shown);
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

fn utf8(bytes: &[u8]) -> Result<&str, Malformed> {
    let not_utf8 = |error: std::str::Utf8Error| Malformed { at: error.valid_up_to(), expected: "UTF-8" };
    simdutf8::basic::from_utf8(bytes).or_else(|_| std::str::from_utf8(bytes)).map_err(not_utf8)
}

/// The texts of one document, scanned as the walk comes by them.
struct Texts<'s, 'c, 'h, 'm, 'd> {
    scan: &'s mut Scan<'c>,
    nesting: usize,
    cover: Cover<'h>,
    /// Of the body itself.
    seams: Option<&'s mut Seams<'m, 'd>>,
    /// The text that begins there may be known the next time.
    new: Option<(usize, New)>,
    names: Names,
    edits: Vec<Edit>,
    /// Of each object that has them: where the object stands, and where their value.
    logprobs: Vec<(Range<usize>, Range<usize>)>,
}

impl<'d> Visit<'d> for Texts<'_, '_, '_, '_, 'd> {
    fn text(&mut self, place: &Place<'_>, text: &Text<'d>) {
        if text.meant.is_empty() {
            return;
        }
        let is_document = is_document(text, self.nesting);
        if let Some(seams) = &mut self.seams {
            join(seams, place, text, is_document);
        }
        let nesting = is_document.then_some(self.nesting);
        let new = self.new.take().filter(|(start, _)| *start == text.start);
        let found = self.scan.findings.count();
        let mut of_text = self.scan.text(place, text, self.cover.on(text), nesting);
        if let (Some(recall), Some((_, new))) = (&mut self.scan.recall, new)
            && self.scan.findings.count() == found
        {
            recall.keep(new, is_document);
        }
        if !of_text.is_empty() {
            self.names.keep_apart(text, &mut of_text);
            self.edits.extend(written(text, of_text));
        }
    }

    fn is_known(&mut self, place: &Place<'_>, written: Written, raw: &'d str, start: usize) -> bool {
        let (Some(recall), Some(seams)) = (&mut self.scan.recall, &mut self.seams) else { return false };
        match (recall.find(written, raw), written) {
            (Sight::Short, _) => return false,
            (Sight::New(new), _) => {
                self.new = Some((start, new));
                return false;
            }
            (Sight::Clean { .. }, Written::Document) => {}
            (Sight::Clean { is_document: true }, Written::String) => seams.cut(),
            (Sight::Clean { is_document: false }, Written::String) => seams.known_text(place, start, raw),
        }
        true
    }

    fn string_end(&mut self, start: usize) -> Option<usize> {
        self.seams.as_mut()?.string_end(start)
    }

    fn unreadable(&mut self, place: &Place<'_>, media: Media) {
        self.scan.findings.unreadable(place, media);
    }

    fn logprobs(&mut self, object: Range<usize>, value: Range<usize>) {
        self.logprobs.push((object, value));
    }
}

impl Texts<'_, '_, '_, '_, '_> {
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

/// The texts of one document, for the matches over their seams.
struct Crossed<'s, 'c> {
    scan: &'s mut Scan<'c>,
    crossings: &'s [Crossing],
    /// By where a text begins: which crossings have a share in it, and which of their shares.
    by_text: BTreeMap<usize, Vec<(usize, usize)>>,
    edits: Vec<Edit>,
}

impl<'d> Visit<'d> for Crossed<'_, '_> {
    fn text(&mut self, place: &Place<'_>, text: &Text<'d>) {
        let mut of_text = Vec::new();
        for (crossing, nth) in self.by_text.get(&text.start).into_iter().flatten() {
            let Some(Crossing { rule, shares, is_noted }) = self.crossings.get(*crossing) else { continue };
            let Some(share) = shares.get(*nth) else { continue };
            let is_first = *nth == 0 && !is_noted;
            of_text.extend(self.scan.share(place, *rule, share.of(&text.meant), is_first));
        }
        if !of_text.is_empty() {
            self.edits.extend(written(text, edit::merge(of_text)));
        }
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
