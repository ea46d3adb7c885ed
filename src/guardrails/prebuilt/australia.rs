//! Identity numbers of Australia. Its passports are with the others.

use super::around::{alone, national};
use super::checks::{digits, is_uniform, weighted_sum};
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Australian Taxation Office, tax file number: nine digits whose weighted sum is a multiple of eleven; eight in old
    // ones.
    Prebuilt {
        name: "au_tfn",
        regex: r"(?-u:\b[0-9]{3}(?:-[0-9]{3}-| [0-9]{3} |[0-9]{3})[0-9]{2,3}\b)",
        check: tax_file,
        stands: alone,
        near: Some(Near { words: r"(?:\b|_)tfns?(?:\b|_)|tfn|tax[ _-]?file", within: 50 }),
        ..PLAIN
    },
    // Australian Business Register, "Format of the ABN": eleven digits; less one in the first, the weighted sum is a
    // multiple of 89.
    Prebuilt {
        name: "au_abn",
        regex: r"(?-u:\b[1-9][0-9](?: [0-9]{3}){3}\b|\b[1-9][0-9](?:-[0-9]{3}){3}\b|\b[1-9][0-9]{10}\b)",
        check: business,
        stands: national,
        ..PLAIN
    },
    // Services Australia, Medicare card number: eight digits, the first 2 to 6, a check digit and the issue number;
    // perhaps the person's number on the card.
    Prebuilt {
        name: "au_medicare",
        regex: r"(?-u:\b[2-6][0-9]{3}(?:[ -][0-9]{5}[ -]|[0-9]{5})[1-9](?:[ /-]?[1-9])?\b)",
        check: medicare,
        stands: alone,
        near: Some(Near {
            words: r"medicare|\bmbs\b|\birn\b|bulk[ -]?bill|health (?:insurance )?card",
            within: 60,
        }),
        ..PLAIN
    },
];

fn tax_file(candidate: &str) -> bool {
    let digits = digits(candidate);
    let weights: &[u32] = match digits.len() {
        8 => &[10, 7, 8, 4, 6, 3, 5, 1],
        _ => &[1, 4, 3, 7, 5, 8, 6, 9, 10],
    };
    !is_uniform(&digits) && weighted_sum(&digits, weights).is_multiple_of(11)
}

/// The first digit counts ten, and ten is taken away for the one less.
fn business(candidate: &str) -> bool {
    let sum = weighted_sum(&digits(candidate), &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    sum % 89 == 10
}

fn medicare(candidate: &str) -> bool {
    let digits = digits(candidate);
    let check = digits.get(8).map(|digit| u32::from(*digit));
    check == Some(weighted_sum(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10)
}
