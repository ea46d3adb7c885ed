//! Patterns that come with the gateway, by LiteLLM's names, and some that it has not.
//!
//! Each is written from the definition of its format: an expression finds candidates, and a check tells a number of
//! that format from any other of its length. Topics are words and phrases.

mod address;
mod around;
mod australia;
mod bank;
mod brazil;
mod canada;
mod cards;
mod checks;
mod contact;
mod emirates;
mod europe;
mod harm;
mod network;
mod numerals;
mod passports;
mod secrets;
mod singapore;
mod topics;
mod travel;
mod university;
mod us;
mod vat;

/// One prebuilt pattern.
#[derive(Debug)]
pub struct Prebuilt {
    /// LiteLLM's name, where it has one.
    pub name: &'static str,
    /// Finds candidates. Letter case is ignored, unless it says `(?-i:…)`.
    pub regex: &'static str,
    /// Whether a candidate is one: digits that must add up, ranges that were never given out.
    pub check: fn(&str) -> bool,
    /// Whether it can be one where it stands: the text before the candidate, the candidate, the text behind it. In
    /// place of look-around, which the expressions do not have. Looks at a few characters, however long the text is.
    pub stands: fn(&str, &str, &str) -> bool,
    /// How many characters behind a candidate `stands` looks at, where these are more than a separator and a digit.
    pub sees: usize,
    /// What must stand near a candidate, if anything must.
    pub near: Option<Near>,
}

/// Words without which a candidate is just a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// Finds the words, letter case ignored.
    pub words: &'static str,
    /// How far before a candidate's start or behind its end a word may end or begin, in characters.
    pub within: usize,
}

/// A pattern whose expression says all; the others begin from it.
const PLAIN: Prebuilt = Prebuilt { name: "", regex: "", check: any, stands: anywhere, sees: 0, near: None };

/// The groups, each in a file of its own.
const GROUPS: &[&[Prebuilt]] = &[
    contact::PATTERNS,
    us::PATTERNS,
    passports::PATTERNS,
    europe::PATTERNS,
    vat::PATTERNS,
    brazil::PATTERNS,
    australia::PATTERNS,
    canada::PATTERNS,
    university::PATTERNS,
    singapore::PATTERNS,
    emirates::PATTERNS,
    travel::PATTERNS,
    address::PATTERNS,
    network::PATTERNS,
    cards::PATTERNS,
    bank::PATTERNS,
    secrets::PATTERNS,
    topics::PATTERNS,
    harm::PATTERNS,
];

/// Every prebuilt pattern.
pub fn all() -> impl Iterator<Item = &'static Prebuilt> {
    GROUPS.iter().copied().flatten()
}

/// The pattern of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Prebuilt> {
    all().find(|prebuilt| prebuilt.name == name)
}

/// The check of a pattern whose expression says all.
fn any(_: &str) -> bool {
    true
}

/// The surroundings of a pattern that may stand anywhere.
fn anywhere(_: &str, _: &str, _: &str) -> bool {
    true
}
