//! Where the top-level members of a body stand, so that who reads it next need not parse it again.
//!
//! Admission has walked the whole body; an attempt that passes it on replaces a member or two. Between them lies
//! only Envoy, which does not change a body. An outline that does not fit the text it is used on is found out
//! ([`Outline::members`]), and the text is parsed then.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Most members that an outline is made of; a body with more is parsed.
const MOST_MEMBERS: usize = 64;

/// Longest name of a member, in bytes.
const LONGEST_NAME: usize = 64;

/// The members of one JSON object, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Length of the text, in bytes.
    length: u32,
    /// For each member: its name; where that begins (at the quote), where its value begins, where that ends.
    spans: Vec<(String, [u32; 3])>,
}

impl Outline {
    /// An outline of a text of `length` bytes; `None` for one with too many members, or too large.
    pub fn new<'n>(length: usize, spans: impl Iterator<Item = (&'n str, [usize; 3])>) -> Option<Self> {
        let small = |at: usize| u32::try_from(at).ok();
        let spans: Option<Vec<_>> = spans
            .map(|(name, [start, value, end])| {
                let span = [small(start)?, small(value)?, small(end)?];
                (name.len() <= LONGEST_NAME).then(|| (name.to_owned(), span))
            })
            .take(MOST_MEMBERS + 1)
            .collect();
        let spans = spans.filter(|spans| spans.len() <= MOST_MEMBERS)?;
        Some(Self { length: small(length)?, spans })
    }

    /// Length of the text, in bytes.
    #[must_use]
    pub fn length(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }

    /// The members' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|(name, _)| name.as_str())
    }

    /// Where the first member stands: its name, its value, its end.
    #[must_use]
    pub fn first(&self) -> Option<[usize; 3]> {
        let (_, span) = self.spans.first()?;
        Some(span.map(|at| usize::try_from(at).unwrap_or(usize::MAX)))
    }

    /// Each member's name and value as they stand in `text`; `None` if this is not the text's outline.
    #[must_use]
    pub fn members<'t>(&self, text: &'t [u8]) -> Option<Vec<(Cow<'t, str>, &'t str)>> {
        if u32::try_from(text.len()) != Ok(self.length) {
            return None;
        }
        self.spans.iter().map(|(name, span)| member(text, name, *span)).collect()
    }
}

fn member<'t>(text: &'t [u8], known: &str, [name, value, end]: [u32; 3]) -> Option<(Cow<'t, str>, &'t str)> {
    let at = |offset: u32| usize::try_from(offset).ok();
    let before = std::str::from_utf8(text.get(at(name)?..at(value)?)?).ok()?;
    let quoted = before.trim_end().strip_suffix(':')?.trim_end();
    let name = serde_json::from_str::<Cow<'_, str>>(quoted).ok().filter(|name| name == known)?;
    let value = std::str::from_utf8(text.get(at(value)?..at(end)?)?).ok()?;
    let whole = !value.is_empty() && !value.starts_with(char::is_whitespace);
    whole.then_some((name, value))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Outline;

    const TEXT: &str = r#"{"a" : [1, 2],"mod\u0065l":"x"}"#;

    fn outline(spans: &[[usize; 3]]) -> Outline {
        let names = ["a", "model"].into_iter();
        Outline::new(TEXT.len(), names.zip(spans.iter().copied())).unwrap()
    }

    #[test]
    fn members_stand_where_they_were_seen() {
        let members = outline(&[[1, 7, 13], [14, 27, 30]]).members(TEXT.as_bytes()).unwrap();
        let members: Vec<_> = members.iter().map(|(name, value)| (name.as_ref(), *value)).collect();
        assert_eq!(members, [("a", "[1, 2]"), ("model", "\"x\"")]);
    }

    #[test]
    fn another_text_s_outline_is_none() {
        assert_eq!(outline(&[[1, 7, 13]]).members(b"{}"), None);
        for spans in [[2, 7, 13], [1, 6, 13], [1, 7, 99], [1, 7, 7], [7, 1, 13]] {
            assert_eq!(outline(&[spans]).members(TEXT.as_bytes()), None, "{spans:?}");
        }
    }

    #[test]
    fn a_body_of_many_members_has_none() {
        assert_eq!(Outline::new(9, std::iter::repeat_n(("a", [1, 2, 3]), 65)), None);
        assert_eq!(Outline::new(9, std::iter::once(("a".repeat(65).as_str(), [1, 2, 3]))), None);
    }
}
