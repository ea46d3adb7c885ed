//! Identity numbers and telephones of the United Arab Emirates.

use super::around::{alone, announced, national};
use super::checks::{digits, luhn};
use super::numerals::number;
use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Federal Authority for Identity, Citizenship, Customs and Port Security: the country's number 784, the year of birth,
    // seven digits, Luhn.
    Prebuilt {
        name: "uae_emirates_id",
        regex: r"(?-u:\b784(?:-[0-9]{4}-[0-9]{7}-| [0-9]{4} [0-9]{7} |[0-9]{11})[0-9]\b)",
        check: identity,
        stands: alone,
        ..PLAIN
    },
    // Telecommunications and Digital Government Regulatory Authority, National Numbering Plan: mobiles 50, 52, 54 to 56
    // and 58, and the areas 2, 3, 4, 6, 7 and 9; seven digits. Many countries' numbers look like an area and seven digits:
    // there the country's code has to show, or a word.
    Prebuilt {
        name: "uae_phone",
        regex: r"(?-u:(?:(?:\+|\b00)971[ -]?(?:\(0\)[ -]?)?|\(\+?971\)[ -]?0?|\b971[ -]?)(?:5[024-68]|[2-4679])[ -]?[0-9]{3}[ -]?[0-9]{4}\b|(?:\b|\()0(?:5[024-68]|[2-4679])\)?[ -]?[0-9]{3}[ -]?[0-9]{4}\b)",
        stands: telephone_stands,
        ..PLAIN
    },
];

fn identity(candidate: &str) -> bool {
    let digits = digits(candidate);
    let year = number(digits.get(3..7).unwrap_or_default());
    (1900..2100).contains(&year) && luhn(&digits)
}

fn telephone_stands(before: &str, candidate: &str, behind: &str) -> bool {
    const WORDS: [&str; 13] = [
        "phone",
        "tel",
        "call",
        "fax",
        "contact",
        "landline",
        "office",
        "dubai",
        "abu dhabi",
        "sharjah",
        "uae",
        "هاتف",
        "الهاتف",
    ];
    let is_mobile = candidate.starts_with("05") || candidate.starts_with("(05");
    let is_national = candidate.trim_start_matches('(').starts_with('0') && !candidate.starts_with("00");
    national(before, candidate, behind) && (!is_national || is_mobile || announced(before, &WORDS))
}
