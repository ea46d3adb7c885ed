//! All literals of all rules, found in one pass over a text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, Input, MatchKind};

use super::literal::Literal;
use super::quick::Quick;

/// Up to so many bytes of words the fastest automaton is built, which takes a good deal of memory for each.
const MOST_FAST: usize = 8 << 10;

/// Shorter texts, in bytes, are not worth a block: pieces of a stream.
const SHORT: usize = 32;

/// Literals that are looked for together.
#[derive(Debug, Default)]
pub(super) struct Literals {
    all: Vec<Literal>,
    quick: Option<Quick>,
    /// For what is not found quickly. It knows their texts alone.
    automaton: Option<AhoCorasick>,
}

impl Literals {
    /// Of literals, each once.
    pub(super) fn new(all: Vec<Literal>) -> Result<Self, String> {
        let texts: Vec<&str> = all.iter().map(|literal| literal.text.as_str()).collect();
        let automaton = automaton(&texts)?;
        Ok(Self { quick: Quick::of(&all), automaton, all })
    }

    /// Calls `found` with every literal in a text and where it stands, by their ends and then by their beginnings.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let Some(automaton) = &self.automaton else { return };
        let mut done = 0;
        let mut from = 0;
        if let Some(quick) = self.quick.as_ref().filter(|_| text.len() >= SHORT) {
            done = quick.each(text.as_bytes(), &mut found);
            if done == text.len() {
                return;
            }
            from = done.saturating_sub(quick.longest());
        }
        for one in automaton.find_overlapping_iter(Input::new(text).range(from..)) {
            let literal = one.pattern().as_usize();
            let has_digits = |literal: &Literal| literal.has_digits(text.as_bytes(), &one.range());
            if one.end() > done && self.all.get(literal).is_some_and(has_digits) {
                found(literal, one.range());
            }
        }
    }
}

pub(in crate::guardrails) fn automaton(literals: &[impl AsRef<[u8]>]) -> Result<Option<AhoCorasick>, String> {
    if literals.is_empty() {
        return Ok(None);
    }
    let bytes: usize = literals.iter().map(|literal| literal.as_ref().len()).sum();
    let built = AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .kind((bytes <= MOST_FAST).then_some(AhoCorasickKind::DFA))
        .build(literals);
    built.map(Some).map_err(|error| format!("the blocked words together cannot be used: {error}"))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    type Told = Vec<(usize, Range<usize>)>;

    fn told(literals: &Literals, text: &str) -> Told {
        let mut told = Vec::new();
        literals.each(text, |literal, range| told.push((literal, range)));
        told
    }

    /// Finds the same, in the same order, as the automaton alone.
    fn assert_same(words: &[Literal], text: &str) -> usize {
        let literals = Literals::new(words.to_vec()).unwrap();
        let found = told(&literals, text);
        let plain = Literals { quick: None, ..literals };
        assert_eq!(found, told(&plain, text), "{words:?} in {text:?}");
        found.len()
    }

    fn literal(text: &str) -> Literal {
        Literal { text: text.to_ascii_lowercase(), ..Literal::default() }
    }

    fn words(all: &[&str]) -> Vec<Literal> {
        let mut words: Vec<Literal> = all.iter().copied().map(literal).collect();
        words.sort();
        words.dedup();
        words
    }

    fn is_quick(literals: &[Literal]) -> bool {
        Literals::new(literals.to_vec()).unwrap().quick.is_some()
    }

    #[test]
    fn words_are_found_at_every_place() {
        let all =
            words(&["@", "ab", "Bluebird", "project bluebird", "bird", "größe", ".corp.example", "密钥"]);
        assert!(is_quick(&all));
        for word in &all {
            for before in 0..200 {
                for behind in [0, 1, 2, 63, 64] {
                    let word = word.text.to_ascii_uppercase();
                    let text = [" ".repeat(before), word, "x".repeat(behind)].concat();
                    assert_ne!(assert_same(&all, &text), 0, "{text}");
                }
            }
        }
        assert_eq!(assert_same(&all, ""), 0);
        assert_eq!(assert_same(&[], "text"), 0);
    }

    #[test]
    fn digits_beside_a_literal_are_those_of_the_text() {
        let beside = |after_digit, before_digit| Literal { after_digit, before_digit, ..literal(".") };
        let mut all = words(&["bluebird", "1.5"]);
        all.extend([beside(true, true), beside(true, false), beside(false, true), beside(false, false)]);
        assert!(is_quick(&all[..3]));
        for length in [0, 40, 61, 62, 63, 64, 100] {
            let fill = "x".repeat(length);
            for (text, expected) in
                [("1.5", 5), ("a.5", 2), ("9.", 2), (".", 1), ("٣.5", 2), ("0.:", 2), ("/.9", 2)]
            {
                for text in [format!("{fill}{text}"), format!("{text}{fill}"), format!("{fill}{text}{fill}")]
                {
                    assert_eq!(assert_same(&all, &text), expected, "{text}");
                    assert_same(&all[..3], &text);
                }
            }
        }
    }

    #[test]
    fn a_text_that_is_full_of_them_is_left_to_the_automaton() {
        let all = words(&["zaz", "az", "zazazazazazaz", "@", "q".repeat(300).as_str(), "q"]);
        assert!(is_quick(&all));
        for from in [0, 1, 100, 1000] {
            let text = [" ".repeat(from), "zA".repeat(2_000), "q".repeat(700), " ".repeat(300)].concat();
            assert!(assert_same(&all, &text) > 4_000);
        }
    }

    #[test]
    fn usual_words_are_left_to_the_automaton() {
        assert!(!is_quick(&words(&["e", "t"])));
        let many: Vec<String> = (0..300).map(|number| format!("word {number}")).collect();
        assert!(!is_quick(&words(&many.iter().map(String::as_str).collect::<Vec<_>>())));
    }

    #[test]
    fn whatever_the_words_and_the_text() {
        const PIECES: &[&str] = &[
            "a", "B", "q", "zz", "@", "-", " ", "ß", "Ü", "é", "\u{212a}", "ſ", "x", "Y", "密", "\0", "😀",
            "e", "0", "7", ".", "/", ":",
        ];
        let (mut random, mut beside) = (SplitMix(5), SplitMix(6));
        let mut draw = |most: usize, pieces: usize| -> String {
            (0..random.index(most) + 1).map(|_| PIECES[random.index(pieces)]).collect()
        };
        let (mut quick, mut found) = (0, 0);
        for round in 0..400 {
            let pieces = 4 + round % (PIECES.len() - 3);
            let drawn: Vec<String> = (0..1 + round % 17).map(|_| draw(1 + round % 9, pieces)).collect();
            let mut all = words(&drawn.iter().map(String::as_str).collect::<Vec<_>>());
            // A space or an `e` everywhere is left to the automaton.
            all.retain(|word| word.text.len() > 1 || word.text == "@");
            for word in &mut all {
                (word.after_digit, word.before_digit) = (beside.index(4) == 0, beside.index(4) == 0);
            }
            let text = draw(400, pieces);
            quick += usize::from(is_quick(&all));
            found += assert_same(&all, &text);
            // Mostly the words themselves, which run into each other.
            let text: String =
                drawn.iter().flat_map(|word| [word.to_uppercase(), draw(90, PIECES.len())]).collect();
            found += assert_same(&all, &text);
        }
        assert!(quick > 100 && found > 5_000, "{quick} {found}");
    }
}
