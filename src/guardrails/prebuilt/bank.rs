//! Banks and accounts: International Bank Account Numbers (ISO 13616-1), with the lengths and structures of the IBAN
//! registry that SWIFT keeps, and banks of the United States.

use super::checks::{digits, mod97, weighted_sum};
use super::{Near, PLAIN, Prebuilt};

/// A number of one length: its countries, and its groups of four behind the first, with what is left over.
macro_rules! of_length {
    ($countries:literal, $groups:literal) => {
        concat!("(?:", $countries, ")[0-9]{2}(?:[ -]?[0-9a-z]{4}){", $groups, "}")
    };
    ($countries:literal, $groups:literal, $rest:literal) => {
        concat!(of_length!($countries, $groups), "[ -]?[0-9a-z]{", $rest, "}")
    };
}

/// A part of a country's structure: so many digits, letters, or either, separated anywhere.
macro_rules! part {
    (n, $count:literal) => {
        concat!("(?:[ ./-]?[0-9]){", $count, "}")
    };
    (a, $count:literal) => {
        concat!("(?:[ ./-]?[a-z]){", $count, "}")
    };
    (c, $count:literal) => {
        concat!("(?:[ ./-]?[0-9a-z]){", $count, "}")
    };
}

/// A country, its check digits and its structure.
macro_rules! country {
    ($code:literal $(, $kind:ident $count:literal)+) => {
        concat!($code, part!(n, "2"), $(part!($kind, $count)),+)
    };
}

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Any country's, in one piece or in groups of four.
    Prebuilt {
        name: "iban",
        regex: concat!(
            r"(?-u)\b(?:",
            of_length!("NO", "2", "3"),
            "|",
            of_length!("BE", "3"),
            "|",
            of_length!("DK|FI|FK|FO|GL|NL|SD", "3", "2"),
            "|",
            of_length!("MK|SI", "3", "3"),
            "|",
            of_length!("AT|BA|EE|KZ|LT|LU|MN|XK", "4"),
            "|",
            of_length!("CH|HR|LI|LV", "4", "1"),
            "|",
            of_length!("BG|BH|CR|DE|GB|GE|IE|ME|RS|VA", "4", "2"),
            "|",
            of_length!("AE|GI|IL|IQ|OM|SO|TL", "4", "3"),
            "|",
            of_length!("AD|CZ|ES|MD|PK|RO|SA|SE|SK|TN|VG", "5"),
            "|",
            of_length!("LY|PT|ST", "5", "1"),
            "|",
            of_length!("IS|TR", "5", "2"),
            "|",
            of_length!("BI|DJ|FR|GR|IT|MC|MR|SM", "5", "3"),
            "|",
            of_length!("AL|AZ|BY|CY|DO|GT|HN|HU|LB|NI|PL|SV", "6"),
            "|",
            of_length!("BR|EG|PS|QA|UA", "6", "1"),
            "|",
            of_length!("JO|KW|MU|YE", "6", "2"),
            "|",
            of_length!("MT|SC", "6", "3"),
            "|",
            of_length!("LC", "7"),
            "|",
            of_length!("RU", "7", "1"),
            r")\b",
        ),
        check: is_iban,
        ..PLAIN
    },
    // Those of the European Economic Area, with digits and letters where the country has them, however separated.
    Prebuilt {
        name: "eu_iban_enhanced",
        regex: concat!(
            r"(?-u)\b(?:",
            country!("(?:AT|EE|LT)", n "16"),
            "|",
            country!("BE", n "12"),
            "|",
            country!("BG", a "4", n "6", c "8"),
            "|",
            country!("CY", n "8", c "16"),
            "|",
            country!("(?:CZ|ES|SE|SK)", n "20"),
            "|",
            country!("DE", n "18"),
            "|",
            country!("(?:DK|FI)", n "14"),
            "|",
            country!("FR", n "10", c "11", n "2"),
            "|",
            country!("GR", n "7", c "16"),
            "|",
            country!("HR", n "17"),
            "|",
            country!("(?:HU|PL)", n "24"),
            "|",
            country!("IE", a "4", n "14"),
            "|",
            country!("IS", n "22"),
            "|",
            country!("IT", a "1", n "10", c "12"),
            "|",
            country!("LI", n "5", c "12"),
            "|",
            country!("LU", n "3", c "13"),
            "|",
            country!("LV", a "4", c "13"),
            "|",
            country!("MT", a "4", n "5", c "18"),
            "|",
            country!("NL", a "4", n "10"),
            "|",
            country!("NO", n "11"),
            "|",
            country!("PT", n "21"),
            "|",
            country!("RO", a "4", c "16"),
            "|",
            country!("SI", n "15"),
            r")\b",
        ),
        check: is_iban,
        ..PLAIN
    },
    // ABA routing numbers (ANSI X9.100-160): a Federal Reserve district, and weights of 3, 7 and 1.
    Prebuilt {
        name: "us_bank_routing",
        regex: r"(?-u)\b[0-9]{9}\b",
        check: is_routing,
        near: Some(Near { words: r"(?-u:routing|\b(?:aba|rtn|ach|fedwire|wire|micr)\b)", within: 40 }),
        ..PLAIN
    },
];

/// Whether the check digits are right: with the first four symbols behind the others, the remainder is one.
fn is_iban(candidate: &str) -> bool {
    let symbols: String = candidate.chars().filter(char::is_ascii_alphanumeric).collect();
    symbols.split_at_checked(4).is_some_and(|(head, account)| mod97(&format!("{account}{head}")) == 1)
}

fn is_routing(candidate: &str) -> bool {
    let digits = digits(candidate);
    let district = weighted_sum(&digits, &[10, 1]);
    matches!(district, 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted_sum(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}
