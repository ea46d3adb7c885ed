//! Finds every text in a JSON document that the model may read.

use std::borrow::Cow;
use std::ops::Range;

use super::decode::decode;
use super::known::Written;
use super::media::{Media, Part};
use super::mode::Stage;
use super::place::{Place, Step};
use super::reader::{MAX_DEPTH, Malformed, Reader};
use super::source::Source;
use super::zone::{Side, Zone};
use crate::wire::Dialect;

/// How a text stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Between quotes.
    String,
    /// Between quotes, as the name of a member of the object that begins there.
    Name { object: usize },
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// The caller's own object or array, as it is written. What is in it is not visited: it is a document.
    Document,
}

/// A text in a document.
#[derive(Clone, Debug)]
pub(super) struct Text<'d> {
    /// What it means.
    pub(super) meant: Cow<'d, str>,
    /// How it is written: without quotes, if it has any.
    pub(super) raw: &'d str,
    /// Where in the document `raw` begins.
    pub(super) start: usize,
    pub(super) form: Form,
}

impl Text<'_> {
    /// Where in the document it stands.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.raw.len()
    }
}

/// What a walk comes by.
pub(super) trait Visit<'d> {
    /// A text that is read; in [`Zone::Free`] in the order in which they stand.
    fn text(&mut self, place: &Place<'_>, text: &Text<'d>);

    /// Whether a string, or a document, that is written so was looked at before: then it is not handed over.
    fn is_known(&mut self, _place: &Place<'_>, _written: Written, _raw: &'d str, _start: usize) -> bool {
        false
    }

    /// Where the string ends that begins at `start`, if that was found out already. Is asked for values, in order.
    fn string_end(&mut self, _start: usize) -> Option<usize> {
        None
    }

    /// A part of a request that holds what no rule can read.
    fn unreadable(&mut self, _place: &Place<'_>, _media: Media) {}

    /// `logprobs` of an answer: where their value stands, and where the object whose text they repeat. Comes after
    /// all texts of that object.
    fn logprobs(&mut self, _object: Range<usize>, _value: Range<usize>) {}
}

/// Goes through `document`.
pub(super) fn walk<'d>(
    document: &'d str,
    side: Side,
    (place, zone): (&Place<'_>, Zone),
    visit: &mut dyn Visit<'d>,
) -> Result<(), Malformed> {
    let within = zone == Zone::Free;
    let mut walk =
        Walk { reader: Reader::new(document), side, within, depth: 0, last_type: Cow::Borrowed(""), visit };
    walk.value(place, zone)?;
    walk.reader.end()
}

/// Whether it is a JSON document; if not, where it stops being one.
pub(super) fn check_json(text: &str) -> Result<(), Malformed> {
    struct Nobody;
    impl Visit<'_> for Nobody {
        fn text(&mut self, _: &Place<'_>, _: &Text<'_>) {}
    }
    let side = Side { dialect: Dialect::Chat, stage: Stage::Request };
    walk(text, side, (&Place::ROOT, Zone::Unread), &mut Nobody)
}

/// Whether it is a JSON document.
pub(super) fn is_json(text: &str) -> bool {
    check_json(text).is_ok()
}

struct Walk<'d, 'v> {
    reader: Reader<'d>,
    side: Side,
    /// Whether the document is one of [`Form::Document`], or the like in a string.
    within: bool,
    depth: usize,
    /// `type` of the value that ended last, where it was an object of the API.
    last_type: Cow<'d, str>,
    visit: &'v mut dyn Visit<'d>,
}

impl<'d> Walk<'d, '_> {
    fn value(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        match self.reader.peek() {
            Some(b'{' | b'[') if zone == Zone::Free && !self.within => self.document(place),
            Some(b'{') => self.nested(|walk| walk.object(place, zone)),
            Some(b'[') => self.nested(|walk| walk.array(place, zone)),
            Some(b'"') => {
                let end = self.visit.string_end(self.reader.at() + 1);
                let range = self.reader.string_to(end)?;
                if zone != Zone::Unread
                    && !(zone.reads_all() && self.is_known(place, Written::String, &range))
                {
                    let text = self.text(&range, Form::String);
                    if zone.reads(&text.meant) {
                        self.visit.text(place, &text);
                    }
                }
                Ok(())
            }
            _ => {
                let range = self.reader.scalar()?;
                if zone.reads_scalars() {
                    let text = self.text(&range, Form::Scalar);
                    self.visit.text(place, &text);
                }
                Ok(())
            }
        }
    }

    fn text(&self, range: &Range<usize>, form: Form) -> Text<'d> {
        let raw = self.reader.slice(range);
        let meant = if form == Form::Document { Cow::Borrowed(raw) } else { decode(raw) };
        Text { meant, raw, start: range.start, form }
    }

    fn document(&mut self, place: &Place<'_>) -> Result<(), Malformed> {
        let start = self.reader.at();
        self.value(place, Zone::Unread)?;
        let range = start..self.reader.at();
        if !self.is_known(place, Written::Document, &range) {
            self.visit.text(place, &self.text(&range, Form::Document));
        }
        Ok(())
    }

    fn is_known(&mut self, place: &Place<'_>, written: Written, range: &Range<usize>) -> bool {
        self.visit.is_known(place, written, self.reader.slice(range), range.start)
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Result<(), Malformed>) -> Result<(), Malformed> {
        if self.depth >= MAX_DEPTH {
            return Err(self.reader.malformed("at most 128 levels of nesting"));
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        let mut object = Object::at(self.reader.at());
        self.reader.expect(b'{', "an object")?;
        if !self.reader.take(b'}') {
            loop {
                self.member(place, zone, &mut object)?;
                if !self.reader.take(b',') {
                    break;
                }
            }
            self.reader.expect(b'}', "',' or '}'")?;
        }
        self.close(place, object);
        Ok(())
    }

    /// What is only known at an object's end.
    fn close(&mut self, place: &Place<'_>, object: Object<'d>) {
        for text in object.source.texts() {
            self.visit.text(&place.step(Step::Field("data")), &text);
        }
        // A `source` is a part of a part.
        let is_source = matches!(place.step, Step::Field("source"));
        let is_request = self.side.stage == Stage::Request;
        if let Some(media) = object.part.media(is_part(place)).filter(|_| is_request && !is_source) {
            self.visit.unreadable(place, media);
        }
        if let Some(value) = object.logprobs {
            self.visit.logprobs(object.start..self.reader.at(), value);
        }
        self.last_type = object.kind;
    }

    fn member(&mut self, place: &Place<'_>, zone: Zone, object: &mut Object<'d>) -> Result<(), Malformed> {
        let range = self.reader.string()?;
        let name = self.text(&range, Form::Name { object: object.start });
        let below = zone.member(self.side, &name.meant);
        let here = place.step(if zone.has_fields() { Step::Field(&name.meant) } else { Step::Unnamed });
        if zone.reads_name(&name.meant) {
            self.visit.text(&here, &name);
        }
        self.reader.expect(b':', "':'")?;
        if below == Zone::Source && self.reader.peek() == Some(b'"') {
            let range = self.reader.string()?;
            object.source.has_data(self.text(&range, Form::String));
            return Ok(());
        }
        self.reader.peek();
        let start = self.reader.at();
        self.last_type = Cow::Borrowed("");
        self.value(&here, below)?;
        if zone.has_fields() {
            let last_type = std::mem::take(&mut self.last_type);
            object.has(&name.meant, start..self.reader.at(), (below, &self.reader, &last_type));
        }
        Ok(())
    }

    fn array(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        self.reader.expect(b'[', "an array")?;
        if self.reader.take(b']') {
            return Ok(());
        }
        for index in 0.. {
            self.value(&place.step(Step::Index(index)), zone)?;
            if !self.reader.take(b',') {
                break;
            }
        }
        self.reader.expect(b']', "',' or ']'")
    }
}

/// What one object of the API has said so far.
struct Object<'d> {
    start: usize,
    /// Its `type`.
    kind: Cow<'d, str>,
    source: Source<'d>,
    part: Part,
    logprobs: Option<Range<usize>>,
}

impl<'d> Object<'d> {
    fn at(start: usize) -> Self {
        let (source, part) = (Source::default(), Part::default());
        Self { start, kind: Cow::Borrowed(""), source, part, logprobs: None }
    }

    /// Its member `name` has a value there. `last_type` is the `type` of that value, if it is an object.
    fn has(&mut self, name: &str, at: Range<usize>, (zone, reader, last_type): (Zone, &Reader<'d>, &str)) {
        let written = reader.slice(&at);
        match name {
            "type" => {
                self.source.has_type(written);
                self.kind = decode(written.trim_matches('"'));
                self.part.has_type(&self.kind);
            }
            "source" => self.part.has_source(last_type),
            "result" if written != "null" => self.part.has_result(),
            _ if zone == Zone::Logprobs => self.logprobs = Some(at),
            _ if written != "null" => self.part.has_member(name),
            _ => {}
        }
    }
}

/// Whether an object stands in a list of content parts.
fn is_part(place: &Place<'_>) -> bool {
    let list = place.parent.map(|list| list.step);
    matches!((place.step, list), (Step::Index(_), Some(Step::Field("content"))))
}
