//! Finds every text in a JSON document that the model may read.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::decode;
use super::place::{Place, Step};
use super::reader::{MAX_DEPTH, Malformed, Reader};
use super::source::Source;
use super::zone::Zone;
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

/// Calls `visit` with every text of `document` that is read; in [`Zone::Free`] in the order in which they stand.
pub(super) fn walk<'d>(
    document: &'d str,
    dialect: Dialect,
    (place, zone): (&Place<'_>, Zone),
    visit: &mut dyn FnMut(&Place<'_>, &Text<'d>),
) -> Result<(), Malformed> {
    let within = zone == Zone::Free;
    let mut walk = Walk { reader: Reader::new(document), dialect, within, depth: 0, visit };
    walk.value(place, zone)?;
    walk.reader.end()
}

/// Whether it is a JSON document.
pub(super) fn is_json(text: &str) -> bool {
    walk(text, Dialect::Chat, (&Place::ROOT, Zone::Unread), &mut |_, _| {}).is_ok()
}

struct Walk<'d, 'v> {
    reader: Reader<'d>,
    dialect: Dialect,
    /// Whether the document is one of [`Form::Document`], or the like in a string.
    within: bool,
    depth: usize,
    visit: &'v mut dyn FnMut(&Place<'_>, &Text<'d>),
}

impl<'d> Walk<'d, '_> {
    fn value(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        match self.reader.peek() {
            Some(b'{' | b'[') if zone == Zone::Free && !self.within => self.document(place),
            Some(b'{') => self.nested(|walk| walk.object(place, zone)),
            Some(b'[') => self.nested(|walk| walk.array(place, zone)),
            Some(b'"') => {
                let range = self.reader.string()?;
                if zone != Zone::Unread {
                    let text = self.text(&range, Form::String);
                    if zone.reads(&text.meant) {
                        (self.visit)(place, &text);
                    }
                }
                Ok(())
            }
            _ => {
                let range = self.reader.scalar()?;
                if zone.reads_scalars() {
                    let text = self.text(&range, Form::Scalar);
                    (self.visit)(place, &text);
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
        let text = self.text(&(start..self.reader.at()), Form::Document);
        (self.visit)(place, &text);
        Ok(())
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
        let object = self.reader.at();
        let mut source = Source::default();
        self.reader.expect(b'{', "an object")?;
        if self.reader.take(b'}') {
            return Ok(());
        }
        loop {
            self.member(place, (zone, object), &mut source)?;
            if !self.reader.take(b',') {
                break;
            }
        }
        for text in source.texts() {
            (self.visit)(&place.step(Step::Field("data")), &text);
        }
        self.reader.expect(b'}', "',' or '}'")
    }

    fn member(
        &mut self,
        place: &Place<'_>,
        (zone, object): (Zone, usize),
        source: &mut Source<'d>,
    ) -> Result<(), Malformed> {
        let range = self.reader.string()?;
        let name = self.text(&range, Form::Name { object });
        let below = zone.member(self.dialect, &name.meant);
        let here = place.step(if zone.has_fields() { Step::Field(&name.meant) } else { Step::Unnamed });
        if zone.reads_name(&name.meant) {
            (self.visit)(&here, &name);
        }
        self.reader.expect(b':', "':'")?;
        if below == Zone::Source && self.reader.peek() == Some(b'"') {
            let range = self.reader.string()?;
            source.has_data(self.text(&range, Form::String));
            return Ok(());
        }
        let start = self.reader.at();
        self.value(&here, below)?;
        if zone.has_fields() && name.meant == "type" {
            source.has_type(self.reader.slice(&(start..self.reader.at())));
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
