//! Hints for another API (see [`Table::hints`](crate::wire::schema::Table::hints)) in a body that passes as it
//! was written: they are cut out where the API does not define them, and named.
//!
//! Most bodies have none, so their names are looked for first, in one pass over the text. A name that stands in
//! a caller's own words only costs the exact walk that finds this out.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::value::RawValue;

use crate::wire::schema::{self, Shape, Standing};
use crate::wire::{Dialect, check};

static CHAT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(Dialect::Chat));
static RESPONSES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(Dialect::Responses));
static COMPACT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(Dialect::Compact));
static MESSAGES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(Dialect::Messages));

fn finder(dialect: Dialect) -> Option<AhoCorasick> {
    let names = schema::hint_names(dialect);
    let quoted = names.iter().map(|name| format!("\"{name}\""));
    if names.is_empty() { None } else { AhoCorasick::new(quoted).ok() }
}

/// Whether a name of the dialect's hints stands in a text.
fn may_have(dialect: Dialect, text: &str) -> bool {
    let finder = match dialect {
        Dialect::Chat => &CHAT,
        Dialect::Responses => &RESPONSES,
        Dialect::Compact => &COMPACT,
        Dialect::Messages => &MESSAGES,
        // They have none.
        _ => return false,
    };
    finder.as_ref().is_some_and(|finder| finder.is_match(text))
}

/// The value of a top-level member without the hints in it, except those that are `kept`.
///
/// The body was checked on its way in, so the walk meets no error; what it cannot walk passes as it is.
pub(super) fn without<'v>(
    dialect: Dialect,
    name: &str,
    value: &'v RawValue,
    kept: &'static [&'static str],
    dropped: &mut Vec<String>,
) -> Cow<'v, str> {
    let text = value.get();
    if !text.starts_with(['{', '[']) {
        return Cow::Borrowed(text);
    }
    let shape = match schema::request(dialect).standing(name) {
        Standing::Defined(shape @ (Shape::Objects(_) | Shape::TextOr(_))) => shape,
        _ => return Cow::Borrowed(text),
    };
    if !may_have(dialect, text) {
        return Cow::Borrowed(text);
    }
    match check::hints(name, text, shape, kept) {
        Ok(strays) if !strays.cuts.is_empty() => {
            let rest = strays.cut_from(text);
            dropped.extend(strays.left_out);
            dropped.extend(strays.undefined);
            Cow::Owned(rest)
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn cut(value: &str) -> (String, Vec<String>, bool) {
        let value: &RawValue = serde_json::from_str(value).unwrap();
        let mut dropped = Vec::new();
        let rest = without(Dialect::Chat, "messages", value, &[], &mut dropped);
        let copied = matches!(rest, Cow::Owned(_));
        (rest.into_owned(), dropped, copied)
    }

    #[test]
    fn a_body_without_hints_is_not_copied() {
        for messages in [
            r#"[{"role":"user","content":"a \"cache_control\" b"}]"#,
            r#"[{"role":"user","content":"reasoning","name":"reasoning"}]"#,
        ] {
            assert_eq!(cut(messages), (messages.to_owned(), vec![], false));
        }
    }

    #[test]
    fn hints_are_cut_out_and_named() {
        let (rest, dropped, _) = cut(
            r#"[{"role":"assistant","reasoning_content":"r","thinking_blocks":[{"type":"thinking"}],"content":[
                {"type":"text","text":"\u00e9","cache_control":{"type":"ephemeral"}}]}]"#,
        );
        let expected = r#"[{"role":"assistant","content":[
                {"type":"text","text":"\u00e9"}]}]"#;
        assert_eq!(rest, expected);
        assert_eq!(
            dropped,
            [
                "messages[0].reasoning_content",
                "messages[0].thinking_blocks",
                "messages[0].content[0].cache_control"
            ]
        );
    }
}
