//! Finds every text in a JSON document that the model may read.

use std::borrow::Cow;
use std::ops::Range;

use super::escape::decode;
use super::place::{Place, Step};
use super::reader::{MAX_DEPTH, Malformed, Reader};
use super::zone::Zone;
use crate::wire::Dialect;

/// A text in a document.
pub(super) struct Text<'d> {
    /// What it means.
    pub(super) meant: Cow<'d, str>,
    /// How it is written: without quotes, if it has any.
    pub(super) raw: &'d str,
    /// Where in the document `raw` begins.
    pub(super) start: usize,
    /// Whether it is a number, and so has no quotes.
    pub(super) is_number: bool,
}

impl Text<'_> {
    /// Where in the document it stands.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.raw.len()
    }
}

/// Calls `visit` with every text of `document` that is read, in the order in which they stand.
pub(super) fn walk<'d>(
    document: &'d str,
    dialect: Dialect,
    (place, zone): (&Place<'_>, Zone),
    visit: &mut dyn FnMut(&Place<'_>, &Text<'d>),
) -> Result<(), Malformed> {
    let mut walk = Walk { reader: Reader::new(document), dialect, depth: 0, visit };
    walk.value(place, zone)?;
    walk.reader.end()
}

struct Walk<'d, 'v> {
    reader: Reader<'d>,
    dialect: Dialect,
    depth: usize,
    visit: &'v mut dyn FnMut(&Place<'_>, &Text<'d>),
}

impl<'d> Walk<'d, '_> {
    fn value(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        match self.reader.peek() {
            Some(b'{') => self.nested(|walk| walk.object(place, zone)),
            Some(b'[') => self.nested(|walk| walk.array(place, zone)),
            Some(b'"') => {
                let range = self.reader.string()?;
                let text = self.text(&range);
                if zone.reads(&text.meant) {
                    (self.visit)(place, &text);
                }
                Ok(())
            }
            _ => {
                if let Some(range) = self.reader.scalar()?.filter(|_| zone.reads_numbers()) {
                    let text = Text { is_number: true, ..self.text(&range) };
                    (self.visit)(place, &text);
                }
                Ok(())
            }
        }
    }

    fn text(&self, range: &Range<usize>) -> Text<'d> {
        let raw = self.reader.slice(range);
        Text { meant: decode(raw), raw, start: range.start, is_number: false }
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
        self.reader.expect(b'{', "an object")?;
        if self.reader.take(b'}') {
            return Ok(());
        }
        loop {
            self.member(place, zone)?;
            if !self.reader.take(b',') {
                return self.reader.expect(b'}', "',' or '}'");
            }
        }
    }

    fn member(&mut self, place: &Place<'_>, zone: Zone) -> Result<(), Malformed> {
        let range = self.reader.string()?;
        let name = self.text(&range);
        let below = zone.member(self.dialect, &name.meant);
        let named = matches!(zone, Zone::Root | Zone::Protocol | Zone::Label | Zone::Encoded);
        let here = place.step(if named { Step::Field(&name.meant) } else { Step::Unnamed });
        if zone.reads_names() {
            (self.visit)(&here, &name);
        }
        self.reader.expect(b':', "':'")?;
        self.value(&here, below)
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
