//! What of a conversation another provider made, and Anthropic would refuse.
//!
//! A conversation may have gone to another provider before. Its thoughts carry that provider's seals, and its
//! citations no index of Anthropic's; both are marked ([`MARK`]), so that they are known here.

use serde_json::value::RawValue;

use crate::translate::conversation::MARK;
use crate::wire::json::{Fields, Kind, Malformed, elements};
use crate::wire::write;

/// `messages` without what is marked, and its paths in `dropped`; `None` where nothing is. A conversation
/// without marks costs one search of its text.
///
/// # Errors
/// Messages that are no list of objects.
pub(super) fn without(messages: &RawValue, dropped: &mut Vec<String>) -> Result<Option<Vec<u8>>, Malformed> {
    if !may_be_marked(messages) {
        return Ok(None);
    }
    let mut cut = Cut { dropped, any: false };
    let mut out = Vec::with_capacity(messages.get().len());
    write::array(&mut out, |array| {
        for (index, message) in elements(messages)?.into_iter().enumerate() {
            match cut.message(message, &format!("messages[{index}]"))? {
                Left::All => array.raw(message),
                Left::Some(shorter) => array.element().extend_from_slice(&shorter),
                Left::Nothing => {}
            }
        }
        Ok::<(), Malformed>(())
    })?;
    Ok(cut.any.then_some(out))
}

fn may_be_marked(value: &RawValue) -> bool {
    value.get().contains(MARK)
}

/// What is left of something.
enum Left {
    All,
    Some(Vec<u8>),
    Nothing,
}

struct Cut<'d> {
    dropped: &'d mut Vec<String>,
    any: bool,
}

impl Cut<'_> {
    fn message(&mut self, message: &RawValue, path: &str) -> Result<Left, Malformed> {
        if !may_be_marked(message) {
            return Ok(Left::All);
        }
        let fields = Fields::of(message)?;
        let Some(content) = fields.get("content").filter(|content| Kind::of(content) == Kind::Array) else {
            return Ok(Left::All);
        };
        Ok(match self.list(content, &format!("{path}.content"), Self::block)? {
            Left::Some(shorter) => Left::Some(replaced(&fields, "content", Some(&shorter))),
            left => left,
        })
    }

    /// The elements of an array, each after `element`.
    fn list(
        &mut self,
        list: &RawValue,
        path: &str,
        element: fn(&mut Self, &RawValue, &str) -> Result<Left, Malformed>,
    ) -> Result<Left, Malformed> {
        let (mut touched, mut kept) = (false, false);
        let mut out = Vec::with_capacity(list.get().len());
        write::array(&mut out, |array| {
            for (index, one) in elements(list)?.into_iter().enumerate() {
                let left = element(self, one, &format!("{path}[{index}]"))?;
                touched |= !matches!(left, Left::All);
                kept |= !matches!(left, Left::Nothing);
                match left {
                    Left::All => array.raw(one),
                    Left::Some(shorter) => array.element().extend_from_slice(&shorter),
                    Left::Nothing => {}
                }
            }
            Ok::<(), Malformed>(())
        })?;
        Ok(match (touched, kept) {
            (false, _) => Left::All,
            (true, true) => Left::Some(out),
            (true, false) => Left::Nothing,
        })
    }

    fn block(&mut self, block: &RawValue, path: &str) -> Result<Left, Malformed> {
        if !may_be_marked(block) {
            return Ok(Left::All);
        }
        let fields = Fields::of(block)?;
        match fields.text("type").as_deref() {
            Some("thinking") if is_marked(&fields, "signature") => Ok(self.name(path)),
            Some("redacted_thinking") if is_marked(&fields, "data") => Ok(self.name(path)),
            Some("text") => self.citations(&fields, path),
            _ => Ok(Left::All),
        }
    }

    fn citations(&mut self, block: &Fields<'_>, path: &str) -> Result<Left, Malformed> {
        let Some(citations) = block.get("citations").filter(|list| Kind::of(list) == Kind::Array) else {
            return Ok(Left::All);
        };
        Ok(match self.list(citations, &format!("{path}.citations"), Self::citation)? {
            Left::All => Left::All,
            Left::Some(shorter) => Left::Some(replaced(block, "citations", Some(&shorter))),
            Left::Nothing => Left::Some(replaced(block, "citations", None)),
        })
    }

    fn citation(&mut self, citation: &RawValue, path: &str) -> Result<Left, Malformed> {
        let marked = is_marked(&Fields::of(citation)?, "encrypted_index");
        Ok(if marked { self.name(path) } else { Left::All })
    }

    fn name(&mut self, path: &str) -> Left {
        self.any = true;
        self.dropped.push(path.to_owned());
        Left::Nothing
    }
}

fn is_marked(fields: &Fields<'_>, name: &str) -> bool {
    fields.text(name).is_some_and(|text| text.starts_with(MARK))
}

/// An object with another value for a member, or without it.
pub(super) fn replaced(fields: &Fields<'_>, member: &str, by: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    write::object(&mut out, |members| {
        for (name, value) in fields.iter() {
            match by {
                _ if name != member => members.raw(name, value),
                Some(by) => members.name(name).extend_from_slice(by),
                None => {}
            }
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn cut(messages: &str) -> (Option<String>, Vec<String>) {
        let mut dropped = Vec::new();
        let out = without(serde_json::from_str(messages).unwrap(), &mut dropped).unwrap();
        (out.map(|out| String::from_utf8(out).unwrap()), dropped)
    }

    #[test]
    fn what_is_marked_goes_and_is_named() {
        let (out, dropped) = cut(concat!(
            r#"[{"role":"user","content":"spillway. is no mark"},"#,
            r#"{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"spillway.openai.rs.x"},"#,
            r#"{"type":"redacted_thinking","data":"spillway.gemini..y"},{"type":"thinking","thinking":"a","signature":"own"},"#,
            r#"{"type":"text","text":"\u00e9","citations":[{"encrypted_index":"spillway.citation","url":"u"},{"encrypted_index":"e"}]},"#,
            r#"{"type":"text","text":"b","citations":[{"encrypted_index":"spillway.citation"}]}]},"#,
            r#"{"role":"assistant","content":[{"type":"redacted_thinking","data":"spillway.openai.."}]}]"#,
        ));
        assert_eq!(
            out.unwrap(),
            concat!(
                r#"[{"role":"user","content":"spillway. is no mark"},{"role":"assistant","content":["#,
                r#"{"type":"thinking","thinking":"a","signature":"own"},"#,
                r#"{"type":"text","text":"\u00e9","citations":[{"encrypted_index":"e"}]},{"type":"text","text":"b"}]}]"#,
            )
        );
        assert_eq!(
            dropped,
            [
                "messages[1].content[0]",
                "messages[1].content[1]",
                "messages[1].content[3].citations[0]",
                "messages[1].content[4].citations[0]",
                "messages[2].content[0]",
            ]
        );
    }

    #[test]
    fn what_is_not_marked_is_not_copied() {
        for messages in [
            r#"[{"role":"user","content":"hi"}]"#,
            r#"[{"role":"user","content":[{"type":"text","text":"spillway.openai.x"}]}]"#,
            r#"[{"role":"assistant","content":[{"type":"tool_use","input":{"signature":"spillway.x"}}]}]"#,
            r#""spillway.""#,
        ] {
            if messages.starts_with('"') {
                assert!(without(serde_json::from_str(messages).unwrap(), &mut Vec::new()).is_err());
                continue;
            }
            assert_eq!(cut(messages), (None, Vec::new()), "{messages}");
        }
    }
}
