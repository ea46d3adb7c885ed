//! JSON taken apart one level at a time, and put together again without parsing what lies deeper.
//!
//! A gateway replaces a few members of a body and passes the rest on. Members are therefore borrowed as
//! the text that the sender wrote: numbers keep their digits, strings their escapes, and nothing is copied
//! but the bytes that go out.
//!
//! [`Fields::parse`] checks that the text is JSON and that each name stands once. It does not check how
//! deep the members are: nothing here recurses into them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Most members of one object. A body that has more is refused before it takes memory of its own.
const MAX_MEMBERS: usize = 65_536;
/// Members that there is room for from the start.
const USUAL_MEMBERS: usize = 8;
/// Members of which each may be compared with each: quicker than to put them in order, which takes memory.
const FEW: usize = 16;
/// Most elements of one array.
const MAX_ELEMENTS: usize = 262_144;

/// Text that is not the JSON that it should be. The message names what was found and where, and quotes
/// nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong, e.g. ``expected `,` or `}` at line 1 column 9``.
    pub message: String,
}

impl Malformed {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Malformed {}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The types of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool,
    /// Any number.
    Number,
    /// `"…"`
    Text,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

impl Kind {
    /// The type of a value, by its first character.
    #[must_use]
    pub fn of(value: &RawValue) -> Self {
        Self::of_byte(value.get().bytes().next().unwrap_or(b'n'))
    }

    fn of_byte(first: u8) -> Self {
        match first {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'"' => Self::Text,
            b't' | b'f' => Self::Bool,
            b'n' => Self::Null,
            _ => Self::Number,
        }
    }

    /// With its article, for messages: `a string`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The members of one object, in their order, with their values as they were written.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Takes an object apart.
    ///
    /// # Errors
    /// Text that is not JSON or not an object, a name that stands twice, more than 65,536 members.
    pub fn parse(text: &'a [u8]) -> Result<Self, Malformed> {
        if let Some(first) = text.iter().find(|byte| !byte.is_ascii_whitespace())
            && *first != b'{'
        {
            // The parser's own message on a value of the wrong type would quote the value.
            serde_json::from_slice::<de::IgnoredAny>(text)?;
            return Err(Malformed::new(format!(
                "expected an object, found {}",
                Kind::of_byte(*first).name()
            )));
        }
        // Checked once, and not value by value. Of what is not UTF-8, the parser tells where.
        let fields: Self = match simdutf8::basic::from_utf8(text) {
            Ok(text) => serde_json::from_str(text)?,
            Err(_) => serde_json::from_slice(text)?,
        };
        fields.each_once()
    }

    /// Takes a member's value apart.
    ///
    /// # Errors
    /// As [`Fields::parse`].
    pub fn of(value: &'a RawValue) -> Result<Self, Malformed> {
        if Kind::of(value) != Kind::Object {
            return Self::parse(value.get().as_bytes());
        }
        let fields: Self = serde_json::from_str(value.get())?;
        fields.each_once()
    }

    fn each_once(self) -> Result<Self, Malformed> {
        let twice = if self.0.len() <= FEW { self.has_twin() } else { self.has_twin_among_many() };
        if twice { Err(Malformed::new("a name stands twice in one object")) } else { Ok(self) }
    }

    /// Whether a name stands twice: each is compared with those before it.
    fn has_twin(&self) -> bool {
        let mut rest = self.0.as_slice();
        while let [before @ .., (name, _)] = rest {
            if before.iter().any(|(known, _)| known == name) {
                return true;
            }
            rest = before;
        }
        false
    }

    /// Whether a name stands twice: they are sorted, for of many each cannot be compared with all.
    fn has_twin_among_many(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.iter().zip(names.iter().skip(1)).any(|(one, next)| one == next)
    }

    /// Nothing, with room for a body that is written of these members. One that grew by doubling would lie in memory
    /// twice whenever it grows.
    #[must_use]
    pub fn room(&self) -> Vec<u8> {
        const MARKS: usize = r#""":,"#.len();
        const MORE: usize = 256;
        let written = |(name, value): &(Cow<'_, str>, &RawValue)| name.len() + value.get().len() + MARKS;
        let length: usize = self.0.iter().map(written).sum();
        Vec::with_capacity(length + length / 16 + MORE)
    }

    /// A member's value; `null` counts as a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// A member's value, where it is there and not `null`.
    #[must_use]
    pub fn set(&self, name: &str) -> Option<&'a RawValue> {
        self.get(name).filter(|value| Kind::of(value) != Kind::Null)
    }

    /// A member's value as a `T`, where it has that type.
    #[must_use]
    pub fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// A member's text, where it is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        text(self.get(name)?)
    }

    /// Every member, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<&'a RawValue> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }
}

/// A value's text, where it is a string: borrowed, unless it has escapes.
#[must_use]
pub fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Name<'_>>(value.get()).ok().map(|name| name.0)
}

/// The elements of an array, as they were written.
///
/// # Errors
/// A value that is not an array, or has more than 262,144 elements.
pub fn elements(value: &RawValue) -> Result<Vec<&RawValue>, Malformed> {
    let Kind::Array = Kind::of(value) else {
        return Err(Malformed::new(format!("expected an array, found {}", Kind::of(value).name())));
    };
    let elements: Elements<'_> = serde_json::from_str(value.get())?;
    Ok(elements.0)
}

/// The text of an object's first member of a name; `None` for any other value. What comes after that member is not read.
#[must_use]
pub fn text_of<'a>(object: &'a RawValue, name: &str) -> Option<Cow<'a, str>> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_str(object.get());
    // That it stopped before the end is an error, which says nothing.
    let _stopped = deserializer.deserialize_map(First { name, found: &mut found });
    found
}

/// Whether an array has any element.
///
/// # Errors
/// As [`elements`].
pub fn has_elements(value: &RawValue) -> Result<bool, Malformed> {
    // A text of fewer bytes has no more elements than may be, and so they need not be counted.
    match value.get().as_bytes() {
        [b'[', inner @ ..] if inner.len() < MAX_ELEMENTS => Ok(!inner.trim_ascii_start().starts_with(b"]")),
        _ => elements(value).map(|elements| !elements.is_empty()),
    }
}

/// A string that is borrowed where it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(USUAL_MEMBERS);
        while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            if fields.len() == MAX_MEMBERS {
                return Err(de::Error::custom("an object has more than 65,536 members"));
            }
            fields.push((name.0, value));
        }
        Ok(Fields(fields))
    }
}

/// Finds the first member of a name.
struct First<'n, 'a> {
    name: &'n str,
    found: &'n mut Option<Cow<'a, str>>,
}

impl<'a> Visitor<'a> for First<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Name<'a>>()? {
            if name.0 == self.name {
                *self.found = map.next_value::<&'a RawValue>().ok().and_then(text);
                return Ok(());
            }
            map.next_value::<de::IgnoredAny>()?;
        }
        Ok(())
    }
}

struct Elements<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ElementsVisitor)
    }
}

struct ElementsVisitor;

impl<'de> Visitor<'de> for ElementsVisitor {
    type Value = Elements<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(value) = seq.next_element::<&'de RawValue>()? {
            if elements.len() == MAX_ELEMENTS {
                return Err(de::Error::custom("an array has more than 262,144 elements"));
            }
            elements.push(value);
        }
        Ok(Elements(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn members_keep_their_order_and_their_text() {
        let fields = Fields::parse(br#" {"b": 1.0e400, "a\u0062": "\u00e9", "": [ 1,2 ]} "#).unwrap();
        let members: Vec<_> = fields.iter().map(|(name, value)| (name, value.get())).collect();
        assert_eq!(members, [("b", "1.0e400"), ("ab", "\"\\u00e9\""), ("", "[ 1,2 ]")]);
        assert_eq!(fields.text("ab").unwrap(), "é");
    }

    #[test]
    fn what_is_written_of_members_fits_into_their_room() {
        let text = format!(r#"{{"a":"{}","b":[1,2]}}"#, "x".repeat(100_000));
        let room = Fields::parse(text.as_bytes()).unwrap().room();
        assert!(room.is_empty() && (text.len()..text.len() * 9 / 8).contains(&room.capacity()));
    }

    #[test]
    fn what_is_no_object_of_distinct_names_is_refused() {
        for (text, message) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("[1]", "expected an object, found an array"),
            ("null", "expected an object, found null"),
            ("\"secret\" x", "trailing characters at line 1 column 10"),
            ("{\"a\":1", "EOF while parsing an object at line 1 column 6"),
            ("{\"a\":1} x", "trailing characters at line 1 column 9"),
            ("{\"a\":1,\"\\u0061\":2}", "a name stands twice in one object"),
            ("{'a':1}", "key must be a string at line 1 column 2"),
        ] {
            assert_eq!(Fields::parse(text.as_bytes()).unwrap_err().message, message, "{text}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_found_among_few_and_among_many() {
        for count in [2, FEW, FEW + 1, 100] {
            for (twin, of) in [(0, 1), (0, count - 1), (count - 1, 0), (count / 2, 0)] {
                let mut names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
                let text = |names: &[String]| {
                    format!(
                        "{{{}}}",
                        names.iter().map(|name| format!("\"{name}\":0")).collect::<Vec<_>>().join(",")
                    )
                };
                assert!(Fields::parse(text(&names).as_bytes()).is_ok());
                names[twin] = names[of].clone();
                let twice = twin != of;
                assert_eq!(Fields::parse(text(&names).as_bytes()).is_err(), twice, "{names:?}");
            }
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused_wherever_it_stands() {
        for text in
            [&b"{\"a\":\"\xff\"}"[..], b"{\"\xff\":1}", b"{\"a\":[\"\xc3\"]}", b"{\"a\":1}\xff", b"{\xff}"]
        {
            assert!(Fields::parse(text).is_err(), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_null_is_a_value_that_is_not_set() {
        let fields = Fields::parse(br#"{"a":null,"b":false}"#).unwrap();
        assert!(fields.get("a").is_some() && fields.set("a").is_none());
        assert_eq!(fields.read::<bool>("b"), Some(false));
    }

    #[test]
    fn an_array_parts_into_its_elements() {
        let fields = Fields::parse(br#"{"a":[1, {"x":2},"3"],"b":{}}"#).unwrap();
        let parts: Vec<_> =
            elements(fields.get("a").unwrap()).unwrap().iter().map(|part| part.get()).collect();
        assert_eq!(parts, ["1", "{\"x\":2}", "\"3\""]);
        assert_eq!(
            elements(fields.get("b").unwrap()).unwrap_err().message,
            "expected an array, found an object"
        );
    }

    #[test]
    fn a_text_is_found_without_reading_on() {
        for (object, expected) in [
            (r#"{"type":"a","type":"b"}"#, Some("a")),
            (r#"{"x":[{"type":"b"}],"t\u0079pe":"\u0061"}"#, Some("a")),
            (r#"{"type":7,"x":1}"#, None),
            (r#"{"x":"type"}"#, None),
            ("{}", None),
            ("[\"type\"]", None),
            ("\"type\"", None),
            ("null", None),
        ] {
            let found = text_of(serde_json::from_str(object).unwrap(), "type");
            assert_eq!(found.as_deref(), expected, "{object}");
        }
    }

    #[test]
    fn an_array_has_elements_or_none() {
        let long = |element: &str| format!("[{}]", vec![element; MAX_ELEMENTS / 2 + 1].join(","));
        for text in
            ["[]", "[ \n\t]", "[1]", "[ [] ]", "[]", "{}", "null", "7", "\"[\"", &long(""), &long("1")]
        {
            let Ok(value) = serde_json::from_str::<&RawValue>(text) else { continue };
            let found = elements(value).map(|elements| !elements.is_empty());
            assert_eq!(has_elements(value), found, "{}", text.len());
        }
        let many = format!("[{}]", vec!["1"; MAX_ELEMENTS + 1].join(","));
        assert!(has_elements(serde_json::from_str(&many).unwrap()).is_err());
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Fields::parse(deep.as_bytes()).is_ok());
    }
}
