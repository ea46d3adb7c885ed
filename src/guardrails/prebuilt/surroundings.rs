//! What stands around a candidate: in place of look-around, which the expressions do not have.

/// How far before a candidate a word that says what follows may begin, in bytes.
const SAID_WITHIN: usize = 40;

/// Whether a candidate is a number of its own, and no part of a longer one: no digit goes on across a hyphen, a dot or
/// whatever separates the candidate's own groups.
pub(super) fn alone(before: &str, candidate: &str, behind: &str) -> bool {
    let joins = |separator: char| {
        matches!(separator, '-' | '.') || (!separator.is_alphanumeric() && candidate.contains(separator))
    };
    let goes_on = |separator: Option<char>, digit: Option<char>| {
        separator.is_some_and(joins) && digit.is_some_and(|digit| digit.is_ascii_digit())
    };
    let (mut left, mut right) = (before.chars().rev(), behind.chars());
    !goes_on(left.next(), left.next()) && !goes_on(right.next(), right.next())
}

/// [`alone`], and no plus sign or digit of a country's code before it.
pub(super) fn national(before: &str, candidate: &str, behind: &str) -> bool {
    alone(before, candidate, behind) && !before.ends_with('+')
}

/// Whether one of the words, in lower case, stands shortly before.
pub(super) fn said(before: &str, words: &[&str]) -> bool {
    let mut from = before.len().saturating_sub(SAID_WITHIN);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let near = before.get(from..).unwrap_or_default().to_lowercase();
    words.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_part_of_a_longer_number_is_not_alone() {
        assert!(alone("call ", "12 34", ". 5"));
        assert!(alone("1 ", "1234", " 5"));
        assert!(!alone("1-", "1234", ""));
        assert!(!alone("", "1234", ".5"));
        assert!(!alone("56 ", "12 34", ""));
        assert!(!alone("", "12/34", "/56"));
    }

    #[test]
    fn words_are_looked_for_shortly_before_only() {
        assert!(said("Téléphone : ", &["téléphone"]));
        assert!(!said(&format!("phone{}", "é".repeat(40)), &["phone"]));
    }
}
