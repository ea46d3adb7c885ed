//! What a pattern cannot do without.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::digits::is_digit;

/// Most literals that a pattern is found by.
const MOST_LITERALS: usize = 64;

/// What every match of a pattern holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// One of these, in lower case. (Letter case is of ASCII: `ſ` and the Kelvin sign, which regular expressions
    /// take for letters too, are found in the folded text.)
    Literals(Vec<String>),
    /// So many digits.
    Digits(usize),
    Nothing,
}

/// What all matches of a part of a pattern hold.
#[derive(Default)]
pub(super) struct Held {
    literals: Option<Vec<String>>,
    digits: usize,
    /// The part is this text and nothing else.
    exactly: Option<String>,
}

impl Held {
    /// What tells most: a word, then digits, then a sign.
    pub(super) fn chosen(self) -> Needs {
        let shortest = |literals: &Vec<String>| literals.iter().map(String::len).min().unwrap_or_default();
        match self.literals {
            Some(literals) if shortest(&literals) > 2 || self.digits < 3 => Needs::Literals(literals),
            _ if self.digits > 0 => Needs::Digits(self.digits),
            _ => Needs::Nothing,
        }
    }

    pub(super) fn by(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self { exactly: Some(String::new()), ..Self::default() },
            HirKind::Literal(literal) => {
                std::str::from_utf8(&literal.0).map(Self::literal).unwrap_or_default()
            }
            HirKind::Class(class) => Self::class(class),
            HirKind::Repetition(repetition) => Self::repeated(&repetition.sub, repetition.min),
            HirKind::Capture(capture) => Self::by(&capture.sub),
            HirKind::Concat(parts) => Self::concat(parts),
            HirKind::Alternation(parts) => Self::either(parts),
        }
    }

    fn literal(text: &str) -> Self {
        let digits = text.chars().filter(|char| is_digit(*char)).count();
        let exactly = text.is_ascii().then(|| text.to_ascii_lowercase());
        Self { literals: exactly.clone().and_then(worthy), digits, exactly }
    }

    fn class(class: &Class) -> Self {
        let ranges: Vec<(u32, u32)> = match class {
            Class::Unicode(class) => {
                class.iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
            Class::Bytes(class) => {
                class.iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
        };
        let is_digits = |(start, end): &(u32, u32)| {
            end - start < 100 && (*start..=*end).filter_map(char::from_u32).all(is_digit)
        };
        let digits = usize::from(!ranges.is_empty() && ranges.iter().all(is_digits));
        match one_letter(&ranges) {
            Some(letter) => Self::literal(&letter.to_string()),
            None => Self { digits, ..Self::default() },
        }
    }

    fn repeated(part: &Hir, times: u32) -> Self {
        if times == 0 {
            return Self::default();
        }
        let held = Self::by(part);
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        Self { digits: held.digits.saturating_mul(times), exactly: None, ..held }
    }

    fn concat(parts: &[Hir]) -> Self {
        let mut all = Self::default();
        let mut run = String::new();
        let mut is_exact = true;
        for part in parts {
            let held = Self::by(part);
            all.digits = all.digits.saturating_add(held.digits);
            if let Some(text) = held.exactly {
                run.push_str(&text);
                continue;
            }
            is_exact = false;
            all.literals = better(all.literals, worthy(std::mem::take(&mut run)));
            all.literals = better(all.literals, held.literals);
        }
        all.exactly = is_exact.then(|| run.clone());
        all.literals = better(all.literals, worthy(run));
        all
    }

    fn either(parts: &[Hir]) -> Self {
        let mut all = Self { literals: Some(Vec::new()), digits: usize::MAX, exactly: None };
        for part in parts {
            let held = Self::by(part);
            all.digits = all.digits.min(held.digits);
            all.literals = all.literals.zip(held.literals).map(|(one, other)| [one, other].concat());
        }
        all.literals = all.literals.filter(|literals| literals.len() <= MOST_LITERALS);
        all
    }
}

/// How many characters a match has at most, if that is bounded.
pub(super) fn most_chars(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(literal.0.len()),
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) => {
            let times = usize::try_from(repetition.max?).ok()?;
            most_chars(&repetition.sub)?.checked_mul(times)
        }
        HirKind::Capture(capture) => most_chars(&capture.sub),
        HirKind::Concat(parts) => {
            parts.iter().try_fold(0, |sum: usize, part| sum.checked_add(most_chars(part)?))
        }
        HirKind::Alternation(parts) => {
            parts.iter().try_fold(0, |most: usize, part| Some(most.max(most_chars(part)?)))
        }
    }
}

/// A text that is worth looking for: a single letter or space is everywhere.
fn worthy(text: String) -> Option<Vec<String>> {
    let is_sign = |byte: u8| byte.is_ascii_punctuation();
    (text.len() > 1 || text.bytes().any(is_sign)).then(|| vec![text])
}

/// Those whose shortest is longer.
fn better(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth = |literals: &Option<Vec<String>>| {
        literals.as_ref().map(|literals| literals.iter().map(String::len).min().unwrap_or_default())
    };
    if worth(&other) > worth(&one) { other } else { one }
}

/// The letter that a class is, in whichever case.
fn one_letter(ranges: &[(u32, u32)]) -> Option<char> {
    let mut letter = None;
    for (start, end) in ranges {
        let char = char::from_u32(*start).filter(|_| start == end)?;
        let lower = match char {
            'ſ' => 's',
            '\u{212a}' => 'k',
            other if other.is_ascii() => other.to_ascii_lowercase(),
            _ => return None,
        };
        if letter.is_some_and(|letter| letter != lower) {
            return None;
        }
        letter = Some(lower);
    }
    letter
}
