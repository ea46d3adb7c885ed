//! Identity numbers of the United States. Its passports are with the others.

use super::around::alone;
use super::checks::digits;
use super::numerals::number;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Social Security Administration, "The SSN numbering scheme" and "SSN randomization".
    Prebuilt {
        name: "us_ssn",
        regex: r"(?-u:\b[0-8][0-9]{2}(?:-[0-9]{2}-|\.[0-9]{2}\.| [0-9]{2} )[0-9]{4}\b)",
        check: social_security,
        stands: alone,
        ..PLAIN
    },
    // The same, as databases keep it. Nine digits are most often something else: it has to be said what they are.
    Prebuilt {
        name: "us_ssn_no_dash",
        regex: r"(?-u:\b[0-8][0-9]{8}\b)",
        check: social_security,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)ssn|ssn(?:\b|_)|\bss ?(?:#|no\b|num)|social[ _-]?sec|(?:my|your|his|her|their) social\b|\bsocial(?: is\b| number|:)|taxpayer|\btin\b|seguro social",
            within: 50,
        }),
        ..PLAIN
    },
];

/// 078-05-1120 and 219-09-9999: numbers that were printed in advertisements and are nobody's.
const ADVERTISED: [u64; 2] = [78_051_120, 219_099_999];

/// Area, group and serial: none is all zeros, and areas 666 and 900 to 999 were never given out.
fn social_security(candidate: &str) -> bool {
    let number = number(&digits(candidate));
    let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0 && !ADVERTISED.contains(&number)
}
