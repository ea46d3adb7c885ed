//! What stands directly beside a candidate: the look-around that expressions do not have.

/// The end of `before` that is looked at, at most `bytes` long.
pub(super) fn tail(before: &str, bytes: usize) -> &str {
    let from = (before.len().saturating_sub(bytes)..before.len()).find(|at| before.is_char_boundary(*at));
    from.and_then(|from| before.get(from..)).unwrap_or_default()
}

/// Whether a letter or digit of ASCII stands directly before: what follows is the rest of a longer word.
pub(super) fn continues_word(before: &str) -> bool {
    before.ends_with(|last: char| last.is_ascii_alphanumeric())
}

/// Whether a letter or digit of ASCII stands directly behind.
pub(super) fn goes_on(behind: &str) -> bool {
    behind.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// Whether a number goes on in front, over one of the separators.
pub(super) fn number_before(before: &str, separators: &[char]) -> bool {
    before.strip_suffix(separators).is_some_and(|rest| rest.ends_with(|last: char| last.is_ascii_digit()))
}

/// Whether a number goes on behind, over one of the separators.
pub(super) fn number_behind(behind: &str, separators: &[char]) -> bool {
    behind.strip_prefix(separators).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The last word of letters in front, with only spaces and the given punctuation between; without its letter case.
pub(super) fn word_before(before: &str, between: &[char]) -> String {
    let rest =
        tail(before, 40).trim_end_matches(|last: char| last.is_whitespace() || between.contains(&last));
    let letters: Vec<char> = rest.chars().rev().take_while(|char| char.is_alphabetic()).collect();
    letters.into_iter().rev().flat_map(char::to_lowercase).collect()
}

/// Whether one of the lower-case words stands in the last 40 bytes in front, letter case ignored.
pub(super) fn announced(before: &str, words: &[&str]) -> bool {
    let tail = tail(before, 40).to_lowercase();
    words.iter().any(|word| tail.contains(word))
}

/// A token stands for itself: no letter, digit, `-` or `_` beside it.
pub(super) fn as_token(before: &str, _: &str, behind: &str) -> bool {
    let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    !before.ends_with(part) && !behind.starts_with(part)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn tails_are_cut_between_characters() {
        assert_eq!(tail("größe", 3), "ße");
        assert_eq!(tail("größe", 2), "e");
        assert_eq!(tail("ab", 9), "ab");
        assert_eq!(tail("", 9), "");
    }

    #[test]
    fn numbers_go_on_over_separators() {
        assert!(number_before("3.", &['.']));
        assert!(!number_before("3. ", &['.']));
        assert!(!number_before("a.", &['.']));
        assert!(number_behind("-4", &['-', '.']));
        assert!(!number_behind(".", &['.']));
    }

    #[test]
    fn words_are_found_in_front() {
        assert_eq!(word_before("see Version: ", &[':']), "version");
        assert_eq!(word_before("", &[]), "");
        assert!(announced("My PHONE is ", &["phone"]));
    }
}
