//! The body that goes on: the text that came, without what does not.

use std::ops::Range;

use super::Fate;
use crate::wire::check::{Checked, Member};

/// The body after its top-level fields met their fates, and without its strays; `None` where nothing
/// changed.
///
/// What stays is copied as it was written. White space between top-level fields is not kept.
pub(super) fn without(checked: &Checked<'_>, fates: &[Fate]) -> Option<Vec<u8>> {
    if checked.strays.cuts.is_empty() && fates.iter().all(|fate| *fate == Fate::Stays) {
        return None;
    }
    let mut out = String::with_capacity(checked.text.len());
    let mut cuts = checked.strays.cuts.as_slice();
    out.push('{');
    for (member, fate) in checked.members.iter().zip(fates) {
        if *fate != Fate::Goes && out.len() > 1 {
            out.push(',');
        }
        match fate {
            Fate::Stays => cuts = copy(&mut out, checked.text, &member.span, cuts),
            Fate::Becomes(value) => {
                out.push_str(name_and_colon(checked.text, member));
                out.push_str(value);
            }
            Fate::Unfolds(members) => out.push_str(members),
            Fate::Goes => {}
        }
    }
    out.push('}');
    Some(out.into_bytes())
}

/// Copies a part of the text without the cuts that lie in it; gives back the cuts that come later.
fn copy<'c>(
    out: &mut String,
    text: &str,
    span: &Range<usize>,
    mut cuts: &'c [Range<usize>],
) -> &'c [Range<usize>] {
    let mut from = span.start;
    while let Some((cut, later)) = cuts.split_first() {
        if cut.start >= span.end {
            break;
        }
        out.push_str(text.get(from..cut.start).unwrap_or_default());
        from = cut.end;
        cuts = later;
    }
    out.push_str(text.get(from..span.end).unwrap_or_default());
    cuts
}

/// A field up to its value.
fn name_and_colon<'a>(text: &'a str, member: &Member<'_>) -> &'a str {
    text.get(member.span.start..member.value_at).unwrap_or_default()
}
