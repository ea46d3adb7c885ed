//! The grammar of JSON, walked with a table in hand.

use std::borrow::Cow;

use super::lexer::{Lexer, Quoted};
use super::path::Path;
use super::{Checked, MAX_DEPTH, MAX_FIELDS, MAX_NAMED, MAX_STRAYS, Malformed, Member, Strays};
use crate::wire::schema::{Shape, Standing, Table};
use crate::wire::value::PRIVATE;

/// Objects of up to this many fields are searched for duplicates pair by pair, larger ones by sorting.
const PAIRWISE: usize = 12;
/// Fields at the top level, and names of all objects that are open, that there is room for from the start.
const USUAL_MEMBERS: usize = 8;
const USUAL_NAMES: usize = 16;
/// Every API takes ids of so many bytes.
const SHORT_ID: usize = 40;

pub(super) struct Walk<'a> {
    lexer: Lexer<'a>,
    text: &'a str,
    /// Names of the fields of the objects that are open, innermost last.
    names: Vec<Cow<'a, str>>,
    depth: usize,
    members: Vec<Member<'a>>,
    strays: Strays,
    prompt_bytes: usize,
    hints: Hints,
    has_hints: bool,
    has_long_ids: bool,
}

/// What becomes of hints below the top level.
#[derive(Clone, Copy)]
enum Hints {
    Stay,
    /// They are strays, but for these.
    Go {
        kept: &'static [&'static str],
    },
}

/// The parts of one object that are cut out of it, with the commas that go with them.
#[derive(Default)]
struct Cutting {
    /// Whether a field that stays stands before.
    kept_any: bool,
    /// Start of the fields that are cut before the first one that stays.
    leading: Option<usize>,
    /// End of the field before.
    previous_end: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            lexer: Lexer::new(text),
            text,
            names: Vec::with_capacity(USUAL_NAMES),
            depth: 0,
            members: Vec::with_capacity(USUAL_MEMBERS),
            strays: Strays::default(),
            prompt_bytes: 0,
            hints: Hints::Stay,
            has_hints: false,
            has_long_ids: false,
        }
    }

    /// The text as the value of a top-level field: what stands in it and does not go on where hints do not.
    pub(super) fn member(
        mut self,
        name: &str,
        shape: Shape,
        kept: &'static [&'static str],
    ) -> Result<Strays, Malformed> {
        self.hints = Hints::Go { kept };
        self.lexer.next_token().ok_or(Malformed::Empty)?;
        self.value(shape, &Path::Field(&Path::Root, name))?;
        Ok(self.strays)
    }

    /// The text as one object, and nothing after it.
    pub(super) fn whole(mut self, table: &'static Table) -> Result<Checked<'a>, Malformed> {
        let first = self.lexer.next_token().ok_or(Malformed::Empty)?;
        self.value(Shape::Objects(table), &Path::Root)?;
        if self.lexer.next_token().is_some() {
            return Err(self.lexer.expected("the end of the body after the JSON object"));
        }
        if first != b'{' {
            return Err(Malformed::NotAnObject { found: name_of_type(first) });
        }
        Ok(Checked {
            text: self.text,
            members: self.members,
            strays: self.strays,
            has_hints: self.has_hints,
            has_long_ids: self.has_long_ids,
            prompt_bytes: self.prompt_bytes as u64,
            long_strings: self.lexer.into_long_strings(),
        })
    }

    fn value(&mut self, shape: Shape, path: &Path<'_>) -> Result<(), Malformed> {
        match self.lexer.peek() {
            Some(b'{') => self.nested(path, |walk| walk.object(shape, path)),
            Some(b'[') => self.nested(path, |walk| walk.array(shape, path)),
            Some(b'"') => {
                let length = self.lexer.string()?.inner.len();
                match shape {
                    Shape::Text | Shape::TextOr(_) => self.prompt_bytes += length,
                    Shape::Plain if length > SHORT_ID => {
                        self.has_long_ids |= path.longest_id().is_some_and(|longest| length > longest);
                    }
                    _ => {}
                }
                Ok(())
            }
            _ => self.lexer.scalar(),
        }
    }

    fn nested(
        &mut self,
        path: &Path<'_>,
        inside: impl FnOnce(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Malformed::TooDeep { path: path.to_string() });
        }
        inside(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn array(&mut self, shape: Shape, path: &Path<'_>) -> Result<(), Malformed> {
        self.lexer.take(b'[');
        if self.lexer.next_token() == Some(b']') {
            self.lexer.take(b']');
            return Ok(());
        }
        for index in 0.. {
            self.lexer.next_token();
            self.value(shape, &Path::Element(path, index))?;
            self.lexer.next_token();
            if self.lexer.take(b']') {
                break;
            }
            if !self.lexer.take(b',') {
                return Err(self.lexer.expected("`,` or `]`"));
            }
        }
        Ok(())
    }

    fn object(&mut self, shape: Shape, path: &Path<'_>) -> Result<(), Malformed> {
        let outer_names = self.names.len();
        let mut cutting = Cutting::default();
        self.lexer.take(b'{');
        if self.lexer.next_token() == Some(b'}') {
            self.lexer.take(b'}');
            return Ok(());
        }
        loop {
            self.lexer.next_token();
            self.field(shape, path, &mut cutting)?;
            self.lexer.next_token();
            if self.lexer.take(b'}') {
                break;
            }
            if !self.lexer.take(b',') {
                return Err(self.lexer.expected("`,` or `}`"));
            }
        }
        if let Some(start) = cutting.leading {
            self.strays.cuts.push(start..cutting.previous_end);
        }
        self.each_once(outer_names, path)?;
        self.names.truncate(outer_names);
        Ok(())
    }

    fn field(&mut self, shape: Shape, above: &Path<'_>, cutting: &mut Cutting) -> Result<(), Malformed> {
        let start = self.lexer.at();
        if self.lexer.peek() != Some(b'"') {
            return Err(self.lexer.expected("a field name in double quotes"));
        }
        let quoted = self.lexer.string()?;
        let name = self.resolved(quoted, start)?;
        if name.starts_with(PRIVATE) {
            return Err(Malformed::Reserved { path: Path::Field(above, &name).to_string() });
        }
        self.lexer.next_token();
        if !self.lexer.take(b':') {
            return Err(self.lexer.expected("`:` after a field name"));
        }
        self.lexer.next_token();

        let value_at = self.lexer.at();
        let standing = self.settled(standing(shape, &name), quoted);
        let path = Path::Field(above, &name);
        if above.is_root() {
            self.field_value(standing, &path)?;
            let (raw, span) = (self.lexer.since(value_at), start..self.lexer.at());
            self.members.push(Member { name: name.clone(), raw, standing, span, value_at });
        } else if self.stays(standing, &name) {
            self.has_hints |= matches!(standing, Standing::Hint(_));
            if let Some(cut) = cutting.leading.take() {
                self.strays.cuts.push(cut..start);
            }
            self.field_value(standing, &path)?;
            cutting.kept_any = true;
        } else {
            self.stray(standing, &path)?;
            self.value(Shape::Free, &path)?;
            if cutting.kept_any {
                self.strays.cuts.push(cutting.previous_end..self.lexer.at());
            } else {
                cutting.leading.get_or_insert(start);
            }
        }
        cutting.previous_end = self.lexer.at();
        if self.names.len() >= MAX_FIELDS {
            return Err(Malformed::TooManyFields);
        }
        self.names.push(name);
        Ok(())
    }

    fn field_value(&mut self, standing: Standing, path: &Path<'_>) -> Result<(), Malformed> {
        let (Standing::Defined(shape) | Standing::Hint(shape)) = standing else {
            return self.value(Shape::Free, path);
        };
        let start = self.lexer.at();
        self.value(shape, path)?;
        if let Shape::Prompt = shape {
            self.prompt_bytes += self.lexer.at() - start;
        }
        Ok(())
    }

    fn stray(&mut self, standing: Standing, path: &Path<'_>) -> Result<(), Malformed> {
        if self.strays.cuts.len() >= MAX_STRAYS {
            return Err(Malformed::TooManyStrays);
        }
        let named = match standing {
            Standing::LeftOut | Standing::Hint(_) => &mut self.strays.left_out,
            _ => &mut self.strays.undefined,
        };
        if named.len() < MAX_NAMED {
            named.push(path.to_string());
        }
        Ok(())
    }

    /// What a field's standing comes to. A hint must be written plainly: whoever takes hints out later on looks
    /// for their names first.
    fn settled(&self, standing: Standing, name: Quoted<'a>) -> Standing {
        match standing {
            Standing::Hint(_) if name.escaped() => Standing::LeftOut,
            standing => standing,
        }
    }

    /// Whether a field below the top level goes on.
    fn stays(&self, standing: Standing, name: &str) -> bool {
        match (standing, self.hints) {
            (Standing::Defined(_), _) | (Standing::Hint(_), Hints::Stay) => true,
            (Standing::Hint(_), Hints::Go { kept }) => kept.contains(&name),
            (Standing::LeftOut | Standing::Undefined, _) => false,
        }
    }

    /// A field's name with its escapes resolved: `"mod\u0065l"` names `model`.
    fn resolved(&self, quoted: Quoted<'a>, start: usize) -> Result<Cow<'a, str>, Malformed> {
        if !quoted.escaped() {
            return Ok(Cow::Borrowed(quoted.inner));
        }
        let name = serde_json::from_str(self.lexer.since(start));
        name.map(Cow::Owned).map_err(|_| self.lexer.expected("a field name"))
    }

    /// Whether the names since `outer` differ.
    fn each_once(&mut self, outer: usize, path: &Path<'_>) -> Result<(), Malformed> {
        let names = self.names.get_mut(outer..).unwrap_or_default();
        let twice = if names.len() <= PAIRWISE {
            let mut rest = names.iter();
            std::iter::from_fn(|| rest.next().map(|name| (name, rest.clone())))
                .find(|(name, later)| later.clone().any(|other| other == *name))
                .map(|(name, _)| name)
        } else {
            names.sort_unstable();
            names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next).map(|(one, _)| one)
        };
        match twice {
            Some(name) => Err(Malformed::Duplicate { path: Path::Field(path, name).to_string() }),
            None => Ok(()),
        }
    }
}

/// What a shape says of a field in an object. Where no object may stand, no field is defined.
fn standing(shape: Shape, name: &str) -> Standing {
    match shape {
        Shape::Free | Shape::Prompt => Standing::Defined(Shape::Free),
        Shape::Objects(table) | Shape::TextOr(table) => table.standing(name),
        Shape::Plain | Shape::Text => Standing::Undefined,
    }
}

/// The type of a value by its first character, with its article.
fn name_of_type(first: u8) -> &'static str {
    match first {
        b'[' => "an array",
        b'"' => "a string",
        b't' | b'f' => "a boolean",
        b'n' => "null",
        _ => "a number",
    }
}
