//! Reasoning that another provider sealed: an error to this one.
//!
//! A conversation that went on at another provider (a fallback, say) carries that one's thoughts, in the only
//! field that Responses have for them. Their seals are marked, so they are told apart here and left out.

use serde_json::value::RawValue;

use crate::translate::conversation::MARK;
use crate::wire::json::{Fields, elements};
use crate::wire::write::Members;

/// A request's `input`, where it may hold such reasoning.
#[derive(Clone, Copy, Debug)]
pub(in crate::translate) struct Input<'a>(Option<&'a RawValue>);

impl<'a> Input<'a> {
    /// Looks for a mark; nearly no request has one.
    pub(in crate::translate) fn of(fields: &Fields<'a>) -> Self {
        let marked = |input: &&RawValue| input.get().contains(&format!("\"{MARK}"));
        Self(fields.set("input").filter(marked).filter(|input| elements(input).is_ok()))
    }

    /// The member that [`Input::write`] writes.
    pub(in crate::translate) fn apart(self) -> &'static [&'static str] {
        if self.0.is_some() { &["input"] } else { &[] }
    }

    /// Writes `input` without such reasoning, and names in `dropped` what is left out.
    pub(in crate::translate) fn write(self, members: &mut Members<'_>, dropped: &mut Vec<String>) {
        let Some(items) = self.0.and_then(|input| elements(input).ok()) else { return };
        members.array("input", |array| {
            for (index, item) in items.into_iter().enumerate() {
                if is_foreign(item) {
                    dropped.push(format!("input[{index}]"));
                } else {
                    array.raw(item);
                }
            }
        });
    }
}

fn is_foreign(item: &RawValue) -> bool {
    let fields = Fields::of(item).unwrap_or_default();
    fields.text("type").as_deref() == Some("reasoning")
        && fields.text("encrypted_content").is_some_and(|seal| seal.starts_with(MARK))
}
