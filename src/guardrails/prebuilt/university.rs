//! Numbers and names of the University of Toronto.

use super::around::alone;
use super::checks::{digits, luhn};
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Office of the University Registrar: nine digits that begin with 99, or ten that begin with 100 and more.
    Prebuilt {
        name: "uoft_student_id",
        regex: r"(?-u:\b99[0-9]{7}\b|\b10[0-9]{8}\b)",
        stands: alone,
        near: Some(Near {
            words: r"student[ _-]?(?:id|no\b|num|#)|student\b|(?:\b|_)u ?of ?t\b|uoft|university of toronto|utoronto|\butsc\b|\butm\b|acorn\b|rosi\b|quercus",
            within: 50,
        }),
        ..PLAIN
    },
    // Information Technology Services: at most eight lower-case letters and digits, made of the name. Without a digit it
    // is a word like any other.
    Prebuilt {
        name: "uoft_utorid",
        regex: r"(?-u:\b(?-i:[a-z]{2,7}[0-9]{1,6})\b)",
        check: at_most_eight,
        stands: alone,
        near: Some(Near { words: r"utor[ _-]?id|join[ _-]?id|utoronto login", within: 50 }),
        ..PLAIN
    },
    // University of Toronto Libraries, the barcode of the TCard: fourteen digits, 2 for a patron, 1761 for the library,
    // Luhn.
    Prebuilt {
        name: "uoft_tcard",
        regex: r"(?-u:\b2[ -]?1761[ -]?[0-9]{5}[ -]?[0-9]{4}\b)",
        check: barcode,
        stands: alone,
        near: Some(Near {
            words: r"t[ -]?card|library|bar ?code|u of t|uoft|utoronto|university of toronto|robarts",
            within: 50,
        }),
        ..PLAIN
    },
];

fn at_most_eight(candidate: &str) -> bool {
    candidate.len() <= 8
}

fn barcode(candidate: &str) -> bool {
    luhn(&digits(candidate))
}
