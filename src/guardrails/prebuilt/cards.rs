//! Payment cards: numbers of ISO/IEC 7812-1, with a Luhn digit, in the ranges that the networks publish for merchants.

use super::around::{number_before, number_behind};
use super::checks::{digits, is_uniform, luhn};
use super::{PLAIN, Prebuilt};

/// Longest card that is printed in groups, in characters.
const LONGEST: usize = 19;
/// A space, such a card, and whether that goes on.
const SEES: usize = 1 + LONGEST + 1;

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Visa: 4; 16 digits, 13 on old cards, 19 on some.
    Prebuilt {
        name: "visa",
        regex: concat!(
            r"(?-u)\b(?:4[0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}",
            r"|4[0-9]{18}|4[0-9]{12})\b",
        ),
        check: |candidate| is_card(candidate, |brand| brand == Brand::Visa),
        stands: stands_alone,
        sees: SEES,
        ..PLAIN
    },
    // Mastercard: 51 to 55 and, since 2017, 2221 to 2720; 16 digits.
    Prebuilt {
        name: "mastercard",
        regex: r"(?-u)\b(?:5[1-5][0-9]{2}|2[2-7][0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}\b",
        check: |candidate| is_card(candidate, |brand| brand == Brand::Mastercard),
        stands: stands_alone,
        sees: SEES,
        ..PLAIN
    },
    // American Express: 34 and 37; 15 digits, printed 4-6-5.
    Prebuilt {
        name: "amex",
        regex: r"(?-u)\b3[47][0-9]{2}[ -]?(?:[0-9]{6}[ -]?[0-9]{5}|[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3})\b",
        check: |candidate| is_card(candidate, |brand| brand == Brand::Amex),
        stands: stands_alone,
        sees: SEES,
        ..PLAIN
    },
    // Discover: 6011, 644 to 649, 65, and 622126 to 622925, which it shares with UnionPay; 16 digits.
    Prebuilt {
        name: "discover",
        regex: r"(?-u)\b6[0245][0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}\b",
        check: |candidate| is_card(candidate, |brand| brand == Brand::Discover),
        stands: stands_alone,
        sees: SEES,
        ..PLAIN
    },
    // Those, and Diners Club (14 digits, 4-6-4), JCB, UnionPay and Maestro.
    Prebuilt {
        name: "credit_card",
        regex: concat!(
            r"(?-u)\b(?:[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|[46][0-9]{18}|4[0-9]{12}",
            r"|3[47][0-9]{2}[ -]?(?:[0-9]{6}[ -]?[0-9]{5}|[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3})|3[0689][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{4})\b",
        ),
        check: |candidate| is_card(candidate, |_| true),
        stands: stands_alone,
        sees: SEES,
        ..PLAIN
    },
];

#[derive(Clone, Copy, PartialEq)]
enum Brand {
    Visa,
    Mastercard,
    Amex,
    Discover,
    Other,
}

/// Whose a number is, by its first six digits and its length.
fn brand(digits: &[u8]) -> Option<Brand> {
    let first = |count| digits.iter().take(count).fold(0, |number, digit| number * 10 + u32::from(*digit));
    match (first(6), digits.len()) {
        (400_000..=499_999, 13 | 16 | 19) => Some(Brand::Visa),
        (510_000..=559_999 | 222_100..=272_099, 16) => Some(Brand::Mastercard),
        (340_000..=349_999 | 370_000..=379_999, 15) => Some(Brand::Amex),
        (601_100..=601_199 | 622_126..=622_925 | 644_000..=659_999, 16) => Some(Brand::Discover),
        // Diners Club.
        (300_000..=305_999 | 309_500..=309_599 | 360_000..=369_999 | 380_000..=399_999, 14) => {
            Some(Brand::Other)
        }
        // JCB, Maestro.
        (352_800..=358_999 | 500_000..=509_999 | 560_000..=589_999, 16) => Some(Brand::Other),
        // UnionPay, Maestro.
        (600_000..=699_999, 16 | 19) => Some(Brand::Other),
        _ => None,
    }
}

fn is_card(candidate: &str, wanted: fn(Brand) -> bool) -> bool {
    let digits = digits(candidate);
    brand(&digits).is_some_and(wanted) && luhn(&digits) && !is_uniform(&digits)
}

/// Not the decimals of a number, nor some of the groups of a longer one. A year, an expiry and another card may stand
/// beside it.
fn stands_alone(before: &str, candidate: &str, behind: &str) -> bool {
    if number_before(before, &['.', '-']) || number_behind(behind, &['.', '-']) {
        return false;
    }
    let is_grouped = candidate.contains(' ');
    !is_grouped || !(follows_group(before) || precedes_group(behind))
}

/// Whether four digits and a space stand in front, which are no year and do not end a card.
fn follows_group(before: &str) -> bool {
    let Some(before) = before.strip_suffix(' ') else { return false };
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit);
    let group: Vec<u8> = digits.take(5).collect();
    group.len() == 4 && !group.ends_with(b"02") && !ends_in_card(before)
}

/// Whether a space and four digits follow, which are no year, no expiry, and do not begin a card.
fn precedes_group(behind: &str) -> bool {
    let Some(behind) = behind.strip_prefix(' ') else { return false };
    let digits = behind.bytes().take_while(u8::is_ascii_digit);
    let group: Vec<u8> = digits.take(5).collect();
    group.len() == 4 && !group.starts_with(b"20") && !is_expiry(&group) && !begins_with_card(behind)
}

/// A month, and a year from 2020 to 2039, of two digits each.
fn is_expiry(group: &[u8]) -> bool {
    matches!(group, [b'0', b'1'..=b'9', b'2' | b'3', _] | [b'1', b'0'..=b'2', b'2' | b'3', _])
}

fn ends_in_card(before: &str) -> bool {
    let length = before.bytes().rev().take(LONGEST + 1).take_while(is_of_groups).count();
    let groups = before.get(before.len() - length..).map(groups).unwrap_or_default();
    let last = |count| groups.get(groups.len().checked_sub(count)?..);
    [3, 4].into_iter().filter_map(last).any(is_card_in_groups)
}

fn begins_with_card(behind: &str) -> bool {
    let length = behind.bytes().take(LONGEST + 1).take_while(is_of_groups).count();
    let groups = behind.get(..length).map(groups).unwrap_or_default();
    [3, 4].into_iter().filter_map(|count| groups.get(..count)).any(is_card_in_groups)
}

fn is_of_groups(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-')
}

fn groups(text: &str) -> Vec<&str> {
    text.split([' ', '-']).collect()
}

/// Whether the groups are those in which a card is printed, with its digits.
fn is_card_in_groups(groups: &[&str]) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    matches!(lengths.as_slice(), [4, 4, 4, 4] | [4, 6, 5] | [4, 4, 4, 3] | [4, 6, 4])
        && is_card(&groups.concat(), |_| true)
}
