//! A search where a pattern can match finds what a search everywhere finds, on texts made of the patterns themselves.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::*;
use crate::guardrails::{matcher::Matcher, prebuilt, rule};
use crate::random::SplitMix;

/// What users may write, with needs of every kind.
const EXPRESSIONS: &[&str] = &[
    r"\b[A-Z]{3}-\d{4,6}\b",
    r"\d+[a-z]{3}\d+x",
    r"[\w.-]+\.(?:corp|lan)\b",
    r"\bconfidential\b.{0,40}\bmerger\b",
    r"\bgröß(?:e|er|te)\b",
    r"(?:\b|_)vat\b|_iva",
    r"пароль\s*[:=]\s*\S+",
    r"密码|密钥",
    r"secret.*end",
    r"(?-i:Straße|STRASSE) \d+",
    r"[a-z]{6}",
    r"[b-df-hj-np-tv-z]{5}\w",
    r"[^ ]{9}",
    r"a+b+c+",
    r"\d{2}\D\d{2}",
    r"\Bé\B|x\By",
    r"(?:\d[ -]?){13,19}",
    r"(?:[0-9][ .]{30,40}){8}",
    r"(?-u:\bend\b)",
    r"(?m:^begin)|begin$",
    r"@\w@",
    r"(?-u)\b(?:[1-9]?[0-9]\.){3}[0-9]{1,3}\b",
    r"(?-u)[0-9]+(?:[,.][0-9])+",
];

/// What may stand between.
const BETWEEN: &[&str] = &[
    "",
    "",
    " ",
    " ",
    "  ",
    "\n",
    ", ",
    ".",
    "-",
    "_",
    "é",
    "Σ",
    "٣",
    "７",
    "–",
    "“",
    "😀",
    "a",
    "Z",
    "0",
    "11",
    "passport ",
    "VAT ",
    "key=",
    "st",
    " in the street ",
    "日本語",
];

impl SplitMix {
    fn among<T>(&mut self, list: &[T]) -> Option<usize> {
        (!list.is_empty()).then(|| self.index(list.len()))
    }

    /// Writes something that the pattern matches, as far as no border forbids it.
    fn write(&mut self, hir: &Hir, into: &mut String) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => into.push_str(std::str::from_utf8(&literal.0).unwrap()),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges: Vec<_> = class.iter().map(|range| (range.start(), range.end())).collect();
                // Most often what is ASCII.
                let ascii: Vec<_> = ranges.iter().filter(|(start, _)| start.is_ascii()).copied().collect();
                let ranges = if self.index(8) == 0 || ascii.is_empty() { ranges } else { ascii };
                if let Some((start, end)) = self.among(&ranges).map(|index| ranges[index]) {
                    let span = usize::try_from(u32::from(end) - u32::from(start)).unwrap().min(100);
                    let code = u32::from(start) + u32::try_from(self.index(span + 1)).unwrap();
                    into.push(char::from_u32(code).unwrap_or(start));
                }
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges: Vec<_> = class.iter().map(|range| (range.start(), range.end())).collect();
                if let Some((start, end)) = self.among(&ranges).map(|index| ranges[index]) {
                    into.push(char::from(
                        start + u8::try_from(self.index(usize::from(end - start) + 1)).unwrap(),
                    ));
                }
            }
            HirKind::Repetition(repetition) => {
                let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(3));
                let span = usize::try_from(most - repetition.min).unwrap();
                for _ in 0..repetition.min + u32::try_from(self.index(span + 1)).unwrap() {
                    self.write(&repetition.sub, into);
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub, into),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part, into)),
            HirKind::Alternation(parts) => {
                if let Some(part) = self.among(parts) {
                    self.write(&parts[part], into);
                }
            }
        }
    }

    /// Matches of some of the patterns, some of them damaged, and other things between them.
    fn text_of(&mut self, patterns: &[Hir]) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.index(12) {
            let mut piece = String::new();
            if let Some(pattern) = self.among(patterns) {
                self.write(&patterns[pattern], &mut piece);
            }
            match self.index(6) {
                0 => drop(piece.pop()),
                1 => piece = piece.chars().skip(1).collect(),
                2 => piece.make_ascii_uppercase(),
                3 => piece.extend(piece.clone().chars().rev().take(3)),
                _ => {}
            }
            // Letters for ASCII's in another guise are found in the folded text only.
            text.push_str(&piece.replace('ſ', "s").replace('\u{212a}', "k"));
            text.push_str(BETWEEN[self.index(BETWEEN.len())]);
        }
        text
    }
}

/// The matches of every rule, in order.
fn sorted(mut matches: Vec<(usize, usize, usize)>) -> Vec<(usize, usize, usize)> {
    matches.sort_unstable();
    matches
}

fn pattern(name: &str, regex: Option<&str>) -> Pattern {
    Pattern { name: name.to_owned(), regex: regex.map(str::to_owned), action: Action::Mask }
}

/// Prebuilt patterns without their checks, which few of the texts would pass.
fn unchecked() -> Vec<Pattern> {
    prebuilt::all().map(|prebuilt| pattern(prebuilt.name, Some(prebuilt.regex))).collect()
}

fn users() -> Vec<Pattern> {
    EXPRESSIONS.iter().map(|expression| pattern(expression, Some(expression))).collect()
}

/// Some patterns, compiled, and the expressions that texts are made of.
struct Gated {
    rules: Vec<Rule>,
    matcher: Matcher,
    parsed: Vec<Hir>,
}

impl Gated {
    fn new(patterns: Vec<Pattern>) -> Self {
        let parse = |expression: &String| {
            regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(expression).unwrap()
        };
        let parsed = patterns.iter().filter_map(|pattern| pattern.regex.as_ref()).map(parse).collect();
        let settings = [guardrail("g", vec![word("street", Action::Mask)], patterns)];
        let rules = rule::rules(&settings).unwrap();
        let matcher = Matcher::new(&settings, &rules).unwrap();
        Self { rules, matcher, parsed }
    }

    /// How often each rule matches in the text, which the gates must not change.
    fn matches(&self, text: &str) -> Vec<usize> {
        let (mut gated, mut plain) = (Vec::new(), Vec::new());
        self.matcher.scan(text, |_| true, |rule, range| gated.push((rule, range.start, range.end)));
        self.matcher.scan_everywhere(text, |rule, range| plain.push((rule, range.start, range.end)));
        gated.retain(|(rule, ..)| {
            matches!(self.rules[*rule].kind, rule::Kind::Pattern { .. } | rule::Kind::Prebuilt(_))
        });
        let mut found = vec![0; self.rules.len()];
        plain.iter().for_each(|(rule, ..)| found[*rule] += 1);
        let names: Vec<&str> = self.rules.iter().map(|rule| rule.name.as_str()).take(4).collect();
        assert_eq!(sorted(gated), sorted(plain), "{names:?} in {text:?}");
        found
    }
}

#[test]
fn a_search_behind_gates_finds_what_a_search_finds() {
    let checked = prebuilt::all().map(|prebuilt| pattern(prebuilt.name, None));
    let all = Gated::new(checked.chain(unchecked()).chain(users()).collect());
    let mut found = vec![0; all.rules.len()];
    // As wasm that is not optimised it is slow, so there are fewer texts, and not every expression is in one of them.
    let few = cfg!(target_arch = "wasm32");
    for seed in 0..if few { 30 } else { 600 } {
        let matches = all.matches(&SplitMix(seed).text_of(&all.parsed));
        found.iter_mut().zip(matches).for_each(|(found, matches)| *found += matches);
    }
    let expressions =
        all.rules.iter().zip(&found).filter(|(rule, _)| matches!(rule.kind, rule::Kind::Pattern { .. }));
    let never: Vec<&str> =
        expressions.filter(|(_, count)| **count == 0).map(|(rule, _)| rule.name.as_str()).collect();
    assert!(few || never.is_empty(), "nothing of {never:?} was in any text");
}

/// Among all patterns there are some that need so little that they open what the others would keep shut.
#[test]
fn a_search_for_a_few_patterns_finds_what_a_search_finds() {
    let (unchecked, users) = (unchecked(), users());
    for seed in 0..if cfg!(target_arch = "wasm32") { 1 } else { 6 } {
        let mut random = SplitMix(seed);
        for user in &users {
            let mut other = || unchecked[random.index(unchecked.len())].clone();
            let few = Gated::new(vec![user.clone(), other(), other()]);
            for _ in 0..5 {
                few.matches(&random.text_of(&few.parsed));
            }
        }
    }
}
