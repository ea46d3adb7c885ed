//! The one character that PostgreSQL's texts and JSON cannot hold. A caller may send it; it is kept as U+FFFD, the
//! character for what cannot be shown.

use std::borrow::Cow;

/// As JSON escapes it. JSON never holds it as it is.
const ESCAPED: &str = "\\u0000";

/// What takes its place, as long as it, so that positions stay.
const REPLACEMENT: &str = "\\ufffd";

/// A text without it.
pub(crate) fn without(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

/// Whether [`without_escaped`] may change a JSON text.
pub(crate) fn may_be_escaped(json: &str) -> bool {
    json.contains(ESCAPED)
}

/// A JSON text whose strings do not have it. A backslash that is escaped itself begins no escape.
pub(crate) fn without_escaped(json: &str) -> Cow<'_, str> {
    if !may_be_escaped(json) {
        return json.into();
    }
    let mut kept = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        // An escape is a backslash and at least one character, which is ASCII.
        let length = if escape.starts_with(ESCAPED) { ESCAPED.len() } else { 2 };
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        kept.push_str(before);
        kept.push_str(if escape == ESCAPED { REPLACEMENT } else { escape });
        rest = after;
    }
    kept.push_str(rest);
    kept.into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn only_what_spells_it_is_replaced() {
        for (json, expected) in [
            (r#"{"a\u0000":"\u0000\u0000"}"#, r#"{"a\ufffd":"\ufffd\ufffd"}"#),
            (r#""\\u0000 \\\u0000 \\\\u0000""#, r#""\\u0000 \\\ufffd \\\\u0000""#),
            (r#""\u00001\u0001\"\u0000""#, r#""\ufffd1\u0001\"\ufffd""#),
            (r#""é\u0000é""#, r#""é\ufffdé""#),
            (r#""u0000""#, r#""u0000""#),
            // Not JSON, and left to whoever reads it.
            ("\\u0000\\", "\\ufffd\\"),
            ("\\u0000\\é", "\\ufffd\\é"),
        ] {
            assert_eq!(without_escaped(json), expected);
            assert_eq!(json.len(), expected.len(), "positions stay");
        }
        let written = json!({"\0": ["\\u0000", "\\\0"]}).to_string();
        let read: Value = serde_json::from_str(&without_escaped(&written)).unwrap();
        assert_eq!(read, json!({"\u{fffd}": ["\\u0000", "\\\u{fffd}"]}));
    }
}
