//! What a pattern cannot do without.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::digits::is_digit;
use super::edges::Edges;
use super::spelling::{MOST_SPELLINGS, Spelling, are_words, joined, shortest, tell};

/// Most characters that a class is taken for the texts of.
const MOST_CHARS: usize = 5;
/// So many digits close together stand in few texts.
const MANY_DIGITS: usize = 6;

/// What every match of a pattern holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// One of these. (Letter case is of ASCII: `ſ` and the Kelvin sign, which regular expressions take for letters too,
    /// are found in the folded text.)
    Literals(Vec<Spelling>),
    /// So many digits.
    Digits(usize),
    Nothing,
}

/// What all matches of a part of a pattern hold.
#[derive(Clone)]
pub(super) struct Held {
    literals: Option<Vec<Spelling>>,
    digits: usize,
    /// The part is one of these texts and nothing else.
    exactly: Option<Vec<Spelling>>,
    edges: Edges,
}

impl Held {
    /// What tells most: a word, then many digits, then a sign between digits, then digits, then a sign.
    pub(super) fn chosen(self) -> Needs {
        let digits = self.digits;
        let tell_more = |literals: &[Spelling]| {
            digits < 2 || are_words(literals) || digits < MANY_DIGITS && shortest(literals) > 2
        };
        match self.told() {
            Some(literals) if tell_more(&literals) => Needs::Literals(literals),
            _ if digits > 0 => Needs::Digits(digits),
            _ => Needs::Nothing,
        }
    }

    /// The texts of which every match holds one.
    fn told(self) -> Option<Vec<Spelling>> {
        self.exactly.and_then(worthy).or(self.literals)
    }

    pub(super) fn by(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty => Self::exact(Spelling::default()),
            HirKind::Look(look) if is_border(*look) => Self::exact(Spelling::border()),
            HirKind::Look(_) => Self::exact(Spelling::default()),
            HirKind::Literal(literal) => Self::literal(&literal.0),
            HirKind::Class(class) => Self::class(class),
            HirKind::Repetition(repetition) => Self::repeated(&repetition.sub, repetition.min),
            HirKind::Capture(capture) => Self::by(&capture.sub),
            HirKind::Concat(_) => Self::concat(Self::parts(hir)),
            HirKind::Alternation(parts) => Self::either(parts),
        }
    }

    /// Of what follows one another in it.
    fn parts(hir: &Hir) -> Vec<Self> {
        match hir.kind() {
            HirKind::Capture(capture) => Self::parts(&capture.sub),
            HirKind::Concat(parts) => parts.iter().flat_map(Self::parts).collect(),
            _ => Vec::from([Self::by(hir)]),
        }
    }

    /// Nothing in particular.
    fn unknown(edges: Edges) -> Self {
        Self { literals: None, digits: 0, exactly: None, edges }
    }

    fn exact(spelling: Spelling) -> Self {
        Self { exactly: Some(Vec::from([spelling])), ..Self::unknown(Edges::EMPTY) }
    }

    /// (Where the case of other letters than ASCII's is ignored, they are classes.)
    fn literal(bytes: &[u8]) -> Self {
        let edges = Edges::of_text(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::unknown(edges) };
        let digits = text.chars().filter(|char| is_digit(*char)).count();
        Self { digits, edges, ..Self::exact(Spelling::of(text)) }
    }

    fn class(class: &Class) -> Self {
        // (A byte that is not ASCII is no character.)
        let ranges: Vec<(u32, u32)> = match class {
            Class::Bytes(bytes) if !bytes.is_ascii() => return Self::unknown(Edges::of_class(class)),
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
        Self { digits, exactly: few(&ranges), ..Self::unknown(Edges::of_class(class)) }
    }

    fn repeated(part: &Hir, times: u32) -> Self {
        let parts = Self::parts(part);
        let held = Self::concat(parts.clone());
        if times == 0 {
            return Self::unknown(held.edges.or_nothing());
        }
        let digits = held.digits.saturating_mul(usize::try_from(times).unwrap_or(usize::MAX));
        let edges = held.edges;
        // Where one ends and the next begins may be what neither holds by itself.
        let is_twice = times > 1 && held.exactly.is_none();
        let held = if is_twice { Self::concat([parts.clone(), parts].concat()) } else { held };
        Self { digits, literals: held.told(), exactly: None, edges }
    }

    fn concat(parts: Vec<Self>) -> Self {
        let mut all = Self::unknown(Edges::EMPTY);
        let mut run = nothing();
        let mut is_exact = true;
        for held in parts {
            all.digits = all.digits.saturating_add(held.digits);
            let (before, edges) = (all.edges, held.edges);
            all.edges = before.with(edges);
            if let Some(longer) = held.exactly.as_ref().and_then(|next| joined(&run, next)) {
                run = longer;
                continue;
            }
            is_exact = false;
            let (next, before) = match held.exactly {
                Some(next) => (next, before),
                None => (nothing(), all.edges),
            };
            let ended =
                std::mem::replace(&mut run, changed(next, before.end_with_digit(), Spelling::after_digit));
            let ended = changed(ended, edges.begin_with_digit(), Spelling::before_digit);
            all.literals = better(all.literals, worthy(ended));
            all.literals = better(all.literals, held.literals);
        }
        if is_exact {
            all.exactly = Some(run);
        } else {
            all.literals = better(all.literals, worthy(run));
        }
        all
    }

    fn either(parts: &[Hir]) -> Self {
        let held = parts.iter().map(Self::by);
        let all = held.reduce(|all, held| Self {
            digits: all.digits.min(held.digits),
            exactly: both(all.exactly.clone(), held.exactly.clone()),
            edges: all.edges.or(held.edges),
            literals: both(all.told(), held.told()),
        });
        all.unwrap_or_else(|| Self::unknown(Edges::EMPTY))
    }
}

/// Spellings, changed if they are to be.
fn changed(spellings: Vec<Spelling>, is: bool, change: fn(Spelling) -> Spelling) -> Vec<Spelling> {
    if is { spellings.into_iter().map(change).collect() } else { spellings }
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

/// What an empty part is.
fn nothing() -> Vec<Spelling> {
    Vec::from([Spelling::default()])
}

/// These spellings, if all of them are worth looking for.
fn worthy(spellings: Vec<Spelling>) -> Option<Vec<Spelling>> {
    Some(spellings).filter(|spellings| tell(spellings))
}

/// Of two lists of spellings the one whose shortest is longer.
fn better(one: Option<Vec<Spelling>>, other: Option<Vec<Spelling>>) -> Option<Vec<Spelling>> {
    let worth = |spellings: &Option<Vec<Spelling>>| spellings.as_deref().map(shortest);
    if worth(&other) > worth(&one) { other } else { one }
}

/// The ones and the others, if both are known and not too many.
fn both(one: Option<Vec<Spelling>>, other: Option<Vec<Spelling>>) -> Option<Vec<Spelling>> {
    let all = one.zip(other).map(|(one, other)| [one, other].concat());
    all.filter(|all| all.len() <= MOST_SPELLINGS)
}

/// The characters of a small class, with letters of ASCII in lower case.
fn few(ranges: &[(u32, u32)]) -> Option<Vec<Spelling>> {
    let mut chars: Vec<Spelling> = Vec::new();
    for (start, end) in ranges {
        for code in *start..=*end {
            let char = match char::from_u32(code)? {
                'ſ' => 's',
                '\u{212a}' => 'k',
                other => other,
            };
            let spelling = Spelling::of(char.encode_utf8(&mut [0; 4]));
            if !chars.contains(&spelling) {
                chars.push(spelling);
            }
            if chars.len() > MOST_CHARS {
                return None;
            }
        }
    }
    (!chars.is_empty()).then_some(chars)
}

/// Whether a letter on one side of it has none of ASCII on the other side.
fn is_border(look: Look) -> bool {
    match look {
        Look::WordAscii
        | Look::WordUnicode
        | Look::WordStartAscii
        | Look::WordEndAscii
        | Look::WordStartUnicode
        | Look::WordEndUnicode
        | Look::WordStartHalfAscii
        | Look::WordEndHalfAscii
        | Look::WordStartHalfUnicode
        | Look::WordEndHalfUnicode => true,
        Look::WordAsciiNegate | Look::WordUnicodeNegate => false,
        Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF => false,
    }
}
