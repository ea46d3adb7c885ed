//! Which messages of a body are one to the model: those of one role, in a row.

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Range;

use super::super::decode::decode;
use super::super::reader::{Malformed, Reader};
use super::spot::{List, Spot};

/// The messages of a body by the rows that they are in; found out when it is asked for.
pub(super) struct Roles<'d> {
    document: &'d str,
    /// Its long strings, where they were known from the start.
    known: Option<&'d [Range<usize>]>,
    rows: Option<Rows>,
    /// Long strings that are known meanwhile, but for those that have been asked for.
    strings: Peekable<std::vec::IntoIter<Range<usize>>>,
}

/// For each message the number of its row.
#[derive(Default)]
struct Rows {
    messages: Vec<usize>,
    input: Vec<usize>,
}

impl<'d> Roles<'d> {
    /// `known` are all long strings of the document, in order.
    pub(super) fn of(document: &'d str, known: Option<&'d [Range<usize>]>) -> Self {
        let strings = known.map(<[_]>::to_vec).unwrap_or_default();
        Self { document, known, rows: None, strings: strings.into_iter().peekable() }
    }

    /// Whether two texts, one behind the other, are one to the model.
    pub(super) fn are_joined(&mut self, one: &Spot, next: &Spot) -> bool {
        if one.container == next.container {
            return true;
        }
        let (Some((list, one)), Some((next_list, next))) = (one.message, next.message) else { return false };
        list == next_list && (one == next || self.row(list, one) == self.row(list, next))
    }

    /// A message that cannot be told is in one row with all such: nothing is lost by joining more.
    fn row(&mut self, list: List, index: usize) -> Option<usize> {
        let rows = self.rows.get_or_insert_with(|| {
            if let Some(known) = self.known {
                return Rows::of(&mut Reader::knowing(self.document, known)).unwrap_or_default();
            }
            let mut reader = Reader::noting(self.document);
            let rows = Rows::of(&mut reader).unwrap_or_default();
            self.strings = reader.into_noted().into_iter().peekable();
            rows
        });
        let rows = if list == List::Messages { &rows.messages } else { &rows.input };
        rows.get(index).copied()
    }
}

impl Roles<'_> {
    /// See [`super::Seams::string_end`].
    pub(super) fn string_end(&mut self, start: usize) -> Option<usize> {
        while self.strings.next_if(|string| string.start < start).is_some() {}
        self.strings.next_if(|string| string.start == start).map(|string| string.end)
    }
}

impl Rows {
    /// Errs also where a list or a role is of another type, or stands twice.
    fn of(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (mut messages, mut input) = (None, None);
        members(reader, |name, reader| match name {
            "messages" => once(&mut messages, rows(reader)?, reader),
            "input" => once(&mut input, rows(reader)?, reader),
            _ => skip(reader),
        })?;
        Ok(Self { messages: messages.unwrap_or_default(), input: input.unwrap_or_default() })
    }
}

/// Of a list of messages. What is no list has no rows: an `input` may be one text.
fn rows(reader: &mut Reader<'_>) -> Result<Vec<usize>, Malformed> {
    if !reader.take(b'[') {
        return skip(reader).map(|()| Vec::new());
    }
    let mut numbers = Vec::new();
    let mut row = 0;
    let mut before = None;
    while reader.peek() != Some(b']') {
        // Each result of a tool is a text of its own, and so is what has no role.
        let role = role(reader)?.filter(|role| !matches!(&**role, "tool" | "function"));
        row += usize::from(role.is_none() || role != before);
        before = role;
        numbers.push(row);
        if !reader.take(b',') {
            break;
        }
    }
    reader.expect(b']', "`,` or `]`").map(|()| numbers)
}

fn role<'d>(reader: &mut Reader<'d>) -> Result<Option<Cow<'d, str>>, Malformed> {
    let mut role = None;
    members(reader, |name, reader| {
        if name != "role" {
            return skip(reader);
        }
        let value =
            if reader.peek() == Some(b'n') { reader.scalar().map(|_| None) } else { text(reader).map(Some) };
        once(&mut role, value?, reader)
    })?;
    Ok(role.flatten())
}

fn text<'d>(reader: &mut Reader<'d>) -> Result<Cow<'d, str>, Malformed> {
    let raw = reader.string()?;
    Ok(decode(reader.slice(&raw)))
}

/// Sets what is not set yet.
fn once<T>(place: &mut Option<T>, value: T, reader: &Reader<'_>) -> Result<(), Malformed> {
    if place.replace(value).is_some() { Err(reader.malformed("each name once")) } else { Ok(()) }
}

/// Calls `each` for each member of an object, before its value.
fn members<'d>(
    reader: &mut Reader<'d>,
    mut each: impl FnMut(&str, &mut Reader<'d>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    reader.expect(b'{', "an object")?;
    while reader.peek() != Some(b'}') {
        let name = reader.string()?;
        reader.expect(b':', "`:`")?;
        each(&decode(reader.slice(&name)), reader)?;
        if !reader.take(b',') {
            break;
        }
    }
    reader.expect(b'}', "`,` or `}`")
}

/// Passes over a value. How its brackets match is the walk's to say.
fn skip(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let mut open = 0_usize;
    loop {
        match reader.peek() {
            Some(b'"') => reader.string().map(|_| ())?,
            Some(bracket @ (b'{' | b'[')) => open += usize::from(reader.take(bracket)),
            Some(bracket @ (b'}' | b']')) if open > 0 => open -= usize::from(reader.take(bracket)),
            Some(between @ (b',' | b':')) if open > 0 => _ = reader.take(between),
            _ => reader.scalar().map(|_| ())?,
        }
        if open == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn rows(document: &str) -> Option<(Vec<usize>, Vec<usize>)> {
        Rows::of(&mut Reader::new(document)).ok().map(|rows| (rows.messages, rows.input))
    }

    #[test]
    fn messages_of_one_role_in_a_row_are_one_row() {
        let messages = r#"[{"role":"user","content":[{"a":["]}",{}]}]},{"content":"x","role":"us\u0065r"},{"role":"tool"},
            {"role":"tool"},{"role":null},{}, {"role":"assistant"} , {"role":"user"}]"#;
        let expected = vec![1, 1, 2, 3, 4, 5, 6, 7];
        let document =
            format!(r#"{{"model":"m","n":[1,{{"messages":2}}],"m\u0065ssages":{messages},"input":"text"}}"#);
        assert_eq!(rows(&document), Some((expected.clone(), vec![])));
        let document = format!(r#"{{"input":{messages}}}"#);
        assert_eq!(rows(&document), Some((vec![], expected)));
        assert_eq!(rows("{}"), Some((vec![], vec![])));
        assert_eq!(rows(r#"{"messages":[]}"#), Some((vec![], vec![])));
    }

    #[test]
    fn long_strings_are_known_once_they_were_passed_over() {
        let long = r#"a\"é"#.repeat(99);
        let document = format!(
            r#"{{"a":"{long}","messages":[{{"role":"user","content":"{long}"}},{{"content":["short","{long}"]}}]}}"#
        );
        let mut roles = Roles::of(&document, None);
        let starts: Vec<usize> = document.match_indices(&long).map(|(at, _)| at).collect();
        assert_eq!(roles.string_end(starts[0]), None, "nobody looked");
        assert_eq!(roles.row(List::Messages, 1), Some(2));
        assert_eq!(roles.string_end(starts[1]), Some(starts[1] + long.len()), "one was not asked for");
        assert_eq!(roles.string_end(document.find("short").unwrap()), None);
        assert_eq!(roles.string_end(starts[2]), Some(starts[2] + long.len()));
        assert_eq!(roles.string_end(document.len()), None);
        let known: Vec<Range<usize>> = starts.iter().map(|start| *start..start + long.len()).collect();
        let mut roles = Roles::of(&document, Some(&known));
        assert_eq!(roles.string_end(starts[0]), Some(starts[0] + long.len()));
        assert_eq!(roles.row(List::Messages, 1), Some(2));
        assert_eq!(roles.string_end(starts[2]), Some(starts[2] + long.len()));
    }

    #[test]
    fn what_cannot_be_told_has_no_rows() {
        for document in [
            "",
            "[]",
            r#"{"messages":[{"role":1}]}"#,
            r#"{"messages":["user"]}"#,
            r#"{"messages":[{"role":"user","role":"tool"}]}"#,
            r#"{"messages":[],"messages":[]}"#,
            r#"{"messages":[{"role":"user"}"#,
            r#"{"messages":[{"role":"user""#,
            r#"{"messages":[{"content":{"a":["#,
            r#"{"messages":}"#,
            r#"{"messages" []}"#,
        ] {
            assert_eq!(rows(document), None, "{document}");
        }
    }
}
