//! One pattern's search, kept linear.

use std::ops::Range;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Hir, HirKind, Look};

/// After so many matches of one pattern in one text it may look ahead [`LOOKAHEAD`] bytes: one that tries to reach
/// the text's end from each of its matches would need the square.
const FAR_MATCHES: usize = 64;
/// How far a match may reach then, in bytes.
const LOOKAHEAD: usize = 64 << 10;
/// How much of that is looked at again where it held no match, in bytes.
const OVERLAP: usize = 4 << 10;

/// Calls `found` with every match in `ranges` of `text`. It answers where the search goes on; `None`: nowhere.
pub(super) fn each_match(
    regex: &Regex,
    text: &str,
    ranges: &[Range<usize>],
    found: &mut dyn FnMut(Range<usize>) -> Option<usize>,
) {
    let mut matches = 0;
    for range in ranges {
        let mut at = range.start;
        while at < range.end {
            let far = if matches > FAR_MATCHES { at.saturating_add(LOOKAHEAD) } else { range.end };
            let end = text.ceil_char_boundary(far.min(range.end));
            match regex.find(Input::new(text).span(at..end)) {
                None if end == range.end => break,
                None => at = text.floor_char_boundary(end - OVERLAP),
                // (An empty match, as of `\b`, is none.)
                Some(next) if next.is_empty() => at = text.ceil_char_boundary(next.start() + 1),
                Some(next) => {
                    matches += 1;
                    let Some(from) = found(next.range()) else { return };
                    at = text.ceil_char_boundary(from.max(next.start() + 1));
                }
            }
        }
    }
}

/// A pattern that asks for borders of words of any script, without asking: the quick way to search cannot tell such
/// borders where the text is not ASCII. What this finds nothing of, the pattern is not in.
#[derive(Debug)]
pub(super) struct Loose(Regex);

impl Loose {
    /// `None` where the pattern does not ask.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        if !hir.properties().look_set().contains_word_unicode() {
            return None;
        }
        let regex =
            Regex::builder().configure(Config::new()).build_from_hir(&without(hir, &is_border)).ok()?;
        (!regex.is_match("")).then_some(Self(regex))
    }

    /// The parts of `ranges` that the pattern may match in. `longest` is how long a match may be, if it is bounded.
    pub(super) fn around(
        &self,
        text: &str,
        ranges: &[Range<usize>],
        longest: Option<usize>,
    ) -> Vec<Range<usize>> {
        match longest {
            Some(longest) => self.near(text, ranges, longest),
            None => ranges.iter().filter_map(|range| self.since_first(text, range)).collect(),
        }
    }

    /// What is so near a loose match that a match that overlaps it is within: every match overlaps one.
    fn near(&self, text: &str, ranges: &[Range<usize>], reach: usize) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            each_match(&self.0, text, std::slice::from_ref(range), &mut |found| {
                let start = text.floor_char_boundary(found.start.saturating_sub(reach).max(range.start));
                let end = text.ceil_char_boundary(found.end.saturating_add(reach).min(range.end));
                match parts.last_mut() {
                    Some(last) if start <= last.end => last.end = last.end.max(end),
                    _ => parts.push(start..end),
                }
                Some(found.end)
            });
        }
        parts
    }

    /// The range from its first loose match on: no match begins before that. One of any length may end anywhere, also
    /// far behind where a loose match does, which ends at the first chance.
    fn since_first(&self, text: &str, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.0.find(Input::new(text).span(range.clone()))?;
        Some(first.start()..range.end)
    }
}

/// An expression without those of its assertions.
pub(super) fn without(hir: &Hir, which: &impl Fn(Look) -> bool) -> Hir {
    match hir.kind() {
        HirKind::Look(look) if which(*look) => Hir::empty(),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(without(&repetition.sub, which));
            Hir::repetition(regex_syntax::hir::Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => without(&capture.sub, which),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(|part| without(part, which)).collect()),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(|part| without(part, which)).collect())
        }
        _ => hir.clone(),
    }
}

fn is_border(look: Look) -> bool {
    matches!(
        look,
        Look::WordUnicode
            | Look::WordUnicodeNegate
            | Look::WordStartUnicode
            | Look::WordEndUnicode
            | Look::WordStartHalfUnicode
            | Look::WordEndHalfUnicode
    )
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn compiled(expression: &str) -> (Regex, Option<Loose>, Option<usize>) {
        let hir = regex_syntax::parse(expression).unwrap();
        let longest = hir.properties().maximum_len();
        (Regex::builder().build_from_hir(&hir).unwrap(), Loose::of(&hir), longest)
    }

    fn matches(expression: &str, text: &str) -> Vec<Range<usize>> {
        let (regex, loose, longest) = compiled(expression);
        let whole = std::slice::from_ref(&(0..text.len())).to_vec();
        let ranges = loose.map_or(whole.clone(), |loose| loose.around(text, &whole, longest));
        let mut all = Vec::new();
        each_match(&regex, text, &ranges, &mut |found| {
            let end = found.end;
            all.push(found);
            Some(end)
        });
        all
    }

    #[test]
    fn a_narrowed_search_finds_what_a_search_finds() {
        let far = format!("été infini {} fin", "x ".repeat(2_000));
        for text in [
            "",
            "été",
            "un été 12 3été4 x12 12é é12",
            "12",
            "é12 12é 12",
            "ab12cd 1é2 (12)",
            "12\u{301} 12",
            &far,
        ] {
            for expression in [
                r"\b\d+\b",
                r"\b\w+\b",
                r"\bété\b",
                r"\B\d",
                r"\b",
                r"(?:\b\w|\d)+?",
                r"\d\b\W*\w",
                r"(?s)\bété\b.*?\bfin\b",
            ] {
                let all = Regex::new(expression).unwrap();
                let expected: Vec<_> = all
                    .find_iter(text)
                    .map(|found| found.range())
                    .filter(|range| !range.is_empty())
                    .collect();
                assert_eq!(matches(expression, text), expected, "{expression} in {text}");
            }
        }
    }

    #[test]
    fn a_search_that_looks_to_the_end_from_every_match_ends() {
        let text = "a".repeat(256 << 10);
        let (regex, ..) = compiled("(?:a.*z)|a");
        let mut count = 0;
        each_match(&regex, &text, std::slice::from_ref(&(0..text.len())), &mut |found| {
            count += 1;
            (count < 500).then_some(found.end)
        });
        assert_eq!(count, 500);
    }
}
