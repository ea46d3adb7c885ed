//! One word of a category, and when it stands in a text.

use std::ops::Range;

/// What `*` in a keyword stands for, in the syntax of `regex`. The shortest, or it would take in what follows.
const AT_MOST_ONE: &str = r"\S??";

/// At which of its ends a word must not go on. A phrase may begin and end anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    start: bool,
    end: bool,
}

impl Ends {
    pub(super) fn of(word: &str) -> Self {
        let is_single = !word.contains(char::is_whitespace);
        let bounded = |edge: Option<char>| is_single && edge.is_some_and(is_of_words);
        Self { start: bounded(word.chars().next()), end: bounded(word.chars().next_back()) }
    }

    /// Whether the word, found here, is not a part of a longer one.
    pub(super) fn hold(self, text: &str, found: &Range<usize>) -> bool {
        let before = || text.get(..found.start).and_then(|before| before.chars().next_back());
        let behind = || text.get(found.end..).and_then(|behind| behind.chars().next());
        let goes_on = |bounded: bool, char: Option<char>| bounded && char.is_some_and(is_of_words);
        !goes_on(self.start, before()) && !goes_on(self.end, behind())
    }
}

/// The spellings in which a word is looked for. The automaton ignores the letter case of ASCII only.
pub(super) fn spellings(word: &str) -> Vec<String> {
    let mut spellings = vec![word.to_owned()];
    if !word.is_ascii() {
        let lower = word.to_lowercase();
        let mut letters = lower.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        spellings.extend([first.chain(letters).collect(), word.to_uppercase(), lower]);
        spellings.iter_mut().for_each(|spelling| spelling.make_ascii_lowercase());
        spellings.sort_unstable();
        spellings.dedup();
    }
    spellings
}

/// Whether nothing of the keyword must stand in a text.
pub(super) fn is_any(keyword: &str) -> bool {
    keyword.chars().all(|letter| letter == '*' || letter.is_whitespace())
}

/// The expression of a keyword with a `*`, which stands for at most one character.
pub(super) fn expression(keyword: &str) -> Option<String> {
    if !keyword.contains('*') {
        return None;
    }
    let escaped: Vec<String> = keyword.split('*').map(regex::escape).collect();
    let is_single = !keyword.contains(char::is_whitespace);
    // ASCII's boundary: the other one makes every search slow in a text with other letters.
    let bound = |edge: Option<char>| {
        let bounded = edge.is_some_and(|edge| edge == '*' || edge == '_' || edge.is_ascii_alphanumeric());
        if is_single && bounded { r"(?-u:\b)" } else { "" }
    };
    let (start, end) = (bound(keyword.chars().next()), bound(keyword.chars().next_back()));
    Some(format!("{start}{}{end}", escaped.join(AT_MOST_ONE)))
}

/// Whether words are made of it, in a script that puts spaces between them.
fn is_of_words(letter: char) -> bool {
    const THAI: Range<char> = '\u{e00}'..'\u{e80}';
    const KANA: Range<char> = '\u{3040}'..'\u{3100}';
    const HAN: Range<char> = '\u{3400}'..'\u{a000}';
    const HANGUL: Range<char> = '\u{ac00}'..'\u{d7b0}';
    let runs_on = [THAI, KANA, HAN, HANGUL].iter().any(|script| script.contains(&letter));
    (letter.is_alphanumeric() || letter == '_') && !runs_on
}
