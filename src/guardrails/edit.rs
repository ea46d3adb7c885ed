//! Replacing parts of a text.

use std::cmp::Reverse;
use std::ops::Range;

/// A part of a text, in bytes, and what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

/// Puts edits in order and makes one of those that overlap: all of their bytes go, and the replacement is
/// that of the one that begins first, reaches farthest, was found first.
pub(super) fn merge(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.range.start, Reverse(edit.range.end)));
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if edit.range.start < last.range.end => {
                last.range.end = last.range.end.max(edit.range.end);
            }
            _ => merged.push(edit),
        }
    }
    merged
}

/// `text` with merged edits made. Of a character that an edit cuts all goes, and of what is outside of them nothing.
pub(super) fn splice(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.with.len()).sum();
    let mut spliced = String::with_capacity(text.len().saturating_add(added));
    let mut copied = 0;
    for edit in edits {
        let start = text.floor_char_boundary(edit.range.start);
        spliced.push_str(text.get(copied..start).unwrap_or_default());
        spliced.push_str(&edit.with);
        copied = text.ceil_char_boundary(edit.range.end);
    }
    spliced.push_str(text.get(copied..).unwrap_or_default());
    spliced
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn nothing_of_overlapping_matches_survives() {
        let edit = |range: Range<usize>, with: &str| Edit { range, with: with.to_owned() };
        let edits =
            merge(vec![edit(6..8, "D"), edit(1..3, "B"), edit(2..5, "C"), edit(1..3, "A"), edit(5..6, "E")]);
        assert_eq!(splice("0123456789", &edits), "0BED89");
    }

    #[test]
    fn a_character_that_is_cut_goes_and_its_neighbours_stay() {
        let edit = |range: Range<usize>| Edit { range, with: "X".to_owned() };
        assert_eq!(splice("aéb…c", &[edit(2..3), edit(5..6)]), "aXbXc");
        assert_eq!(splice("é", &[edit(1..9)]), "X");
    }
}
