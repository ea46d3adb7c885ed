//! Reads one type as the tables write it, such as `null | list<Part>(1..4)`.

use super::{Bounds, Shape};

/// Reads a whole expression.
///
/// # Errors
/// A sentence that says what was expected, and before which text.
pub fn parse(text: &str) -> Result<Shape, String> {
    let mut reader = Reader { rest: text.trim() };
    let shape = reader.either()?;
    if reader.rest.is_empty() { Ok(shape) } else { Err(reader.expected("the end")) }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn either(&mut self) -> Result<Shape, String> {
        let mut shapes = vec![self.one()?];
        while self.take("|") {
            shapes.push(self.one()?);
        }
        Ok(single_or_either(shapes))
    }

    fn one(&mut self) -> Result<Shape, String> {
        let shape = self.bare()?;
        Ok(if self.take("~") { Shape::Either(vec![shape, Shape::Null]) } else { shape })
    }

    fn bare(&mut self) -> Result<Shape, String> {
        match self.word()? {
            "any" => Ok(Shape::Any),
            "null" => Ok(Shape::Null),
            "boolean" => Ok(Shape::Boolean),
            "object" => Ok(Shape::Map(Box::new(Shape::Any), Bounds::default())),
            "string" => Ok(Shape::String(self.bounds()?)),
            "integer" => Ok(Shape::Integer(self.bounds()?)),
            "number" => Ok(Shape::Number(self.bounds()?)),
            "is" | "one_of" => self.words(),
            "list" => Ok(Shape::List(Box::new(self.inner()?), self.bounds()?)),
            "map" => Ok(Shape::Map(Box::new(self.inner()?), self.bounds()?)),
            name if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
                Ok(Shape::Named(name.to_owned()))
            }
            name => Err(format!("'{name}' is no type: the table's own types begin with a capital")),
        }
    }

    fn words(&mut self) -> Result<Shape, String> {
        let inside = self.parenthesised()?.ok_or_else(|| self.expected("'('"))?;
        Ok(Shape::Words(inside.split_whitespace().map(str::to_owned).collect()))
    }

    fn inner(&mut self) -> Result<Shape, String> {
        if !self.take("<") {
            return Err(self.expected("'<'"));
        }
        let shape = self.either()?;
        if self.take(">") { Ok(shape) } else { Err(self.expected("'>'")) }
    }

    fn bounds(&mut self) -> Result<Bounds, String> {
        let Some(inside) = self.parenthesised()? else { return Ok(Bounds::default()) };
        let (least, most) =
            inside.split_once("..").ok_or_else(|| format!("'{inside}' is no range such as '1..4'"))?;
        Ok(Bounds { least: bound(least)?, most: bound(most)? })
    }

    fn parenthesised(&mut self) -> Result<Option<&'a str>, String> {
        if !self.take("(") {
            return Ok(None);
        }
        let (inside, rest) = self.rest.split_once(')').ok_or_else(|| self.expected("')' at some point"))?;
        self.rest = rest.trim_start();
        Ok(Some(inside))
    }

    fn word(&mut self) -> Result<&'a str, String> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        match self.rest.split_at_checked(end) {
            Some((word, rest)) if !word.is_empty() => {
                self.rest = rest.trim_start();
                Ok(word)
            }
            _ => Err(self.expected("a type")),
        }
    }

    fn take(&mut self, mark: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(mark) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn expected(&self, what: &str) -> String {
        format!("expected {what} before '{}'", self.rest)
    }
}

fn single_or_either(mut shapes: Vec<Shape>) -> Shape {
    match (shapes.len(), shapes.pop()) {
        (1, Some(only)) => only,
        (_, last) => Shape::Either(shapes.into_iter().chain(last).collect()),
    }
}

fn bound(text: &str) -> Result<Option<f64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("'{text}' is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_tables_write() {
        let text = Shape::String(Bounds { least: None, most: Some(512.0) });
        let most = |most: f64| Bounds { least: None, most: Some(most) };
        let cases = [
            ("any", Shape::Any),
            ("string~", Shape::Either(vec![Shape::String(Bounds::default()), Shape::Null])),
            ("is(a)", Shape::Words(vec!["a".into()])),
            ("one_of(a b-c)", Shape::Words(vec!["a".into(), "b-c".into()])),
            ("map<string(..512)>(..16)", Shape::Map(Box::new(text), most(16.0))),
            ("Cat | Dog", Shape::Either(vec![Shape::Named("Cat".into()), Shape::Named("Dog".into())])),
            ("number(-2..2)", Shape::Number(Bounds { least: Some(-2.0), most: Some(2.0) })),
        ];
        for (written, shape) in cases {
            assert_eq!(parse(written), Ok(shape), "{written}");
        }
    }

    #[test]
    fn says_what_it_expected() {
        let cases = [
            ("list string", "expected '<' before 'string'"),
            ("string string", "expected the end before 'string'"),
            ("text", "'text' is no type: the table's own types begin with a capital"),
            ("string(4)", "'4' is no range such as '1..4'"),
            ("string | ", "expected a type before ''"),
        ];
        for (written, complaint) in cases {
            assert_eq!(parse(written), Err(complaint.to_owned()), "{written}");
        }
    }
}
